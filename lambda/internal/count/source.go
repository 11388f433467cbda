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
	// snapshot, and returns the lines to store, zeros included: first those of all rows
	// together, then those of each group, which are ordered by their values, NULL
	// last. Within them come the cases in the order of the file and then what the
	// job has of other, total and overlap.
	//
	// A case that alone cannot be counted is a line with a Failure. A failure of
	// the run is an error, a *Failure, and nothing is to be stored. It ends before
	// the context's deadline.
	Count(ctx context.Context, query Query) (Result, error)
}

// Result is what a source counted.
type Result struct {
	Lines []Line
	// Listed is when a bucket was listed; nil for a database.
	Listed *Window
	// Skipped are the objects and records of a bucket that could not be read and
	// that the job leaves out.
	Skipped int64
	// SkippedAll says that all that was read was skipped.
	SkippedAll bool
	// Warnings say what somebody should know who relies on the counts.
	Warnings []string
}

// Query is what a slot counts.
type Query struct {
	Job    job.Job
	Window *Window // nil counts the current state
	// Curtailed says that there is less time than a whole run has: a statement that
	// takes too long is no verdict on its case then, but a transient failure.
	Curtailed bool
}

// Window is the half-open range [From, To): a row at To belongs to the next window.
type Window struct {
	From, To time.Time
}

// Line is one number of a record.
type Line struct {
	Case   string          // a case of the job or one of contract's
	Groups contract.Groups // the group that it counts; empty for all rows
	Count  int64
	// UnknownFields are those of the case, of group_by and of distinct that no record
	// of the input has.
	UnknownFields []string
	// Failure is why there is no count; nil if there is. It is permanent.
	Failure *Failure
}

// Checker is a source that finds out what is wrong with a job without counting.
type Checker interface {
	// Check returns everything that would make a run of the query fail, in the order of
	// the job's keys, and warnings; an error, a *Failure, if it could not find out.
	Check(ctx context.Context, query Query) ([]Problem, error)
}

// Problem is what is wrong with a key of a job.
type Problem struct {
	Field string // the key within the job, such as cases.normal or group_by[0]
	Err   error
	// Warning says that a run would not fail for it, and may not count what is meant.
	Warning bool
}
