package check

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"tally/lambda/contract"
)

// How far again looks back: over days on which the schedule fires, and results.
const (
	daysBefore    = 8
	resultsBefore = 8
)

// again tells whether all is as usual again: some check passes that failed when it was judged
// before, and no check fails now, or is not evaluated now and failed before.
func (c *Checker) again(ctx context.Context, v verdict) (bool, error) {
	if !v.news || v.fails() || !slices.ContainsFunc(v.results, passed) || v.results[0].Reconcile != "" {
		return false, nil
	}
	open := map[string]contract.Result{} // what checks come to now of which nothing earlier is known yet
	for _, result := range v.results {
		open[checkOf(result)] = result.Result
	}
	passes := false
	for before, err := range c.before(ctx, v) {
		if err != nil {
			return false, err
		}
		now, isOpen := open[checkOf(before)]
		if !isOpen || before.Result == contract.ResultNotEvaluated {
			continue
		}
		if delete(open, checkOf(before)); failed(before) {
			if now != contract.ResultPass {
				return false, nil
			}
			passes = true
		}
		if len(open) == 0 {
			break
		}
	}
	return passes, nil
}

func checkOf(result contract.CheckResult) string { return result.CaseName + " " + result.Check }

// before yields the results of the same job's slots before a verdict's, the latest first. It
// leaves out those of recounts, which say nothing new of a day that has passed.
func (c *Checker) before(ctx context.Context, v verdict) iter.Seq2[contract.CheckResult, error] {
	return func(yield func(contract.CheckResult, error) bool) {
		at, left := v.results[0].ScheduledTime, resultsBefore
		for range daysBefore {
			keys, err := c.Store.Keys(ctx, contract.ChecksDayPrefix(at)+v.job.Name+"-")
			if err != nil {
				yield(contract.CheckResult{}, fmt.Errorf("find the results before: %w", err))
				return
			}
			for _, key := range slices.Backward(keys) {
				name, slot, revision, ok := contract.ParseCheckKey(key)
				if !ok || name != v.job.Name || revision > 1 || !slot.Before(v.results[0].ScheduledTime) {
					continue
				}
				results, err := c.Store.ReadResults(ctx, key)
				if err != nil {
					yield(contract.CheckResult{}, fmt.Errorf("read the results before: %w", err))
					return
				}
				for _, result := range results {
					if !yield(result, nil) {
						return
					}
				}
				if left--; left == 0 {
					return
				}
			}
			previous, fires := v.job.Cron.Prev(at.UTC().Truncate(24*time.Hour), v.job.ScheduleZone)
			if !fires {
				return
			}
			at = previous
		}
	}
}
