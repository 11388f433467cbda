package count

import (
	"context"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// Store keeps the records of slots. What it holds never changes.
type Store interface {
	// Latest returns the record of a slot with the highest revision. ok is false if the
	// slot has none. The error is ErrNoRecord if the object does not begin like a record.
	Latest(ctx context.Context, job string, slot time.Time) (stored Stored, ok bool, err error)
	// Same tells whether a stored record says what lines say; see [contract.Lines.Same].
	Same(ctx context.Context, stored Stored, lines contract.Lines) (bool, error)
	// Create stores a record, unless the slot has that revision already. It returns the
	// slot's latest record. created is false if another run stored that.
	Create(ctx context.Context, lines contract.Lines) (stored Stored, created bool, err error)
}

// Stored is a slot's record and where it is stored. Records are only the lines of all
// rows together: those of groups could fill the memory.
type Stored struct {
	Bucket, Key string
	Records     []contract.Record
}

// Metrics publish the results of runs.
type Metrics interface {
	// Publish publishes the result of a slot, also if it was stored before.
	Publish(answer contract.Answer) error
	// PublishSkipped publishes that a run skipped input.
	PublishSkipped(j job.Job, result Result) error
}
