package count

import (
	"context"
	"fmt"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// Engine fills slots. Its fields are set once; it may then be used concurrently.
type Engine struct {
	Jobs    job.File
	Source  Source
	Checker Checker // for DryRun
	Store   Store
	Metrics Metrics
	Now     func() time.Time
	// Warn hears what somebody should know who relies on a slot's counts; nil if
	// nobody wants to.
	Warn func(ctx context.Context, job string, slot time.Time, warning string)
}

// Fill fills the slot that an event is for, unless it is filled. When it fails,
// the answer holds what was known by then: the job, and the slot or at least the
// time that the event gave.
func (e *Engine) Fill(ctx context.Context, event contract.Event) (contract.Answer, error) {
	answer := contract.Answer{Job: event.Job, Slot: event.ScheduledTime}
	wanted, slot, err := e.find(event)
	if err != nil {
		return answer, err
	}
	answer, err = e.fillSlot(ctx, wanted, slot, wholeRun(ctx))
	if err != nil {
		return answer, failedRun(wanted, slot, err)
	}
	return answer, nil
}

// fillSlot fills a slot, unless it is filled, and publishes what became of it.
// whole is a wholeRun.
func (e *Engine) fillSlot(ctx context.Context, wanted job.Job, slot job.Slot, whole time.Duration) (contract.Answer, error) {
	answer := contract.Answer{Job: wanted.Name, Slot: slot.Time}
	stored, outcome, err := e.fill(ctx, wanted, slot, whole)
	if err != nil {
		return answer, err
	}
	answer.Outcome, answer.Bucket, answer.Key, answer.Records = outcome, stored.Bucket, stored.Key, stored.Records
	answer.Label = wanted.Label
	if err := e.Metrics.Publish(answer); err != nil {
		return answer, fmt.Errorf("publish metrics: %w", err)
	}
	return answer, nil
}

// Count counts the slot that an event is for without looking for its record or
// storing one: Store and Metrics are not needed. A job without a window counts the
// state of now, whatever the slot.
func (e *Engine) Count(ctx context.Context, event contract.Event) ([]contract.Record, error) {
	whole := wholeRun(ctx)
	wanted, slot, err := e.find(event)
	if err != nil {
		return nil, err
	}
	if err := e.await(ctx, slot.Time); err != nil {
		return nil, failedRun(wanted, slot, err)
	}
	lines, err := e.count(ctx, wanted, slot, whole)
	if err != nil {
		return nil, failedRun(wanted, slot, err)
	}
	return lines.Records(), nil
}

// find finds an event's job and slot.
func (e *Engine) find(event contract.Event) (job.Job, job.Slot, error) {
	wanted, err := e.lookup(event.Job)
	if err != nil {
		return job.Job{}, job.Slot{}, err
	}
	slot, err := wanted.Slot(event)
	return wanted, slot, err
}

func (e *Engine) lookup(name string) (job.Job, error) {
	wanted, known := e.Jobs.Lookup(name)
	if !known {
		return job.Job{}, fmt.Errorf("job %q: %w; the jobs file has %s", name, ErrUnknownJob, e.Jobs.Names())
	}
	return wanted, nil
}

func failedRun(wanted job.Job, slot job.Slot, err error) error {
	return fmt.Errorf("job %s, slot %s: %w", wanted.Name, slot.Time.Format(time.RFC3339), err)
}

func (e *Engine) fill(ctx context.Context, wanted job.Job, slot job.Slot, whole time.Duration) (Stored, contract.Outcome, error) {
	storing, cancel := leaveRoom(ctx, reportTime)
	defer cancel()
	if err := e.await(storing, slot.Time); err != nil {
		return Stored{}, "", err
	}
	stored, ok, err := e.Store.Latest(storing, wanted.Name, slot.Time)
	if err != nil {
		return Stored{}, "", fmt.Errorf("look for a record: %w", err)
	}
	if ok {
		return stored, contract.OutcomeAlreadyStored, nil
	}
	if past := e.Now().Sub(slot.Time); wanted.Window == nil && past > contract.LateAfter {
		return Stored{}, "", fmt.Errorf("%w: it was %s ago, and the job has no window", ErrTooLate, past.Round(time.Second))
	}
	lines, err := e.count(ctx, wanted, slot, whole)
	if err != nil {
		return Stored{}, "", err
	}
	stored, created, err := e.Store.Create(storing, lines)
	switch {
	case err != nil:
		return Stored{}, "", fmt.Errorf("store the record: %w", err)
	case created:
		return stored, contract.OutcomeStored, nil
	default:
		return stored, contract.OutcomeAlreadyStored, nil
	}
}

// count counts a slot into the lines to store.
func (e *Engine) count(ctx context.Context, wanted job.Job, slot job.Slot, whole time.Duration) (contract.Lines, error) {
	window, err := WindowOf(wanted, slot)
	if err != nil {
		return contract.Lines{}, fmt.Errorf("window: %w", err)
	}
	ctx, cancel := leaveRoom(ctx, storeTime)
	defer cancel()
	result, err := e.Source.Count(ctx, Query{Job: wanted, Window: window, Whole: whole})
	if err != nil {
		return contract.Lines{}, fmt.Errorf("count: %w", err)
	}
	if err := e.report(ctx, wanted, slot, result); err != nil {
		return contract.Lines{}, err
	}
	return linesOf(wanted, slot, window, result, e.Now()), nil
}

// report says what a run found besides its counts.
func (e *Engine) report(ctx context.Context, wanted job.Job, slot job.Slot, result Result) error {
	for _, warning := range result.Warnings {
		if e.Warn != nil {
			e.Warn(ctx, wanted.Name, slot.Time, warning)
		}
	}
	if result.Skipped == 0 || e.Metrics == nil {
		return nil
	}
	if err := e.Metrics.PublishSkipped(wanted, result); err != nil {
		return fmt.Errorf("publish metrics: %w", err)
	}
	return nil
}

// WindowOf is the window of a slot; nil for a job that counts the current state.
func WindowOf(wanted job.Job, slot job.Slot) (*Window, error) {
	from, to, ok, err := wanted.Range(slot.Time)
	if err != nil || !ok {
		return nil, err
	}
	return &Window{From: from.UTC(), To: to.UTC()}, nil
}
