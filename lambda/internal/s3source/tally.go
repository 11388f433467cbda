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
	all      *group
	groups   map[string]*group // by key
	bytes    int               // of the groups' values
	recent   [64]*group        // most records belong to a few groups
	distinct distinct
	within   int64 // rows in the window; all, without one
	skipped  skipped
	// timed are the rows whose time could be read, untimed those with nothing in the window's
	// column. A row whose time could not be read is in neither.
	timed, untimed int64
	// likely are the rows whose time is one in the unit that column_type says,
	// likelyInOtherUnit those whose time is one in the other unit.
	likely, likelyInOtherUnit int64
}

// group is the counts of rows that share values, nil being nil.
type group struct {
	key    string
	index  uint32 // 0 for all rows; the others count from 1
	values []*string
	counts []int64 // as CaseNames
}

func newTally(counted job.Job) *tally {
	return &tally{
		job: counted, all: &group{counts: make([]int64, len(counted.CaseNames()))},
		groups: map[string]*group{}, distinct: distinct{values: map[distinctKey]uint64{}},
	}
}

// reset empties the tally.
func (t *tally) reset() {
	clear(t.all.counts)
	clear(t.groups)
	clear(t.recent[:])
	t.distinct.reset()
	t.skipped = skipped{}
	t.bytes, t.within, t.timed, t.untimed, t.likely, t.likelyInOtherUnit = 0, 0, 0, 0, 0, 0
}

// rowsRead is how many rows were read, without those whose time could not be read.
func (t *tally) rowsRead() int64 { return max(t.within, t.timed+t.untimed) }

// skippedAll tells whether all that was read was left out.
func (t *tally) skippedAll() bool {
	return t.skipped.total > 0 && t.rowsRead() == t.skipped.inWindow()
}

// appendGroupValue appends a value to the key of a group.
func appendGroupValue(key []byte, text string, ok bool) []byte {
	if !ok {
		return append(key, 0)
	}
	key = append(key, 1)
	key = binary.AppendUvarint(key, uint64(len(text)))
	return append(key, text...)
}

// groupValues reads the values from a key, whose memory they share.
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

// group returns the group with a key, adding it if it is new.
func (t *tally) group(key []byte) (*group, error) {
	place := &t.recent[recentPlace(key)]
	if group := *place; group != nil && group.key == string(key) {
		return group, nil
	}
	group, known := t.groups[string(key)]
	if !known {
		var err error
		if group, err = t.newGroup(string(key)); err != nil {
			return nil, err
		}
	}
	*place = group
	return group, nil
}

// recentPlace returns where tally.recent would have a key: a cheap hash, of its length
// and three of its bytes.
func recentPlace(key []byte) int {
	length := len(key)
	return (5*length + int(key[length-1]) + 7*int(key[length/2]) + 29*int(key[length/3])) % len(tally{}.recent)
}

func (t *tally) newGroup(key string) (*group, error) {
	added := &group{key: key, index: uint32(len(t.groups) + 1), values: groupValues(key), counts: make([]int64, len(t.all.counts))}
	t.bytes += count.ValuesSize(added.values)
	if len(t.groups) == t.job.GroupLimit() || t.bytes > count.MaxValuesSize {
		return nil, t.tooMany(added)
	}
	t.groups[key] = added
	return added, nil
}

// tooMany is the failure of a sheet that gets all groups and one more.
func (t *tally) tooMany(more *group) error {
	t.groups[more.key] = more
	_, err := t.sheet()
	return err
}

// add adds another tally.
func (t *tally) add(other *tally) error {
	addCounts(t.all, other.all)
	t.skipped.addAll(&other.skipped)
	t.within += other.within
	t.timed += other.timed
	t.untimed += other.untimed
	t.likely += other.likely
	t.likelyInOtherUnit += other.likelyInOtherUnit
	index := map[uint32]uint32{0: 0} // of groups: there, here
	for key, theirs := range other.groups {
		ours, err := t.group([]byte(key))
		if err != nil {
			return err
		}
		addCounts(ours, theirs)
		index[theirs.index] = ours.index
	}
	return t.distinct.addAll(&other.distinct, index, t.job.Distinct)
}

func addCounts(to, from *group) {
	for i := range to.counts {
		to.counts[i] += from.counts[i]
	}
}

// sheet makes what is stored. It adds the distinct values to the counts, so it is called
// once.
func (t *tally) sheet() (*count.Sheet, error) {
	byIndex := make([][]int64, len(t.groups)+1)
	byIndex[0] = t.all.counts
	for _, group := range t.groups {
		byIndex[group.index] = group.counts
	}
	t.distinct.countInto(byIndex)
	sheet := count.NewSheet(t.job)
	copy(sheet.All, t.all.counts)
	for _, group := range t.groups {
		counts, err := sheet.Group(group.values)
		if err != nil {
			return nil, err
		}
		copy(counts, group.counts)
	}
	return sheet, nil
}
