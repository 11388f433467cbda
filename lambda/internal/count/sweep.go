package count

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// Sweep looks for the slots of the last days that should have a record and have
// none. Those of jobs with a window are counted, as a scheduled event would have
// had them; for the others the record says that they were missed. What fails is in
// the answer. An error means that there is no telling which slots lack a record.
func (e *Engine) Sweep(ctx context.Context, wanted contract.Sweep) (contract.SweepAnswer, error) {
	now := e.Now().UTC().Truncate(time.Second)
	answer := contract.SweepAnswer{
		Outcome: contract.OutcomeSwept,
		From:    now.AddDate(0, 0, -wanted.Days),
		To:      now.Add(-contract.LateAfter),
	}
	gaps, err := e.gaps(ctx, answer.From, answer.To)
	if err != nil {
		return answer, fmt.Errorf("look for slots without a record: %w", err)
	}
	sweeping, cancel := leaveRoom(ctx)
	defer cancel()
	e.closeGaps(sweeping, gaps, &answer)
	if err := e.Metrics.PublishSweep(answer); err != nil {
		return answer, fmt.Errorf("publish metrics: %w", err)
	}
	return answer, nil
}

// closeGaps fills gaps, in their order, and notes what became of them. Once a slot of a
// job has failed, the others of that job wait behind those of all other jobs: a
// database that is down must not use up the time of one that is not.
func (e *Engine) closeGaps(ctx context.Context, gaps []gap, answer *contract.SweepAnswer) {
	failing := map[string]bool{}
	var behind []gap
	for i, next := range gaps {
		if failing[next.job.Name] {
			behind = append(behind, next)
			continue
		}
		if err := e.closeGap(ctx, next, len(gaps)-i-1+len(behind) > 0, answer); err != nil {
			failing[next.job.Name] = true
			answer.Failed.Add(next.as(err))
		}
	}
	for i, next := range behind {
		if err := e.closeGap(ctx, next, len(behind)-i-1 > 0, answer); err != nil {
			answer.Failed.Add(next.as(err))
		}
	}
}

// closeGap fills one gap, unless somebody else did meanwhile. While others wait it
// takes half of the time that is left: what always takes too long must not keep
// them waiting each hour.
func (e *Engine) closeGap(ctx context.Context, next gap, othersWait bool, answer *contract.SweepAnswer) error {
	if deadline, ok := ctx.Deadline(); ok {
		left := time.Until(deadline)
		if left < leastTime {
			return errNoTime
		}
		if othersWait {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, left/2)
			defer cancel()
		}
	}
	if next.job.Window == nil {
		_, created, err := e.Store.Create(ctx, missedRecords(*next.job, next.slot, e.Now()))
		if created {
			answer.Missed.Add(next.as(nil))
		}
		return err
	}
	filled, err := e.fillSlot(ctx, *next.job, next.slot)
	if err == nil && filled.Outcome == contract.OutcomeStored {
		answer.Recovered.Add(next.as(nil))
	}
	return err
}

// leastTime is what a slot must have left to be begun.
const leastTime = 5 * time.Second

// errNoTime is why a slot was not begun.
var errNoTime = errors.New("no time was left; the next sweep goes on")

// gap is a slot without a record.
type gap struct {
	job  *job.Job
	slot job.Slot
}

func (g gap) as(why error) contract.SweptSlot {
	swept := contract.SweptSlot{Job: g.job.Name, Slot: g.slot.Time}
	if why != nil {
		swept.Reason = why.Error()
	}
	return swept
}
