package count

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// Sheet is where a source adds up a run's counts before they become lines. It has one
// count for each case, of all rows and of each group.
type Sheet struct {
	// All are the counts of all rows together, in the order of [job.Job.CaseNames].
	All []int64

	job    job.Job
	cases  []string
	failed map[string]*Failure
	groups map[string]*group
	bytes  int // of the groups' values
}

// group is the counts of the rows with the same values. nil is NULL.
type group struct {
	values []*string
	counts []int64
}

// NewSheet makes the empty sheet of a job.
func NewSheet(j job.Job) *Sheet {
	cases := j.CaseNames()
	return &Sheet{
		All: make([]int64, len(cases)), job: j, cases: cases,
		failed: map[string]*Failure{}, groups: map[string]*group{},
	}
}

// Group returns a group's counts, adding the group if it is new. values are those of the
// job's group_by, nil for NULL. More groups than the job may have are a permanent failure.
func (s *Sheet) Group(values []*string) ([]int64, error) {
	key := keyOf(values)
	if known := s.groups[key]; known != nil {
		return known.counts, nil
	}
	if limit := s.job.GroupLimit(); len(s.groups) == limit {
		return nil, Permanentf("group_by %s has more than %d groups; write a larger max_groups in job %s if they are meant, else another column",
			strings.Join(s.job.GroupBy, ", "), limit, s.job.Name)
	}
	for i, value := range values {
		if value != nil && !utf8.ValidString(*value) {
			return nil, Permanentf("group_by %s: a value is not text in UTF-8; group by something that is", s.job.GroupBy[i])
		}
	}
	if s.bytes += ValuesSize(values); s.bytes > MaxValuesSize {
		return nil, Permanentf("group_by %s: the values of %d groups take more than %d MB; group by something shorter",
			strings.Join(s.job.GroupBy, ", "), len(s.groups)+1, MaxValuesSize>>20)
	}
	added := &group{values: slices.Clone(values), counts: make([]int64, len(s.cases))}
	s.groups[key] = added
	return added.counts, nil
}

// MaxValuesSize is how many bytes the values of all groups may take together. They are
// held in memory, some of them several times.
const MaxValuesSize = 8 << 20

// ValuesSize is how many bytes the values of one group take.
func ValuesSize(values []*string) int {
	size := 0
	for _, value := range values {
		if value != nil {
			size += len(*value)
		}
	}
	return size
}

// keyOf is a different text for different values. Texts have the order of their values, with
// NULL last.
func keyOf(values []*string) string {
	var key strings.Builder
	for _, value := range values {
		if value == nil {
			key.WriteString("u") // sorts after the "t" of texts
			continue
		}
		key.WriteString("t" + strings.ReplaceAll(*value, "\x00", "\x00\x01") + "\x00\x00")
	}
	return key.String()
}

// Fail notes why a case has no counts.
func (s *Sheet) Fail(name string, why *Failure) { s.failed[name] = why }

// Lines are the lines to store, in the order that [Source] describes.
func (s *Sheet) Lines() []CaseCount {
	lines := make([]CaseCount, 0, len(s.cases)*(len(s.groups)+1))
	add := func(groups contract.Groups, counts []int64) {
		for i, name := range s.cases {
			line := CaseCount{Case: name, Groups: groups, Count: counts[i], Failure: s.failed[name]}
			if line.Failure != nil {
				line.Count = 0
			}
			lines = append(lines, line)
		}
	}
	add(nil, s.All)
	for _, key := range slices.Sorted(maps.Keys(s.groups)) {
		group := s.groups[key]
		groups := contract.Groups{}
		for i, column := range s.job.GroupBy {
			groups[column] = group.values[i]
		}
		add(groups, group.counts)
	}
	return lines
}
