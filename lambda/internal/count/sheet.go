package count

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// Sheet is where a source tallies a run's counts before they become lines: a count
// for each case, zero at first, of all rows and of each group that it meets.
type Sheet struct {
	// All are the counts of all rows together, in the order of [job.Job.CaseNames].
	All []int64

	job    job.Job
	cases  []string
	failed map[string]*Failure
	groups map[string]*group
	bytes  int // of the groups' values
}

// group is the counts of the rows that share values, nil being NULL.
type group struct {
	values []*string
	counts []int64
}

// NewSheet makes the empty sheet of a job.
func NewSheet(counted job.Job) *Sheet {
	cases := counted.CaseNames()
	return &Sheet{
		All: make([]int64, len(cases)), job: counted, cases: cases,
		failed: map[string]*Failure{}, groups: map[string]*group{},
	}
}

// Group returns the counts of a group, which are met for the first time, perhaps.
// Values are those of the job's group_by, nil for NULL. More groups than the job
// may have are a permanent failure.
func (s *Sheet) Group(values []*string) ([]int64, error) {
	key := keyOf(values)
	if known, met := s.groups[key]; met {
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
	met := &group{values: slices.Clone(values), counts: make([]int64, len(s.cases))}
	s.groups[key] = met
	return met.counts, nil
}

// MaxValuesSize is how many bytes the values of all groups may take together: they
// are in memory, some of them several times.
const MaxValuesSize = 8 << 20

// ValuesSize is how many of these bytes a group takes.
func ValuesSize(values []*string) int {
	size := 0
	for _, value := range values {
		if value != nil {
			size += len(*value)
		}
	}
	return size
}

// keyOf tells groups apart: texts of any content, and NULL from the empty text.
func keyOf(values []*string) string {
	var key strings.Builder
	for _, value := range values {
		if value == nil {
			key.WriteString("n")
			continue
		}
		key.WriteString("t" + strings.ReplaceAll(*value, "\x00", "\x00\x01") + "\x00\x00")
	}
	return key.String()
}

// Fail notes why a case has no counts.
func (s *Sheet) Fail(name string, why *Failure) { s.failed[name] = why }

// Lines are the lines to store, as [Source] promises them.
func (s *Sheet) Lines() []Line {
	lines := make([]Line, 0, len(s.cases)*(len(s.groups)+1))
	lines = s.appendLines(lines, nil, s.All)
	for _, met := range slices.SortedFunc(maps.Values(s.groups), byValues) {
		groups := contract.Groups{}
		for i, column := range s.job.GroupBy {
			groups[column] = met.values[i]
		}
		lines = s.appendLines(lines, groups, met.counts)
	}
	return lines
}

func (s *Sheet) appendLines(lines []Line, groups contract.Groups, counts []int64) []Line {
	for i, name := range s.cases {
		line := Line{Case: name, Groups: groups, Count: counts[i]}
		if why := s.failed[name]; why != nil {
			line.Count, line.Failure = 0, why
		}
		lines = append(lines, line)
	}
	return lines
}

func byValues(a, b *group) int {
	return slices.CompareFunc(a.values, b.values, func(a, b *string) int {
		switch {
		case a == nil && b == nil:
			return 0
		case a == nil:
			return 1
		case b == nil:
			return -1
		}
		return cmp.Compare(*a, *b)
	})
}
