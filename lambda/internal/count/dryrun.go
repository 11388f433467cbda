package count

import (
	"context"
	"errors"
	"fmt"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// DryRun finds the slot that is asked for and has the source check it. It neither
// counts nor stores; only Jobs, Checker and Now are needed. An error holds everything
// that is wrong with the job. When it fails, the answer holds what was known by then.
func (e *Engine) DryRun(ctx context.Context, asked contract.DryRun) (contract.DryRunAnswer, error) {
	answer := contract.DryRunAnswer{Outcome: contract.OutcomeDryRun, Job: asked.Job, Slot: asked.ScheduledTime}
	wanted, slot, err := e.findAsked(asked)
	if err != nil {
		return answer, err
	}
	answer.Slot, answer.Cases, answer.JobSHA256 = slot.Time, wanted.CaseNames(), wanted.SHA256()
	answer.Database, answer.Table = wanted.Source.Database, wanted.Source.Table
	answer.Bucket, answer.Prefix = wanted.Source.Bucket, wanted.Source.Prefix
	window, err := WindowOf(wanted, slot)
	if err != nil {
		return answer, failedRun(wanted, slot, fmt.Errorf("window: %w", err))
	}
	if window != nil {
		answer.WindowFrom, answer.WindowTo = &window.From, &window.To
	}
	ctx, cancel := leaveRoom(ctx, storeTime)
	defer cancel()
	problems, err := e.Checker.Check(ctx, Query{Job: wanted, Window: window})
	if err != nil {
		return answer, failedRun(wanted, slot, fmt.Errorf("check: %w", err))
	}
	var wrong []error
	for _, problem := range problems {
		if problem.Warning {
			answer.Warnings = append(answer.Warnings, problem.inWords().Error())
		} else {
			wrong = append(wrong, problem.inWords())
		}
	}
	if len(wrong) > 0 {
		return answer, failedRun(wanted, slot, &Failure{Permanent: true, Err: errors.Join(wrong...)})
	}
	return answer, nil
}

// findAsked finds a dry run's job and slot: the latest, if it names none.
func (e *Engine) findAsked(asked contract.DryRun) (job.Job, job.Slot, error) {
	if !asked.ScheduledTime.IsZero() {
		return e.find(asked.Event)
	}
	wanted, err := e.lookup(asked.Job)
	if err != nil {
		return job.Job{}, job.Slot{}, err
	}
	return wanted, wanted.LatestOrNext(e.Now()), nil
}

// inWords is the problem with its key.
func (p Problem) inWords() error { return fmt.Errorf("%s: %w", p.Field, p.Err) }
