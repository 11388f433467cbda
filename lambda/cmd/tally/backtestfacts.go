package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/check"
	"tally/lambda/internal/history"
	"tally/lambda/job"
)

// backtest is what the checks would have come to, as --json prints it.
type backtest struct {
	Environment string     `json:"environment,omitempty"`
	From        time.Time  `json:"from"`
	To          time.Time  `json:"to"`
	Records     int        `json:"records"`        // every revision
	Base        string     `json:"base,omitempty"` // the commit that it is compared with
	Checks      []replayed `json:"checks"`

	here, base job.File // with their checks
}

// concerned tells whether a job's records are judged.
func (b *backtest) concerned(name string) bool {
	return check.Concerned(b.here, name) || check.Concerned(b.base, name)
}

// checkID is a bound of a case, or a comparison.
type checkID struct {
	Job       string `json:"job"`
	Case      string `json:"case"`
	Check     string `json:"check"`
	Reconcile string `json:"reconcile,omitempty"`
	OtherJob  string `json:"other_job,omitempty"`
	OtherCase string `json:"other_case,omitempty"`
}

func idOf(r contract.CheckResult) checkID {
	return checkID{r.Job, r.CaseName, r.Check, r.Reconcile, r.OtherJob, r.OtherCase}
}

// replayed is what a check would have come to.
type replayed struct {
	checkID
	Bound        string                 `json:"bound"`
	Judged       int                    `json:"judged"` // records that pass or fire
	Fired        int                    `json:"fired"`
	NotEvaluated int                    `json:"not_evaluated"`
	Reasons      map[string]int         `json:"reasons"` // why it was not evaluated
	Days         []string               `json:"days"`    // counted days on which it fires
	Firings      []contract.CheckResult `json:"firings"`
	Base         *against               `json:"base,omitempty"`
}

// against is how a check differs from the base's.
type against struct {
	Is    string   `json:"is"`
	Bound string   `json:"bound,omitempty"` // the base's, if it is another one
	More  []string `json:"more_days"`       // on which it does not fire by the base
	Fewer []string `json:"fewer_days"`      // on which it fires by the base only

	firings []contract.CheckResult // by the base
}

// What a check is against the base.
const (
	isNew     = "new"
	isGone    = "gone" // what it has come to is by the base
	isChanged = "changed"
	isSame    = "same"
)

// judge judges the records, and again by the base if there is one. It returns why some cannot
// be read.
func (b *backtest) judge(ctx context.Context, records *history.Once, told func(done, of int)) (unreadable []error, err error) {
	keys, err := history.RecordKeys(ctx, records.Keys, b.concerned, b.From, b.To)
	if err != nil {
		return nil, err
	}
	if b.Records = len(keys); len(keys) == 0 {
		return nil, fmt.Errorf("no job that is checked or compared has a record of %s; write --from and --to for another time", periodWords(b.From, b.To, time.UTC))
	}
	if b.Checks, err = replay(ctx, b.here, records, keys, told); err != nil {
		return nil, err
	}
	if b.Base != "" {
		before, err := replay(ctx, b.base, records, keys, func(int, int) {}) // what takes long is to read
		if err != nil {
			return nil, err
		}
		b.compare(before)
	}
	for _, key := range keys {
		if _, err := records.ReadAllRows(ctx, key); err != nil {
			unreadable = append(unreadable, err)
		}
	}
	return unreadable, nil
}

// compare says how each check differs from the base's, and adds those that are gone.
func (b *backtest) compare(base []replayed) {
	for i := range b.Checks {
		own := &b.Checks[i]
		own.Base = &against{Is: isNew, More: own.Days, Fewer: []string{}}
		if at := slices.IndexFunc(base, func(other replayed) bool { return other.checkID == own.checkID }); at >= 0 {
			own.compare(base[at])
			base = slices.Delete(base, at, at+1)
		}
	}
	for _, gone := range base {
		gone.Base = &against{Is: isGone, More: []string{}, Fewer: gone.Days, firings: gone.Firings}
		b.Checks = append(b.Checks, gone)
	}
}

// compare says how a check differs from the base's.
func (r *replayed) compare(base replayed) {
	r.Base = &against{Is: isSame, More: without(r.Days, base.Days), Fewer: without(base.Days, r.Days), firings: base.Firings}
	if base.Bound != r.Bound {
		r.Base.Bound = base.Bound
	}
	if r.Base.Bound != "" || len(r.Base.More)+len(r.Base.Fewer) > 0 {
		r.Base.Is = isChanged
	}
}

func without(days, others []string) []string {
	return slices.DeleteFunc(slices.Clone(days), func(day string) bool { return slices.Contains(others, day) })
}

// replay judges records by a jobs file. The checks are in its order.
func replay(ctx context.Context, jobs job.File, records history.Records, keys []string, told func(done, of int)) ([]replayed, error) {
	results, err := check.Replay(ctx, jobs, records, keys, told)
	if err != nil {
		return nil, fmt.Errorf("judge the records: %w", err)
	}
	all, index := []replayed{}, map[checkID]int{}
	for _, bound := range check.Bounds(jobs) {
		index[idOf(bound)] = len(all)
		all = append(all, replayed{checkID: idOf(bound), Bound: bound.Bound, Reasons: map[string]int{}, Days: []string{}, Firings: []contract.CheckResult{}})
	}
	for _, result := range results {
		r := &all[index[idOf(result)]]
		if result.Result == contract.ResultNotEvaluated {
			r.NotEvaluated++
			r.Reasons[result.Reason]++
			continue
		}
		if r.Judged++; result.Result == contract.ResultFail {
			r.Fired++
			r.Firings = append(r.Firings, result)
			r.Days = append(r.Days, result.CountedDay)
		}
	}
	for i := range all {
		slices.Sort(all[i].Days)
		all[i].Days = slices.Compact(all[i].Days)
	}
	return all, nil
}
