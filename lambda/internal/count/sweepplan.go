package count

import (
	"context"
	"errors"
	"slices"
	"sort"
	"time"

	"tally/lambda/job"
)

// longestRun is Lambda's longest timeout. A run that began in time may store the
// state of its slot as much later.
const longestRun = 15 * time.Minute

// gaps finds the slots from a time to before another that lack a record, the
// earliest first. It lists each day once, and reads a few records of those jobs only
// that seem to have gaps.
//
// A record that cannot be read, for want of a permission say, keeps nobody else
// waiting: it is why the gaps of its job stay.
func (e *Engine) gaps(ctx context.Context, from, to time.Time) (all []gap, err error) {
	stored, err := e.stored(ctx, from, to)
	if err != nil {
		return nil, err
	}
	for i := range e.Jobs.Jobs {
		swept := &e.Jobs.Jobs[i]
		until := to
		if swept.Window == nil {
			until = to.Add(-longestRun)
		}
		var filled, empty []job.Slot
		for _, slot := range swept.SlotsBetween(from, until) {
			if stored[swept.Name][slot.Time.Unix()] {
				filled = append(filled, slot)
			} else {
				empty = append(empty, slot)
			}
		}
		if len(empty) == 0 {
			continue
		}
		first, found, err := e.firstSlot(ctx, swept, from, filled)
		if ctx.Err() != nil {
			return nil, err
		}
		for _, slot := range empty {
			if err != nil || found && !slot.Time.Before(first) {
				all = append(all, gap{swept, slot, err})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b gap) int { return a.slot.Time.Compare(b.slot.Time) })
	return all, nil
}

// stored are the slots that have a record, by job and Unix time.
func (e *Engine) stored(ctx context.Context, from, to time.Time) (map[string]map[int64]bool, error) {
	stored := map[string]map[int64]bool{}
	for _, swept := range e.Jobs.Jobs {
		stored[swept.Name] = map[int64]bool{}
	}
	for day := from.Truncate(24 * time.Hour); day.Before(to); day = day.Add(24 * time.Hour) {
		err := e.Store.Slots(ctx, day, func(name string, slot time.Time) {
			if slots, known := stored[name]; known { // else the job was removed
				slots[slot.Unix()] = true
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return stored, nil
}

// firstSlot is from when on slots should have a record: before, the job was not
// there or had another schedule. It is right after the last record of another
// schedule in the lookback. If there is none, it is the whole lookback where the
// record before it is of the schedule, and else the first that is filled. found is
// false for a job that has no record of its schedule.
func (e *Engine) firstSlot(ctx context.Context, swept *job.Job, from time.Time, filled []job.Slot) (_ time.Time, found bool, err error) {
	first, changed, err := e.sinceChange(ctx, swept, filled)
	if err != nil {
		return time.Time{}, false, err
	}
	if !changed {
		current, err := e.currentBefore(ctx, swept, from)
		if err != nil || current {
			return from, current, err
		}
	}
	if first == len(filled) {
		return time.Time{}, false, nil
	}
	return filled[first].Time, true, nil
}

// exactSlots are how many of the latest records are all read. Of those before some
// are: a schedule that changed and changed back among them may go unnoticed.
const exactSlots = 32

// sinceChange is the index of the first of the latest filled slots whose records are
// all of the job's schedule; changed tells whether one of another schedule comes
// before. What is no record says nothing.
func (e *Engine) sinceChange(ctx context.Context, swept *job.Job, filled []job.Slot) (first int, changed bool, err error) {
	first = len(filled)
	for step, at := 1, len(filled)-1; at >= 0; at -= step {
		current, err := e.isCurrent(ctx, swept, filled[at])
		switch {
		case errors.Is(err, ErrNoRecord):
			continue
		case err != nil:
			return 0, false, err
		case !current:
			return e.changeBetween(ctx, swept, filled, at, first)
		}
		first = at
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
	return other + 1 + after, true, failed
}

// How far back a record is looked for: longer than a year, for jobs that run once in
// it, and no more slots than are quickly looked at.
const (
	oldestRecord = 400 * 24 * time.Hour
	oldestSlot   = 5000
)

// currentBefore tells whether the last record before a time is of the job's schedule.
// It looks at every slot at first, and then at fewer: a job that ran for a quarter of
// the time since is found, however long it has failed.
func (e *Engine) currentBefore(ctx context.Context, swept *job.Job, from time.Time) (bool, error) {
	before := from
	for n, next := 1, 1; n <= oldestSlot; n++ {
		slot, ok := swept.Latest(before.Add(-time.Nanosecond))
		if !ok || from.Sub(slot.Time) > oldestRecord {
			return false, nil
		}
		before = slot.Time
		if n < next {
			continue
		}
		next += max(1, n/4)
		stored, ok, err := e.Store.Latest(ctx, swept.Name, slot.Time)
		switch {
		case errors.Is(err, ErrNoRecord), err == nil && !ok:
			continue
		case err != nil:
			return false, err
		}
		return isOf(stored, slot), nil
	}
	return false, nil
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
