package s3source

import (
	"errors"
	"hash/maphash"
	"math/bits"

	"tally/lambda/internal/count"
)

// distinct holds values, each with the columns of CaseNames, as bits, in which rows with
// the value count. A value is known by a hash of 96 bits: the chance that two of a million
// values share one is some 1 in 10^17.
type distinct struct {
	values map[distinctKey]uint64
	large  bool // it may hold more than distinctSmall
}

type distinctKey struct {
	group uint32 // its index; 0 is all rows
	hash  [3]uint32
}

// distinctLimit is how many values a run keeps, counted once for all rows and once for
// each group. A million takes some 55 MB. The sum of all objects may have as many, and so
// may one object at a time: see reader.object.
const (
	distinctLimit   = 1_000_000
	distinctReaders = 2
	distinctSmall   = 100_000
	distinctKept    = 10_000 // a larger map is not kept for the next object
)

// errLarge means that an object has more values than it may have beside others.
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

// add adds a value and columns of it.
func (d *distinct) add(key distinctKey, columns uint64, expression string) error {
	before, known := d.values[key]
	switch {
	case known && before|columns == before:
		return nil
	case known:
	case !d.large && len(d.values) == distinctSmall:
		return errLarge
	case len(d.values) == distinctLimit:
		return count.Permanentf("distinct %s has more than %d values, counted for each group anew; count them in a database or with Athena", expression, distinctLimit)
	}
	d.values[key] = before | columns
	return nil
}

// addAll adds the values of another tally. Index translates the indexes of its groups.
func (d *distinct) addAll(other *distinct, index map[uint32]uint32, expression string) error {
	for key, columns := range other.values {
		key.group = index[key.group]
		if err := d.add(key, columns, expression); err != nil {
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
