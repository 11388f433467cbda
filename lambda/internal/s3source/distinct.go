package s3source

import (
	"errors"
	"hash/maphash"
	"math/bits"

	"tally/lambda/internal/count"
)

// distinct holds the values that were met, each with the columns of CaseNames, as
// bits, whose rows had it. A value is known by a hash of 96 bits: a million values share
// one with a chance of some 1 in 10^17.
type distinct struct {
	values map[distinctKey]uint64
	large  bool // may hold more than distinctSmall
}

type distinctKey struct {
	group uint32 // its index; 0 is all rows
	hash  [3]uint32
}

// distinctLimit is how many values a run keeps, once for all rows and once for each
// group. A million takes some 55 MB. The sum of all objects may have as many, and so
// may one object at a time: see [reader.object].
const (
	distinctLimit   = 1_000_000
	distinctReaders = 2
	distinctSmall   = 100_000
	distinctKept    = 10_000 // a larger map gives its memory back between objects
)

// errLarge is an object with more values than one among others may have.
var errLarge = &count.Failure{Err: errors.New("more values than small objects have")}

var seeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

func hashOf(value string) [3]uint32 {
	first, second := maphash.String(seeds[0], value), maphash.String(seeds[1], value)
	return [3]uint32{uint32(first), uint32(first >> 32), uint32(second)}
}

// reset empties d.
func (d *distinct) reset() {
	if len(d.values) > distinctKept {
		d.values = map[distinctKey]uint64{}
	}
	clear(d.values)
}

func (d *distinct) meet(key distinctKey, columns uint64, expression string) error {
	before, met := d.values[key]
	if met && before|columns == before {
		return nil
	}
	if !met && !d.large && len(d.values) == distinctSmall {
		return errLarge
	}
	if !met && len(d.values) == distinctLimit {
		return count.Permanentf("distinct %s has more than %d values, counted for each group anew; count them in a database or with Athena", expression, distinctLimit)
	}
	d.values[key] = before | columns
	return nil
}

// add adds the values of another tally, whose groups have other indexes.
func (d *distinct) add(other *distinct, index map[uint32]uint32, expression string) error {
	for key, columns := range other.values {
		key.group = index[key.group]
		if err := d.meet(key, columns, expression); err != nil {
			return err
		}
	}
	return nil
}

// countInto adds the number of values to the counts of each group, by its index.
func (d *distinct) countInto(counts [][]int64) {
	for key, columns := range d.values {
		for ; columns != 0; columns &= columns - 1 {
			counts[key.group][bits.TrailingZeros64(columns)]++
		}
	}
}
