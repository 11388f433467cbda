package count

import (
	"context"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// Source counts rows, objects or records.
type Source interface {
	// Count counts every case of the query's job, in a database in one consistent
	// snapshot, and returns the lines to store, zeros included. First come the lines of
	// all rows together, then those of each group. Groups are ordered by their values,
	// NULL last. Within a group the lines have the order of [job.Job.CaseNames].
	//
	// If only one case cannot be counted, its line has a Failure. If the run fails, the
	// error is a *Failure, and nothing is to be stored. Count ends before the context's
	// deadline.
	Count(ctx context.Context, query Query) (Result, error)
}

// Result is what a source counted.
type Result struct {
	Counts []CaseCount
	// Listed is when a bucket was listed; nil for a database.
	Listed *Window
	// Skipped is how many objects and records of a bucket could not be read and are
	// left out, as the job says.
	Skipped int64
	// SkippedAll says that everything was skipped.
	SkippedAll bool
	// QueryID and BytesScanned are of the query that counted, in Athena.
	QueryID      string
	BytesScanned int64
	// At is when the source counted, if that was before now: a query may have begun in a run
	// before. Zero is now.
	At time.Time
	// Warnings say why the counts may not be what is meant.
	Warnings []string
}

// Query is what a slot counts.
type Query struct {
	Job    job.Job
	Window *Window // nil counts the current state
	// FullTime is how long counting may take in a run that loses no time before it; 0 is no
	// limit. A statement that takes too long is a permanent failure of its case only if it
	// had the time that it has in such a run. Otherwise the failure is transient.
	FullTime time.Duration
	// Slot and Purpose tell counts of the same query apart: repeats and retries of a count
	// have the same ones. A source that must not count the same twice, as Athena bills it,
	// goes by them.
	Slot    time.Time
	Purpose string
	// JoinOnly says that it is too late to begin a query. A source may only join one that began
	// within contract.LateAfter of the slot. If there is none, the error is ErrTooLate.
	JoinOnly bool
}

// Window is the half-open range [From, To): a row at To belongs to the next window.
type Window struct {
	From, To time.Time
}

// CaseCount is one number of a record.
type CaseCount struct {
	Case   string          // a case of the job or one of contract's
	Groups contract.Groups // the group that it counts; empty for all rows
	Count  int64
	// UnknownFields are the fields of the case, of group_by and of distinct that no record
	// of the input has.
	UnknownFields []string
	// Failure is why there is no count; nil if there is. It is permanent.
	Failure *Failure
}

// Checker finds out what is wrong with a job, without counting.
type Checker interface {
	// Check returns everything that would make a run of the query fail, and warnings, in
	// the order of the job's keys. The error is a *Failure: the check could not be made.
	Check(ctx context.Context, query Query) ([]Problem, error)
}

// Problem is what is wrong with a key of a job.
type Problem struct {
	Field string // the key within the job, such as cases.normal or group_by[0]
	Err   error
	// Warning says that the run would not fail, but may not count what is meant.
	Warning bool
}

// Explainer says how a source counts.
type Explainer interface {
	// Explain returns the statement that counts all cases of a query's job and those that
	// count each alone, if the source has any, with their plans. It counts nothing. An error
	// is a *Failure.
	Explain(ctx context.Context, query Query) ([]Explained, error)
}

// Explained is a statement of a job and how the database would run it.
type Explained struct {
	// Cases are what it counts.
	Cases []string
	// Used tells whether the job counts by it: total: false decides between one scan
	// for all cases and one for each. The others are there to compare.
	Used   bool
	SQL    string
	Values []any // of its placeholders
	// Plan is the database's, a row a line, under Columns.
	Columns []string
	Plan    [][]string
}
