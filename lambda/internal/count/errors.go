package count

import (
	"errors"
	"fmt"

	"tally/lambda/contract"
)

// What is wrong with an event. If its time is no occurrence of its schedule, the error is
// [tally/lambda/job.ErrNotScheduled].
var (
	// ErrUnknownJob means that the jobs file has no job of that name.
	ErrUnknownJob = errors.New("no such job")
	// ErrFuture means that the slot is more than MaxSlotWait away.
	ErrFuture = errors.New("the slot is in the future")
	// ErrTooLate means that a job without a window should be counted more than
	// contract.LateAfter after its slot. The state of that time is gone, and that of now
	// must not be stored for the slot.
	ErrTooLate = errors.New("the state of the slot can no longer be counted")
)

// ErrPending means that a query of Athena outlives the run. It says nothing about the slot: the
// next run of the slot joins the query.
var ErrPending = errors.New("the query still runs")

// ErrNoRecord means that an object is not the record that its key names.
var ErrNoRecord = errors.New("the object is no record")

// Failure is why a source did not count. A transient failure may be gone at the next try
// (network, overload, failover). A permanent one comes back until the job, the table or
// the permissions change. A run that fails stores nothing. If only one case fails, the
// record holds it without a count.
type Failure struct {
	Permanent bool
	// Unavailable: the database or bucket cannot be connected to, does not let us log in, or
	// throttles. No job of that source can be counted now.
	Unavailable bool
	Code        string // SQLSTATE, or the error code of S3 or Athena; empty if there was no answer
	Err         error  // the step that failed and why; it never holds a secret
}

func (f *Failure) Error() string { return f.Err.Error() }

func (f *Failure) Unwrap() error { return f.Err }

// With is the same kind of failure with another error, which tells more.
func (f *Failure) With(err error) *Failure {
	with := *f
	with.Err = err
	return &with
}

// Permanentf makes a permanent failure without a Code.
func Permanentf(format string, args ...any) *Failure {
	return &Failure{Permanent: true, Err: fmt.Errorf(format, args...)}
}

// ErrorType is the contract's word for the error of a run.
func ErrorType(err error) string {
	failure, ok := errors.AsType[*Failure](err)
	switch {
	case ok && failure.Unavailable:
		return contract.ErrorUnavailable
	case ok && failure.Permanent:
		return contract.ErrorPermanent
	}
	return contract.ErrorTransient
}

// IsPermanent tells whether err wraps a permanent failure of a source.
func IsPermanent(err error) bool {
	failure, ok := errors.AsType[*Failure](err)
	return ok && failure.Permanent
}
