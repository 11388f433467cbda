package job

import (
	"cmp"
	"strings"
)

// Kind is a kind of source, as messages call it.
type Kind string

// The kinds of sources.
const (
	KindDatabase Kind = "database"
	KindBucket   Kind = "bucket"
	KindAthena   Kind = "athena"
)

// sourceKind is what a jobs file says about one kind of source.
type sourceKind struct {
	kind     Kind
	words    string                               // what messages call a source of this kind; "a" and the kind, if empty
	outlives bool                                 // see Source.OutlivesRun
	has      func(Source) bool                    // tells whether a source has keys of this kind
	key      func(Source) string                  // of the place in the environment
	keys     string                               // that a source of this kind needs, for messages
	example  string                               // likewise
	check    func(*Job, report)                   // checks a source and what of the job depends on it
	memory   func(Job) (megabytes, perNumber int) // that a run needs: in all, and bytes for each number of a record
}

// kinds are the kinds of sources: one line for each.
var kinds = []sourceKind{databaseKind, bucketKind, athenaKind}

// kindOf is the last kind that a source has keys of; the first, if it has none.
func kindOf(kinds []sourceKind, source Source) sourceKind {
	found := kinds[0]
	for _, kind := range kinds {
		if kind.has(source) {
			found = kind
		}
	}
	return found
}

// OutlivesRun tells whether a count goes on when the run that began it has ended.
func (s Source) OutlivesRun() bool { return kindOf(kinds, s).outlives }

// Kind says where a job counts.
func (s Source) Kind() Kind { return kindOf(kinds, s).kind }

// Key is the key of the database, the bucket or Athena's entry in the environment.
func (s Source) Key() string { return kindOf(kinds, s).key(s) }

// String is the kind and the key, such as database/app. Configurations name a source so.
func (s Source) String() string { return string(s.Kind()) + "/" + s.Key() }

// checkSource checks that a source is of exactly one kind, and what that kind says.
func (j *Job) checkSource(kinds []sourceKind, report report) {
	var found []sourceKind
	var words, keys, examples []string
	for _, kind := range kinds {
		examples = append(examples, kind.example)
		if kind.has(j.Source) {
			found = append(found, kind)
			words = append(words, cmp.Or(kind.words, "a "+string(kind.kind)))
			keys = append(keys, kind.keys)
		}
	}
	switch len(found) {
	case 0:
		report("source", "names nothing; write %s", strings.Join(examples, " or "))
	case 1:
		found[0].check(j, report)
	default:
		report("source", "names %s; write either %s", strings.Join(words, " and "), strings.Join(keys, ", or "))
	}
}

// How much memory a run may need, in MB and in bytes. The values were measured with the
// largest jobs and rounded up generously. test/local runs the real function with such jobs.
const (
	memoryOfAll      = 80  // the program, its connections, 8 MB of groups' values
	memoryOfBucket   = 128 // eight objects at a time (s3source.readers), whose records may have 4 MB each
	memoryOfDistinct = 32  // a million values, while fewer objects are read

	countInTable  = 64  // bytes for each number of a record
	countInBucket = 128 // the same in a bucket, where each object that is read has its own
)

// MemoryMB is the least memory that a function needs to run the job, however many of
// its groups there are.
func (j Job) MemoryMB() int {
	megabytes, bytes := kindOf(kinds, j.Source).memory(j)
	return megabytes + j.numbers()*bytes>>20
}

// numbers is how many numbers a record may hold.
func (j Job) numbers() int {
	groups := 1
	if len(j.GroupBy) > 0 {
		groups += min(j.GroupLimit(), maxGroupsLimit)
	}
	return groups * len(j.CaseNames())
}
