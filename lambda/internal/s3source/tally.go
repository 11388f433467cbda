package s3source

import (
	"encoding/binary"

	"tally/lambda/internal/count"
	"tally/lambda/job"
)

// tally is what was counted of a part of the bucket: an object, or some pages of a
// listing.
type tally struct {
	job      job.Job
	all      []int64 // as CaseNames
	groups   map[string]*group
	bytes    int        // of the groups' values
	recent   [64]*group // met lately: most records belong to a few groups
	distinct distinct
	within   int64 // rows in the window; all, without one
	left     leftOut
	// timed are the rows that had anything in the window's column, untimed those
	// that had not.
	timed, untimed int64
	// likely are the rows whose time is one in the unit that column_type says,
	// otherwise those whose time is one in the other unit.
	likely, otherwise int64
}

// group is the counts of rows that share values, nil being nil.
type group struct {
	key    string
	index  uint32 // from 1, in the order they were met
	values []*string
	counts []int64
}

func newTally(counted job.Job) *tally {
	return &tally{
		job: counted, all: make([]int64, len(counted.CaseNames())),
		groups: map[string]*group{}, distinct: distinct{values: map[distinctKey]uint64{}},
	}
}

// reset empties the tally.
func (t *tally) reset() {
	clear(t.all)
	clear(t.groups)
	clear(t.recent[:])
	t.distinct.reset()
	t.left = leftOut{}
	t.bytes, t.within, t.timed, t.untimed, t.likely, t.otherwise = 0, 0, 0, 0, 0, 0
}

// read is how many rows were read whose time, if the window asks for it, is good.
func (t *tally) read() int64 { return max(t.within, t.timed+t.untimed) }

// nothing tells whether all that was read was left out.
func (t *tally) nothing() bool { return t.left.total > 0 && t.read() == t.refused() }

// refused is how many rows were read and left out all the same.
func (t *tally) refused() (n int64) {
	for step, why := range t.left.steps {
		if step > 0 { // else it was not read
			n += why.n
		}
	}
	return n
}

// appendGroupValue appends a value to the key that tells groups apart.
func appendGroupValue(key []byte, text string, ok bool) []byte {
	if !ok {
		return append(key, 0)
	}
	key = append(key, 1)
	key = binary.AppendUvarint(key, uint64(len(text)))
	return append(key, text...)
}

// groupValues reads the values back from a key, which they stay a part of.
func groupValues(key string) []*string {
	var values []*string
	for len(key) > 0 {
		if key[0] == 0 {
			key, values = key[1:], append(values, nil)
			continue
		}
		length, read := binary.Uvarint([]byte(key[1:min(len(key), 1+binary.MaxVarintLen64)]))
		text := key[1+read : 1+read+int(length)]
		key, values = key[1+read+int(length):], append(values, &text)
	}
	return values
}

// group finds the group with a key, or adds it.
func (t *tally) group(key []byte) (*group, error) {
	recent := &t.recent[(5*len(key)+int(key[len(key)-1])+7*int(key[len(key)/2])+29*int(key[len(key)/3]))%len(t.recent)]
	if known := *recent; known != nil && known.key == string(key) {
		return known, nil
	}
	if known, met := t.groups[string(key)]; met {
		*recent = known
		return known, nil
	}
	met := &group{key: string(key), index: uint32(len(t.groups) + 1), counts: make([]int64, len(t.all))}
	met.values = groupValues(met.key)
	t.bytes += count.ValuesSize(met.values)
	if len(t.groups) == t.job.GroupLimit() || t.bytes > count.MaxValuesSize {
		return nil, t.tooMany(met.values)
	}
	t.groups[met.key], *recent = met, met
	return met, nil
}

// tooMany is the failure of a sheet that gets all groups and one more.
func (t *tally) tooMany(more []*string) error {
	sheet := count.NewSheet(t.job)
	for _, known := range t.groups {
		if _, err := sheet.Group(known.values); err != nil {
			return err
		}
	}
	_, err := sheet.Group(more)
	return err
}

// add adds another tally.
func (t *tally) add(other *tally) error {
	addCounts(t.all, other.all)
	t.left.add(&other.left)
	t.within += other.within
	t.timed += other.timed
	t.untimed += other.untimed
	t.likely += other.likely
	t.otherwise += other.otherwise
	index := map[uint32]uint32{0: 0} // of groups: there, here
	for key, theirs := range other.groups {
		ours, err := t.group([]byte(key))
		if err != nil {
			return err
		}
		addCounts(ours.counts, theirs.counts)
		index[theirs.index] = ours.index
	}
	return t.distinct.add(&other.distinct, index, t.job.Distinct)
}

func addCounts(to, from []int64) {
	for i := range to {
		to[i] += from[i]
	}
}

// sheet turns the tally into what is stored.
func (t *tally) sheet() (*count.Sheet, error) {
	counts := make([][]int64, len(t.groups)+1)
	counts[0] = t.all
	for _, known := range t.groups {
		counts[known.index] = known.counts
	}
	t.distinct.countInto(counts)
	sheet := count.NewSheet(t.job)
	copy(sheet.All, t.all)
	for _, known := range t.groups {
		values, err := sheet.Group(known.values)
		if err != nil {
			return nil, err
		}
		copy(values, known.counts)
	}
	return sheet, nil
}
