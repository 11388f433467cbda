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

// Sweep looks for the slots of the last days that should have a record and have none.
// Those of jobs with a window are counted, as a scheduled event would have had them,
// if there is the time; for the others a record says that they were missed. What
// fails is in the answer. An error means that there is no telling which slots lack a
// record.
func (e *Engine) Sweep(ctx context.Context, wanted contract.Sweep) (contract.SweepAnswer, error) {
	now := e.Now().UTC().Truncate(time.Second)
	answer := contract.SweepAnswer{
		Outcome: contract.OutcomeSwept,
		From:    now.AddDate(0, 0, -wanted.Days),
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

// favour moves the earliest gap of one job to the front, of another job each turn:
// what has all the time there is and still fails must not have it each time.
func favour(gaps []gap, turn int64) {
	earliest := map[string]int{}
	for i, next := range slices.Backward(gaps) {
		if next.unknown == nil && next.job.Window != nil { // others need no time
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

// closeGaps fills gaps, in their order, and notes what became of them. Once a slot of a
// job has failed, the others of that job wait behind those of all other jobs, and
// those of its database or bucket, too, unless the job is to blame: one that is down
// must not use up the time of one that is not. With patience the first gap may take
// all the time there is: what needs a whole run would else never have one.
//
// whole is a wholeRun: a sweep has the time of a run.
func (e *Engine) closeGaps(ctx context.Context, gaps []gap, whole time.Duration, patience bool, answer *contract.SweepAnswer) {
	failing := map[string]bool{}
	var behind []gap
	for i, next := range gaps {
		if failing[next.job.Name] || failing[next.source()] {
			behind = append(behind, next)
			continue
		}
		othersWait := len(gaps)-i-1+len(behind) > 0
		if err := e.closeGap(ctx, next, whole, othersWait && (i > 0 || !patience), answer); err != nil {
			answer.Failed.Add(next.as(err))
			if next.unknown == nil {
				failing[next.job.Name] = true
				failing[next.source()] = !IsPermanent(err)
			}
		}
	}
	for i, next := range behind {
		if err := e.closeGap(ctx, next, whole, len(behind)-i-1 > 0, answer); err != nil {
			answer.Failed.Add(next.as(err))
		}
	}
}

// closeGap fills one gap, unless somebody else did meanwhile. While others wait it
// takes half of the time that is left: what always takes too long must not keep
// them waiting each hour.
func (e *Engine) closeGap(ctx context.Context, next gap, whole time.Duration, othersWait bool, answer *contract.SweepAnswer) error {
	if next.unknown != nil {
		return fmt.Errorf("no telling which slots from here on lack a record: look for when the job began: %w", next.unknown)
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
	if next.job.Window == nil {
		_, created, err := e.Store.Create(ctx, missedLines(*next.job, next.slot, e.Now()))
		if created {
			answer.Missed.Add(next.as(nil))
		}
		return err
	}
	filled, err := e.fillSlot(ctx, *next.job, next.slot, whole)
	if err == nil && filled.Outcome == contract.OutcomeStored {
		answer.Recovered.Add(next.as(nil))
	}
	return err
}

// leastTime is what a slot must have left to be begun.
const leastTime = 5 * time.Second

// errNoTime is why a slot was not begun.
var errNoTime = errors.New("no time was left; the next sweep goes on")

// timeLeft is how long a context lasts; without a deadline longer than any run.
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
	// unknown is why there is no telling whether it, and those that follow until the
	// next gap of the job, should have one; nil if it should.
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
