package check

import (
	"context"
	"errors"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/history"
	"tally/lambda/job"
)

// Bounds are the checks of a file in its order, each as a result that says nothing yet.
func Bounds(jobs job.File) []contract.CheckResult {
	var all []contract.CheckResult
	for _, j := range jobs.Jobs {
		for _, entry := range j.Checks.Cases {
			s := subject{Check: entry.Value, result: contract.CheckResult{Job: j.Name, CaseName: entry.Key}, skipped: "nothing was judged"}
			all = append(all, s.results(history.Past{})...)
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
	const requests = 32 // at a time, as the history of a job is read
	all, done := make([][]contract.CheckResult, len(keys)), 0
	var mutex sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(requests)
	for i, key := range keys {
		group.Go(func() error {
			results, err := replay(ctx, jobs, records, key)
			mutex.Lock()
			defer mutex.Unlock()
			all[i] = results
			done++
			progress(done, len(keys))
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return slices.Concat(all...), nil
}

func replay(ctx context.Context, jobs job.File, records history.Records, key string) ([]contract.CheckResult, error) {
	name, _, _, _ := contract.ParseRecordKey(key)
	j, known := jobs.Lookup(name)
	if !known || !Concerned(jobs, name) {
		return nil, nil
	}
	lines, err := records.ReadAllRows(ctx, key)
	if errors.Is(err, count.ErrNoRecord) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	results, err := Judge(ctx, records, j, lines)
	if err != nil {
		return nil, err
	}
	pairs, err := pairs(ctx, jobs, records, j, lines)
	for _, pair := range pairs {
		results = append(results, pair.judge())
	}
	return results, err
}
