package count

import (
	"cmp"
	"context"
	"slices"
	"time"

	"tally/lambda/job"
)

// longestRun is Lambda's longest timeout. A run that begins in time may store its record
// that much later.
const longestRun = 15 * time.Minute

// gaps finds the slots in [from, to) that lack a record, the earliest first. It lists
// each day once. It reads a few records, only of jobs that seem to have gaps.
//
// A record that cannot be read, for example for lack of a permission, does not stop the
// other jobs. What stays unknown about its job is one gap, which says why.
func (e *Engine) gaps(ctx context.Context, from, to time.Time) (all []gap, err error) {
	stored, err := e.stored(ctx, from, to)
	if err != nil {
		return nil, err
	}
	for i := range e.Jobs.Jobs {
		j := &e.Jobs.Jobs[i]
		until := to
		if j.Window == nil {
			until = to.Add(-longestRun)
		}
		past := lookBack(j, from, until, stored[j.Name])
		if len(past.empty) == 0 {
			continue
		}
		first, found, err := e.firstSlot(ctx, j, from, past)
		if ended := ctx.Err(); ended != nil { // what was read says nothing about any job
			return nil, cmp.Or(err, ended)
		}
		for i, slot := range past.empty {
			switch {
			case found && !slot.Time.Before(first):
				all = append(all, gap{j, slot, nil})
			case err != nil && i == 0:
				all = append(all, gap{j, slot, err})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b gap) int { return a.slot.Time.Compare(b.slot.Time) })
	return all, nil
}

// stored are the slots that have a record, by job and by seconds since 1970.
func (e *Engine) stored(ctx context.Context, from, to time.Time) (map[string]map[int64]bool, error) {
	stored := map[string]map[int64]bool{}
	for _, j := range e.Jobs.Jobs {
		stored[j.Name] = map[int64]bool{}
	}
	for day := from.Truncate(24 * time.Hour); day.Before(to); day = day.Add(24 * time.Hour) {
		err := e.Store.Slots(ctx, day, func(name string, slot time.Time) {
			if slots, known := stored[name]; known { // the file may lack the job by now
				slots[slot.Unix()] = true
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return stored, nil
}

// lookback is what a listing says about a job: its slots with a record and those without,
// the earliest first. If there are records at none of its slots, another schedule made
// them, and the lookback begins after the last of them.
type lookback struct {
	filled, empty []job.Slot
	changed       bool // there are such records
}

func lookBack(j *job.Job, from, until time.Time, stored map[int64]bool) lookback {
	slots := j.SlotsBetween(from, until)
	due := map[int64]bool{}
	for _, slot := range slots {
		due[slot.Time.Unix()] = true
	}
	var past lookback
	var other int64
	for at := range stored {
		if !due[at] && at >= from.Unix() && at < until.Unix() {
			past.changed, other = true, max(other, at)
		}
	}
	for _, slot := range slots {
		switch at := slot.Time.Unix(); {
		case past.changed && at < other:
		case stored[at]:
			past.filled = append(past.filled, slot)
		default:
			past.empty = append(past.empty, slot)
		}
	}
	return past
}
