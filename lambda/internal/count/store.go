package count

import (
	"context"
	"time"

	"tally/lambda/contract"
)

// Store keeps the records of slots. What it holds never changes.
type Store interface {
	// Latest returns the record of a slot with the highest revision; ok is false
	// when the slot has none. What lies in its place and does not begin as a record is
	// ErrNoRecord.
	Latest(ctx context.Context, job string, slot time.Time) (stored Stored, ok bool, err error)
	// Create stores a record, all of one slot and revision, unless that revision
	// exists. It returns the slot's latest record, which is somebody else's when
	// created is false.
	Create(ctx context.Context, lines contract.Lines) (stored Stored, created bool, err error)
	// Slots calls found for each slot of a UTC date that has a record, of whatever
	// job, in no order, and once for each revision. It reads no record.
	Slots(ctx context.Context, day time.Time, found func(job string, slot time.Time)) error
}

// Stored is a slot's record and where it lies. Records are its lines of all rows
// together: those of groups could fill the memory, and nobody here needs them.
type Stored struct {
	Bucket, Key string
	Records     []contract.Record
}
