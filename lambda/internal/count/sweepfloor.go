package count

import (
	"context"
	"errors"
	"sort"
	"time"

	"tally/lambda/job"
)

// firstSlot is from when on slots should have a record: before, the job was not
// there or had another schedule. It is the first filled slot after the last record of
// another schedule in the lookback. If there is no such record, it is the whole
// lookback where the record before it is of the schedule, and else the first that is
// filled. found is false for a job that has no record of its schedule. With an error,
// it is the first that is known: there may be earlier ones.
func (e *Engine) firstSlot(ctx context.Context, swept *job.Job, from time.Time, past lookback) (_ time.Time, found bool, err error) {
	first, changed, err := e.sinceChange(ctx, swept, past.filled)
	if err == nil && !changed && !past.changed {
		var current bool
		if current, err = e.currentBefore(ctx, swept, from); current {
			return from, true, nil
		}
	}
	if first == len(past.filled) {
		return time.Time{}, false, err
	}
	return past.filled[first].Time, true, err
}

// exactSlots are how many of the latest records are all read. Of those before some
// are: a schedule that changed and changed back among them may go unnoticed.
const exactSlots = 32

// sinceChange is the index of the first of the latest filled slots whose records are
// all of the job's schedule; changed tells whether one of another schedule comes
// before. What is no record says nothing. With an error, it is the first that is known.
func (e *Engine) sinceChange(ctx context.Context, swept *job.Job, filled []job.Slot) (first int, changed bool, err error) {
	first = len(filled)
	for step, at := 1, len(filled)-1; at >= 0; at -= step {
		current, err := e.isCurrent(ctx, swept, filled[at])
		switch {
		case errors.Is(err, ErrNoRecord):
		case err != nil:
			return first, false, err
		case !current:
			return e.changeBetween(ctx, swept, filled, at, first)
		default:
			first = at
		}
		if len(filled)-at >= exactSlots {
			step *= 2
		}
		if at > 0 && at < step {
			step = at // the earliest one, too
		}
	}
	return first, false, nil
}

// changeBetween finds where the schedule changed between a record of another one and
// the next that was read, which is of the job's, if there was any.
func (e *Engine) changeBetween(ctx context.Context, swept *job.Job, filled []job.Slot, other, current int) (int, bool, error) {
	var failed error
	after := sort.Search(current-other-1, func(i int) bool {
		found, err := e.isCurrent(ctx, swept, filled[other+1+i])
		if err != nil && !errors.Is(err, ErrNoRecord) {
			failed = err
		}
		return found
	})
	if failed != nil {
		return current, false, failed
	}
	return other + 1 + after, true, nil
}

// oldestRecord is how far back a record is looked for: longer than a year, for jobs
// that run once in it.
const oldestRecord = 400 * 24 * time.Hour

// currentBefore tells whether the last record before a time is of the job's schedule.
// It looks at every slot at first, and then a quarter further back each time, some
// sixty times at most: a job that ran for a quarter of the time since is found,
// however long it has failed. Records at none of its slots are not seen.
func (e *Engine) currentBefore(ctx context.Context, swept *job.Job, from time.Time) (bool, error) {
	for before := from; ; {
		slot, ok := swept.Latest(before.Add(-time.Nanosecond))
		distance := from.Sub(slot.Time)
		if !ok || distance > oldestRecord {
			return false, nil
		}
		stored, ok, err := e.Store.Latest(ctx, swept.Name, slot.Time)
		switch {
		case err == nil && ok:
			return isOf(stored, slot), nil
		case err != nil && !errors.Is(err, ErrNoRecord):
			return false, err
		}
		before = slot.Time.Add(-distance / 4)
	}
}

// isCurrent tells whether a slot has a record that was made by the schedule which
// the job has now.
func (e *Engine) isCurrent(ctx context.Context, swept *job.Job, slot job.Slot) (bool, error) {
	stored, ok, err := e.Store.Latest(ctx, swept.Name, slot.Time)
	if err != nil || !ok {
		return false, err
	}
	return isOf(stored, slot), nil
}

// isOf tells whether a record was made by the schedule of a slot.
func isOf(stored Stored, slot job.Slot) bool {
	made := stored.Records[0]
	return made.Schedule == slot.Schedule && made.ScheduleTimezone == slot.Timezone
}
