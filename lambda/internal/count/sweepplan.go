package count

import (
	"cmp"
	"context"
	"slices"
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
// waiting. What it leaves unknown of its job is one gap: it says why.
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
		past := lookBack(swept, from, until, stored[swept.Name])
		if len(past.empty) == 0 {
			continue
		}
		first, found, err := e.firstSlot(ctx, swept, from, past)
		if ended := ctx.Err(); ended != nil { // no telling then, of no job
			return nil, cmp.Or(err, ended)
		}
		for i, slot := range past.empty {
			switch {
			case found && !slot.Time.Before(first):
				all = append(all, gap{swept, slot, nil})
			case err != nil && i == 0:
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

// lookback is what a listing says of a job: its slots with a record and those
// without, the earliest first, from the last record on that is at none of its slots.
type lookback struct {
	filled, empty []job.Slot
	changed       bool // there is such a record; it was made by another schedule
}

func lookBack(swept *job.Job, from, until time.Time, stored map[int64]bool) lookback {
	slots := swept.SlotsBetween(from, until)
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
