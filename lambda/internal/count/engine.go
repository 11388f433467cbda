package count

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// Engine fills slots. Set its fields once; then it may be used concurrently.
type Engine struct {
	Jobs    job.File
	Source  Source
	Checker Checker // for DryRun
	Store   Store
	Metrics Metrics
	Now     func() time.Time
	// Warn gets warnings about a slot's counts. It may be nil.
	Warn func(ctx context.Context, job string, slot time.Time, warning string)
}

// Fill counts the slot of an event and stores its record, unless the slot has one. If the
// event asks for a recount, see [contract.Recount]. With an error, the answer holds what was
// known by then: the job, and the slot or at least the event's time.
func (e *Engine) Fill(ctx context.Context, event contract.Event) (contract.Answer, error) {
	find, store := e.find, e.storedOrNew
	if event.Recount != nil {
		find, store = e.findAgain, e.recount
	}
	answer := contract.Answer{Job: event.Job, Slot: event.ScheduledTime}
	r, err := find(ctx, event)
	if err != nil {
		return answer, err
	}
	answer.Slot = r.slot.Time
	stored, outcome, err := store(ctx, r)
	switch {
	case errors.Is(err, ErrPending):
		outcome = contract.OutcomePending
	case err != nil:
		return answer, r.failed(err)
	}
	answer.Outcome, answer.Bucket, answer.Key, answer.Records = outcome, stored.Bucket, stored.Key, stored.Records
	answer.Label = r.job.Label
	if err := e.Metrics.Publish(answer); err != nil {
		return answer, r.failed(fmt.Errorf("publish metrics: %w", err))
	}
	return answer, nil
}

// Count counts the slot of an event. It neither looks for a record nor stores one: Store
// and Metrics are not needed. A job without a window counts the state of now, whatever
// the slot.
func (e *Engine) Count(ctx context.Context, event contract.Event) ([]contract.Record, error) {
	r, err := e.find(ctx, event)
	if err != nil {
		return nil, err
	}
	if err := e.waitForSlot(ctx, r.slot.Time); err != nil {
		return nil, r.failed(err)
	}
	lines, err := e.count(ctx, r)
	return lines.Records(), r.failed(err)
}

// run is one slot of a job that is counted.
type run struct {
	job      job.Job
	slot     job.Slot
	event    contract.Event
	fullTime time.Duration // see fullTimeOf
	after    int           // the revision that a recount compares with
	joinOnly bool          // see Query.JoinOnly
}

// failed adds to an error of the run which job and slot it is about.
func (r run) failed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("job %s, slot %s: %w", r.job.Name, r.slot.Time.Format(time.RFC3339), err)
}

// find finds an event's job and slot.
func (e *Engine) find(ctx context.Context, event contract.Event) (run, error) {
	j, err := e.lookup(event.Job)
	if err != nil {
		return run{}, err
	}
	slot, err := j.Slot(event)
	return run{job: j, slot: slot, event: event, fullTime: fullTimeOf(ctx)}, err
}

func (e *Engine) lookup(name string) (job.Job, error) {
	j, known := e.Jobs.Lookup(name)
	if !known {
		return job.Job{}, fmt.Errorf("job %q: %w; the jobs file has %s", name, ErrUnknownJob, e.Jobs.Names())
	}
	return j, nil
}

// purpose tells the run's count from others of the same slot.
func (r run) purpose() string {
	purpose := "slot"
	if recount := r.event.Recount; recount != nil {
		// Not of a revision if a person asks for it: a repeat finds another one to compare with.
		purpose = "recount"
		switch {
		case recount.Age != "":
			purpose += " " + recount.Age
		case r.event.Requested.IsZero():
			purpose = fmt.Sprintf("recount of revision %d", r.after)
		}
	}
	if !r.event.Requested.IsZero() {
		purpose += " requested " + r.event.Requested.UTC().Format(time.RFC3339Nano)
	}
	return purpose
}

// storedOrNew returns the record of a slot. If there is none, it counts and stores it.
func (e *Engine) storedOrNew(ctx context.Context, r run) (Stored, contract.Outcome, error) {
	storing, cancel := leaveRoom(ctx, reportTime)
	defer cancel()
	if err := e.waitForSlot(storing, r.slot.Time); err != nil {
		return Stored{}, "", err
	}
	stored, ok, err := e.Store.Latest(storing, r.job.Name, r.slot.Time)
	if err != nil {
		return Stored{}, "", fmt.Errorf("look for a record: %w", err)
	}
	if ok {
		return stored, contract.OutcomeAlreadyStored, nil
	}
	if past := e.Now().Sub(r.slot.Time); r.job.Window == nil && past > contract.LateAfter {
		if !r.job.Source.OutlivesRun() {
			return Stored{}, "", fmt.Errorf("%w: it was %s ago, and the job has no window", ErrTooLate, past.Round(time.Second))
		}
		r.joinOnly = true
	}
	lines, err := e.count(ctx, r)
	if err != nil {
		return Stored{}, "", err
	}
	stored, created, err := e.Store.Create(storing, lines)
	if err != nil {
		return Stored{}, "", fmt.Errorf("store the record: %w", err)
	}
	if created {
		return stored, contract.OutcomeStored, nil
	}
	return stored, contract.OutcomeAlreadyStored, nil
}

// count counts a slot, passes on warnings, and returns the lines to store.
func (e *Engine) count(ctx context.Context, r run) (contract.Lines, error) {
	window, err := WindowOf(r.job, r.slot)
	if err != nil {
		return contract.Lines{}, fmt.Errorf("window: %w", err)
	}
	ctx, cancel := leaveRoom(ctx, storeTime)
	defer cancel()
	result, err := e.Source.Count(ctx, Query{Job: r.job, Window: window, FullTime: r.fullTime, Slot: r.slot.Time, Purpose: r.purpose(), JoinOnly: r.joinOnly})
	if err != nil {
		return contract.Lines{}, fmt.Errorf("count: %w", err)
	}
	for _, warning := range result.Warnings {
		if e.Warn != nil {
			e.Warn(ctx, r.job.Name, r.slot.Time, warning)
		}
	}
	if result.Skipped > 0 && e.Metrics != nil {
		if err := e.Metrics.PublishSkipped(r.job, result); err != nil {
			return contract.Lines{}, fmt.Errorf("publish metrics: %w", err)
		}
	}
	return r.lines(window, result, cmp.Or(result.At, e.Now())), nil
}

// WindowOf is the window of a slot. It is nil for a job that counts the current state.
func WindowOf(j job.Job, slot job.Slot) (*Window, error) {
	from, to, ok, err := j.Range(slot.Time)
	if err != nil || !ok {
		return nil, err
	}
	return &Window{From: from.UTC(), To: to.UTC()}, nil
}
