package count

import (
	"context"
	"errors"
	"fmt"
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
func (e *Engine) gaps(ctx context.Context, from, to time.Time) ([]gap, error) {
	stored, err := e.stored(ctx, from, to)
	if err != nil {
		return nil, err
	}
	var all []gap
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
		if err != nil {
			return nil, fmt.Errorf("job %s: %w", swept.Name, err)
		}
		for _, slot := range empty {
			if found && !slot.Time.Before(first) {
				all = append(all, gap{swept, slot})
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

// earlierSlots are how many slots before the lookback tell that a job has had its
// schedule all the time.
const earlierSlots = 3

// firstSlot is from when on slots should have a record: before, the job was not
// there or had another schedule. That is the whole lookback if one of the slots
// right before it has a record of the schedule; else the first of the filled slots
// that has one. A job without any has never run by its schedule.
func (e *Engine) firstSlot(ctx context.Context, swept *job.Job, from time.Time, filled []job.Slot) (time.Time, bool, error) {
	before := from
	for range earlierSlots {
		slot, ok := swept.Latest(before.Add(-time.Nanosecond))
		if !ok {
			break
		}
		current, err := e.isCurrent(ctx, swept, slot)
		if err != nil && !errors.Is(err, ErrNoRecord) || current {
			return from, current, err
		}
		before = slot.Time
	}
	// A schedule changes at an instant: the records before are of the old one, those
	// after it of the new one. For what is no record, the next one tells.
	var failed error
	first := sort.Search(len(filled), func(i int) bool {
		for ; failed == nil && i < len(filled); i++ {
			current, err := e.isCurrent(ctx, swept, filled[i])
			if !errors.Is(err, ErrNoRecord) {
				failed = err
				return current
			}
		}
		return false
	})
	if failed != nil || first == len(filled) {
		return time.Time{}, false, failed
	}
	return filled[first].Time, true, nil
}

// isCurrent tells whether a slot has a record that was made by the schedule which
// the job has now.
func (e *Engine) isCurrent(ctx context.Context, swept *job.Job, slot job.Slot) (bool, error) {
	stored, ok, err := e.Store.Latest(ctx, swept.Name, slot.Time)
	if err != nil || !ok {
		return false, err
	}
	made := stored.Records[0]
	return made.Schedule == slot.Schedule && made.ScheduleTimezone == slot.Timezone, nil
}
