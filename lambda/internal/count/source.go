package count

import (
	"context"
	"time"

	"tally/lambda/job"
)

// Source counts rows, objects or records.
type Source interface {
	// Count counts every case of the query's job, other and total in one
	// consistent snapshot, and returns a line for each, zeros included: the cases
	// in the order of the file, then other, then total. It ends before the
	// context's deadline. An error is a *Failure.
	Count(ctx context.Context, query Query) ([]Line, error)
}

// Query is what a slot counts.
type Query struct {
	Job    job.Job
	Window *Window // nil counts the current state
}

// Window is the half-open range [From, To): a row at To belongs to the next window.
type Window struct {
	From, To time.Time
}

// Line is one number of a record.
type Line struct {
	Case  string // a case of the job, contract.CaseOther or contract.CaseTotal
	Count int64
}
