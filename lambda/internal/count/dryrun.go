package count

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tally/lambda/contract"
)

// DryRun has the source check a slot, without counting or storing. It needs only Jobs,
// Checker and Now. An error holds everything that is wrong with the job. With an error,
// the answer holds what was known by then.
func (e *Engine) DryRun(ctx context.Context, asked contract.DryRun) (contract.DryRunAnswer, error) {
	answer := contract.DryRunAnswer{Outcome: contract.OutcomeDryRun, Job: asked.Job, Slot: asked.ScheduledTime}
	if j, known := e.Jobs.Lookup(asked.Job); known && asked.ScheduledTime.IsZero() {
		asked.ScheduledTime = j.LatestOrNext(e.Now()).Time
	}
	r, err := e.find(ctx, asked.Event)
	if err != nil {
		return answer, err
	}
	answer.Slot, answer.Cases, answer.JobSHA256 = r.slot.Time, r.job.CaseNames(), r.job.SHA256()
	answer.Database, answer.Table = r.job.Source.Database, r.job.Source.Table.String()
	answer.Athena = r.job.Source.Athena
	answer.Bucket, answer.Prefix = r.job.Source.Bucket, strings.Join(r.job.Source.AllPrefixes(), ", ")
	window, err := WindowOf(r.job, r.slot)
	if err != nil {
		return answer, r.failed(fmt.Errorf("window: %w", err))
	}
	if window != nil {
		answer.WindowFrom, answer.WindowTo = &window.From, &window.To
	}
	ctx, cancel := leaveRoom(ctx, storeTime)
	defer cancel()
	problems, err := e.Checker.Check(ctx, Query{Job: r.job, Window: window})
	if err != nil {
		return answer, r.failed(fmt.Errorf("check: %w", err))
	}
	var wrong []error
	for _, problem := range problems {
		err := fmt.Errorf("%s: %w", problem.Field, problem.Err)
		if problem.Warning {
			answer.Warnings = append(answer.Warnings, err.Error())
		} else {
			wrong = append(wrong, err)
		}
	}
	if len(wrong) > 0 {
		return answer, r.failed(&Failure{Permanent: true, Err: errors.Join(wrong...)})
	}
	return answer, nil
}
