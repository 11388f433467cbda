package check

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// How far lastFailure looks back: over days on which the schedule fires, and results.
const (
	daysBefore    = 8
	resultsBefore = 8
)

// asUsual finds the failure that a verdict ends, and notes it in the verdict: no check fails any
// more, and what failed at the last slot that failed passes. The marker has the name of that
// slot, so that of several slots after it only the first to be judged is as usual again. If all
// of those were judged before the failure was, the next slot is. The marker's day is that of the
// slot after the failure: all come to the same, and sweeps find it.
func (c *Checker) asUsual(ctx context.Context, v *verdict) error {
	if !v.news || v.fails() || v.results[0].Reconcile != "" || !slices.ContainsFunc(v.results, passed) {
		return nil
	}
	key, failure, err := c.lastFailure(ctx, v.job, v.results[0].ScheduledTime)
	if err != nil {
		return fmt.Errorf("find the last failure: %w", err)
	}
	ends := false
	for _, before := range failure {
		now := slices.IndexFunc(v.results, func(r contract.CheckResult) bool { return r.CaseName == before.CaseName && r.Check == before.Check })
		if !failed(before) || now < 0 { // now it is none of the job's checks
			continue
		}
		if !passed(v.results[now]) {
			return nil
		}
		ends = true
	}
	if ends {
		next, _ := v.job.Cron.Next(failure[0].ScheduledTime, v.job.ScheduleZone)
		v.again, v.toTell = key, contract.AgainKey(next, key)
	}
	return nil
}

// lastFailure finds the latest results before a slot of which one failed. It leaves out those of
// recounts, which say nothing new of a day that has passed.
func (c *Checker) lastFailure(ctx context.Context, j job.Job, slot time.Time) (string, []contract.CheckResult, error) {
	at, fires, left := slot, true, resultsBefore
	for day := 0; day < daysBefore && fires; day++ {
		keys, err := c.Store.Keys(ctx, contract.ChecksDayPrefix(at)+j.Name+"-")
		if err != nil {
			return "", nil, err
		}
		for _, key := range slices.Backward(keys) {
			name, of, revision, ok := contract.ParseCheckKey(key)
			if !ok || name != j.Name || revision > 1 || !of.Before(slot) {
				continue
			}
			results, err := c.Store.ReadResults(ctx, key)
			if left--; err != nil || slices.ContainsFunc(results, failed) || left == 0 {
				return key, results, err
			}
		}
		at, fires = j.Cron.Prev(at.UTC().Truncate(24*time.Hour), j.ScheduleZone)
	}
	return "", nil, nil
}
