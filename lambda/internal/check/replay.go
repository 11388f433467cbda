package check

import (
	"context"
	"slices"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
	"tally/lambda/job"
)

// Bounds are the checks of a file in its order, each as a result that says nothing yet.
func Bounds(jobs job.File) []contract.CheckResult {
	var all []contract.CheckResult
	for _, j := range jobs.Jobs {
		for _, entry := range j.Checks.Cases {
			c := checkedCase{Check: entry.Value, result: contract.CheckResult{Job: j.Name, CaseName: entry.Key}, skipped: "nothing was judged"}
			all = append(all, c.results()...)
		}
	}
	for _, r := range jobs.Reconcile {
		all = append(all, contract.CheckResult{
			Job: r.Left.Job(), CaseName: r.Left.Case(), Check: contract.CheckWithin, Bound: r.Within,
			Reconcile: r.Name, OtherJob: r.Right.Job(), OtherCase: r.Right.Case(),
		})
	}
	return all
}

// Replay judges the records at keys by a file's checks and comparisons, each as it would have
// been judged when it was counted, and tells how far it is. Results are in the order of the
// keys. Objects that are no records have none.
func Replay(ctx context.Context, jobs job.File, records history.Records, keys []string, progress func(done, of int)) ([]contract.CheckResult, error) {
	ctx, end := context.WithCancel(ctx)
	defer end()
	all := make([][]contract.CheckResult, len(keys))
	failures := history.Each(ctx, len(keys), progress, func(i int) (err error) {
		if all[i], err = replay(ctx, jobs, records, keys[i]); err != nil {
			end()
		}
		return err
	})
	if len(failures) > 0 {
		return nil, failures[0]
	}
	return slices.Concat(all...), ctx.Err()
}

func replay(ctx context.Context, jobs job.File, records history.Records, key string) (results []contract.CheckResult, err error) {
	lines, err := recordOf(ctx, jobs, records, key)
	if err != nil || lines == nil {
		return nil, err
	}
	verdicts, err := verdicts(ctx, jobs, records, lines)
	for _, v := range verdicts {
		results = append(results, v.results...)
	}
	return results, err
}
