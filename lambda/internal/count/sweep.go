package count

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// Sweep looks for slots of the last days that should have a record and have none. A slot
// of a job with a window is counted, as long as there is time. Otherwise a record says
// that the slot was missed. The answer says what failed. An error means that the sweep
// could not find out which slots lack a record.
func (e *Engine) Sweep(ctx context.Context, asked contract.Sweep) (contract.SweepAnswer, error) {
	now := e.Now().UTC().Truncate(time.Second)
	answer := contract.SweepAnswer{
		Outcome: contract.OutcomeSwept,
		From:    now.AddDate(0, 0, -asked.Days),
		To:      now.Add(-contract.LateAfter),
	}
	whole := wholeRun(ctx)
	ctx, cancel := leaveRoom(ctx, reportTime)
	defer cancel()
	gaps, err := e.gaps(ctx, answer.From, answer.To)
	if err != nil {
		return answer, fmt.Errorf("look for slots without a record: %w", err)
	}
	hour := now.Unix() / 3600
	patience := hour%2 == 1
	if patience {
		favour(gaps, hour/2)
	}
	e.closeGaps(ctx, gaps, whole, patience, &answer)
	if err := e.Metrics.PublishSweep(answer); err != nil {
		return answer, fmt.Errorf("publish metrics: %w", err)
	}
	return answer, nil
}

// favour moves the earliest gap of one job to the front, each turn that of another job.
// So a slot that fails although it has all the time does not get it each time.
func favour(gaps []gap, turn int64) {
	earliest := map[string]int{}
	for i, next := range slices.Backward(gaps) {
		if next.unknown == nil && next.job.Window != nil { // only these take time
			earliest[next.job.Name] = i
		}
	}
	if len(earliest) == 0 {
		return
	}
	names := slices.Sorted(maps.Keys(earliest))
	at := earliest[names[turn%int64(len(names))]]
	favoured := gaps[at]
	copy(gaps[1:at+1], gaps[:at])
	gaps[0] = favoured
}

// closeGaps fills gaps in their order and notes the results. When a slot fails, the other
// gaps of its job come last. Unless the failure is permanent, so do the gaps of its
// database or bucket: if that is down, it must not use up the time of the others. With
// patience the first gap may take all the time, for slots that need that of a whole run.
func (e *Engine) closeGaps(ctx context.Context, gaps []gap, whole time.Duration, patience bool, answer *contract.SweepAnswer) {
	failing := map[string]bool{}
	var later []gap
	for i, next := range gaps {
		if failing[next.job.Name] || failing[next.source()] {
			later = append(later, next)
			continue
		}
		othersWait := len(gaps)-i-1+len(later) > 0
		if err := e.closeGap(ctx, next, whole, othersWait && (i > 0 || !patience), answer); err != nil {
			answer.Failed.Add(next.as(err))
			if next.unknown == nil {
				failing[next.job.Name] = true
				failing[next.source()] = !IsPermanent(err)
			}
		}
	}
	for i, next := range later {
		if err := e.closeGap(ctx, next, whole, len(later)-i-1 > 0, answer); err != nil {
			answer.Failed.Add(next.as(err))
		}
	}
}

// closeGap fills one gap, unless it has been filled meanwhile. While others wait, it takes
// at most half of the time that is left. So a slot that always takes too long does not
// keep the others waiting.
func (e *Engine) closeGap(ctx context.Context, next gap, whole time.Duration, othersWait bool, answer *contract.SweepAnswer) error {
	if next.unknown != nil {
		return fmt.Errorf("it is unknown which slots from here on lack a record: look for when the job began: %w", next.unknown)
	}
	left := timeLeft(ctx)
	if left < leastTime {
		return errNoTime
	}
	if othersWait {
		left /= 2
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, left)
		defer cancel()
	}
	r := run{*next.job, next.slot, whole}
	if next.job.Window == nil {
		_, created, err := e.Store.Create(ctx, r.missedLines(e.Now()))
		if created {
			answer.Missed.Add(next.as(nil))
		}
		return err
	}
	filled, err := e.fill(ctx, r)
	if err == nil && filled.Outcome == contract.OutcomeStored {
		answer.Recovered.Add(next.as(nil))
	}
	return err
}

// leastTime is how much time must be left to begin a slot.
const leastTime = 5 * time.Second

// errNoTime is why a slot was not begun.
var errNoTime = errors.New("no time was left; the next sweep goes on")

// timeLeft is how long a context lasts: without a deadline a day, which is longer than
// any run.
func timeLeft(ctx context.Context) time.Duration {
	deadline, limited := ctx.Deadline()
	if !limited {
		return 24 * time.Hour
	}
	return time.Until(deadline)
}

// gap is a slot without a record.
type gap struct {
	job  *job.Job
	slot job.Slot
	// unknown is why it could not be found out whether this slot and the job's slots after
	// it should have a record. It is nil if this slot should have one.
	unknown error
}

// source is the database or bucket of the job.
func (g gap) source() string {
	return string(g.job.Source.Kind()) + " " + g.job.Source.Key()
}

func (g gap) as(why error) contract.SweptSlot {
	swept := contract.SweptSlot{Job: g.job.Name, Slot: g.slot.Time}
	if why != nil {
		swept.Reason = why.Error()
	}
	return swept
}
