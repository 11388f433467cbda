package count

import (
	"context"
	"errors"
	"sort"
	"time"

	"tally/lambda/job"
)

// firstSlot is the time from which on slots should have a record. Before it, the job did
// not exist or had another schedule. It is
//   - the first filled slot after the last record of another schedule, if the lookback has
//     such a record;
//   - else the start of the lookback, if the last record before that is of this schedule;
//   - else the first filled slot.
//
// found is false for a job that has no record of its schedule. With an error, it is the
// first slot that is known. There may be earlier ones.
func (e *Engine) firstSlot(ctx context.Context, j *job.Job, from time.Time, past lookback) (_ time.Time, found bool, err error) {
	first, changed, err := e.sinceChange(ctx, j, past.filled)
	if err == nil && !changed && !past.changed {
		var current bool
		if current, err = e.currentBefore(ctx, j, from); current {
			return from, true, nil
		}
	}
	if first == len(past.filled) {
		return time.Time{}, false, err
	}
	return past.filled[first].Time, true, err
}

// exactSlots is how many of the latest records are read without leaving any out. Of the
// records before them only some are read: a schedule that changed there, and changed
// back, may go unnoticed.
const exactSlots = 32

// sinceChange is the index of the filled slot since which all records are of the job's
// schedule. changed tells whether the record before it is of another schedule. Objects
// that are no record are ignored. With an error, the index is the first that is known.
func (e *Engine) sinceChange(ctx context.Context, j *job.Job, filled []job.Slot) (first int, changed bool, err error) {
	first = len(filled)
	for step, at := 1, len(filled)-1; at >= 0; at -= step {
		current, err := e.isCurrent(ctx, j, filled[at])
		switch {
		case errors.Is(err, ErrNoRecord):
		case err != nil:
			return first, false, err
		case !current:
			return e.changeBetween(ctx, j, filled, at, first)
		default:
			first = at
		}
		if len(filled)-at >= exactSlots {
			step *= 2
		}
		if at > 0 && at < step {
			step = at // do not leave out the earliest one
		}
	}
	return first, false, nil
}

// changeBetween finds where the schedule changed: between a record of another schedule
// and the next record that was read, which is of the job's schedule, if there is one.
func (e *Engine) changeBetween(ctx context.Context, j *job.Job, filled []job.Slot, other, current int) (int, bool, error) {
	var failed error
	after := sort.Search(current-other-1, func(i int) bool {
		found, err := e.isCurrent(ctx, j, filled[other+1+i])
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

// oldestRecord is how far back a record is looked for. It is longer than a year, for jobs
// that run once a year.
const oldestRecord = 400 * 24 * time.Hour

// currentBefore tells whether the last record before a time is of the job's schedule. It
// looks at every slot at first, and then a quarter further back each time, some sixty
// times at most. So it finds the records of a job that has failed for at most four times
// as long as it ran before. It does not see records that are at none of the job's slots.
func (e *Engine) currentBefore(ctx context.Context, j *job.Job, from time.Time) (bool, error) {
	for before := from; ; {
		slot, ok := j.Latest(before.Add(-time.Nanosecond))
		distance := from.Sub(slot.Time)
		if !ok || distance > oldestRecord {
			return false, nil
		}
		stored, ok, err := e.Store.Latest(ctx, j.Name, slot.Time)
		switch {
		case err == nil && ok:
			return isOf(stored, slot), nil
		case err != nil && !errors.Is(err, ErrNoRecord):
			return false, err
		}
		before = slot.Time.Add(-distance / 4)
	}
}

// isCurrent tells whether a slot has a record of the job's present schedule.
func (e *Engine) isCurrent(ctx context.Context, j *job.Job, slot job.Slot) (bool, error) {
	stored, ok, err := e.Store.Latest(ctx, j.Name, slot.Time)
	if err != nil || !ok {
		return false, err
	}
	return isOf(stored, slot), nil
}

// isOf tells whether a record is of the same schedule and zone as a slot.
func isOf(stored Stored, slot job.Slot) bool {
	made := stored.Records[0]
	return made.Schedule == slot.Schedule && made.ScheduleTimezone == slot.Timezone
}
