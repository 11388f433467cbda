package check

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strconv"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
	"tally/lambda/job"
)

// Judge checks a record: a result for each bound of each case, in the order of the jobs file.
// An error means that earlier records could not be read.
func Judge(ctx context.Context, records history.Records, j job.Job, lines []contract.Record) ([]contract.CheckResult, error) {
	first := lines[0]
	past := map[job.Baseline]map[string]history.Past{}
	var results []contract.CheckResult
	for _, entry := range j.Checks.Cases {
		checked := checkedCase{Check: entry.Value, result: about(j, lines, entry.Key)}
		if checked.skip(j, first, lines) || entry.Value.Baseline == "" {
			results = append(results, checked.results(history.Past{})...)
			continue
		}
		which := entry.Value.Baseline
		if past[which] == nil {
			found, err := history.Baseline(ctx, records, j, first, which, j.Checks.Except)
			if err != nil {
				return nil, fmt.Errorf("find the baseline: %w", err)
			}
			past[which] = found
		}
		results = append(results, checked.results(past[which][entry.Key])...)
	}
	return results, nil
}

// about is a result of a record's case without what a check came to.
func about(j job.Job, lines []contract.Record, name string) contract.CheckResult {
	first := lines[0]
	result := contract.CheckResult{
		Job: first.Job, CaseName: name, ScheduledTime: first.ScheduledTime, CountedDay: j.CountedDay(first.ScheduledTime),
		WindowFrom: first.WindowFrom, WindowTo: first.WindowTo, Revision: first.Revision,
		Record: contract.RecordKey(first.Job, first.ScheduledTime, first.Revision),
	}
	if line, found := history.Line(lines, name, nil); found {
		result.Count = line.Count
	}
	return result
}

// checkedCase is a case of a record with its check.
type checkedCase struct {
	job.Check
	result  contract.CheckResult
	skipped string // why nothing is evaluated
}

// skip tells whether nothing can or need be evaluated, and notes why.
func (c *checkedCase) skip(j job.Job, first contract.Record, lines []contract.Record) bool {
	line, found := history.Line(lines, c.result.CaseName, nil)
	switch {
	case slices.Contains(j.Checks.Except, c.result.CountedDay):
		c.skipped = c.result.CountedDay + " is one of except"
	case !j.SameCounting(first):
		c.skipped = "the record is of another definition of the job"
	case !found:
		c.skipped = "the record has no case " + c.result.CaseName
	case line.Status == contract.StatusMissed:
		c.skipped = "the slot was missed"
	case line.Count == nil:
		c.skipped = "the case could not be counted: " + line.Message
	}
	return c.skipped != ""
}

// results are those of each bound.
func (c *checkedCase) results(past history.Past) []contract.CheckResult {
	var all []contract.CheckResult
	for _, b := range []struct {
		name, bound string
		set         bool
		evaluate    func(*contract.CheckResult)
	}{
		{contract.CheckMin, text(c.Min), c.Min != nil, func(r *contract.CheckResult) { r.Result = passIf(*r.Count >= int64(*c.Min)) }},
		{contract.CheckMax, text(c.Max), c.Max != nil, func(r *contract.CheckResult) { r.Result = passIf(*r.Count <= int64(*c.Max)) }},
		{contract.CheckMaxDrop, string(c.MaxDrop), c.MaxDrop != "", func(r *contract.CheckResult) {
			c.compare(r, past, func(count, baseline *big.Rat) bool { return count.Cmp(scaled(baseline, c.MaxDrop, -1)) >= 0 })
		}},
		{contract.CheckMaxRise, string(c.MaxRise), c.MaxRise != "", func(r *contract.CheckResult) {
			c.compare(r, past, func(count, baseline *big.Rat) bool { return count.Cmp(scaled(baseline, c.MaxRise, +1)) <= 0 })
		}},
	} {
		if !b.set {
			continue
		}
		result := c.result
		result.Check, result.Bound = b.name, b.bound
		if c.skipped != "" {
			result.Result, result.Reason = contract.ResultNotEvaluated, c.skipped
		} else {
			b.evaluate(&result)
		}
		all = append(all, result)
	}
	return all
}

func text(bound *int) string {
	if bound == nil {
		return ""
	}
	return strconv.Itoa(*bound)
}

func passIf(ok bool) contract.Result {
	if ok {
		return contract.ResultPass
	}
	return contract.ResultFail
}

// compare evaluates a check against the median of earlier counts.
func (c *checkedCase) compare(r *contract.CheckResult, past history.Past, ok func(count, baseline *big.Rat) bool) {
	r.BaselineSlots = past.Slots
	baseline, err := past.Median()
	if err != nil {
		r.Result, r.Reason = contract.ResultNotEvaluated, err.Error()
		return
	}
	number, _ := baseline.Float64()
	r.Baseline = &number
	count := new(big.Rat).SetInt64(*r.Count)
	if c.MinBaseline != nil {
		if least := new(big.Rat).SetInt64(int64(*c.MinBaseline)); baseline.Cmp(least) < 0 && count.Cmp(least) < 0 {
			r.Result, r.Reason = contract.ResultNotEvaluated, fmt.Sprintf("baseline and count are below min_baseline %d", *c.MinBaseline)
			return
		}
	}
	r.Result = passIf(ok(count, baseline))
}

// scaled is a baseline with a percentage of it taken away (-1) or added (+1).
func scaled(baseline *big.Rat, by job.Percent, sign int64) *big.Rat {
	factor := by.Rat()
	factor.Mul(factor, big.NewRat(sign, 1)).Add(factor, big.NewRat(1, 1))
	return factor.Mul(factor, baseline)
}
