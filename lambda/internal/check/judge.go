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

// judge checks a record: a result for each bound of each case, in the order of the jobs file.
// An error means that earlier records could not be read.
func judge(ctx context.Context, records history.Records, j job.Job, lines []contract.Record) ([]contract.CheckResult, error) {
	past := map[job.Baseline]map[string]history.Past{}
	var results []contract.CheckResult
	for _, entry := range j.Checks.Cases {
		c := checkedCase{Check: entry.Value, result: about(j, lines, entry.Key)}
		c.skipped = whySkipped(j, lines, c.result)
		if c.skipped == "" && c.Baseline != "" {
			if past[c.Baseline] == nil {
				found, err := history.Baseline(ctx, records, j, lines[0], c.Baseline, j.Checks.Except)
				if err != nil {
					return nil, fmt.Errorf("find the baseline: %w", err)
				}
				past[c.Baseline] = found
			}
			c.past = past[c.Baseline][entry.Key]
		}
		results = append(results, c.results()...)
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

// whySkipped is why nothing of a case can or need be evaluated; empty if it is.
func whySkipped(j job.Job, lines []contract.Record, r contract.CheckResult) string {
	line, found := history.Line(lines, r.CaseName, nil)
	switch {
	case slices.Contains(j.Checks.Except, r.CountedDay):
		return r.CountedDay + " is one of except"
	case !j.SameCounting(lines[0]):
		return "the record is of another definition of the job"
	case !found:
		return "the record has no case " + r.CaseName
	case line.Status == contract.StatusMissed:
		return "the slot was missed"
	case line.Count == nil:
		return "the case could not be counted: " + line.Message
	}
	return ""
}

// checkedCase is a case of a record with its check.
type checkedCase struct {
	job.Check
	result  contract.CheckResult
	skipped string // why nothing is evaluated
	past    history.Past
}

// results are those of each bound.
func (c *checkedCase) results() []contract.CheckResult {
	var all []contract.CheckResult
	for _, b := range []struct{ check, bound string }{
		{contract.CheckMin, text(c.Min)},
		{contract.CheckMax, text(c.Max)},
		{contract.CheckMaxDrop, string(c.MaxDrop)},
		{contract.CheckMaxRise, string(c.MaxRise)},
	} {
		if b.bound == "" {
			continue
		}
		result := c.result
		result.Check, result.Bound = b.check, b.bound
		switch {
		case c.skipped != "":
			result.Result, result.Reason = contract.ResultNotEvaluated, c.skipped
		case b.check == contract.CheckMin:
			result.Result = passIf(*result.Count >= int64(*c.Min))
		case b.check == contract.CheckMax:
			result.Result = passIf(*result.Count <= int64(*c.Max))
		default:
			c.compare(&result)
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
func (c *checkedCase) compare(r *contract.CheckResult) {
	r.BaselineSlots = c.past.Slots
	baseline, err := c.past.Median()
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
	if r.Check == contract.CheckMaxDrop {
		r.Result = passIf(count.Cmp(scaled(baseline, c.MaxDrop, -1)) >= 0)
	} else {
		r.Result = passIf(count.Cmp(scaled(baseline, c.MaxRise, +1)) <= 0)
	}
}

// scaled is a baseline with a percentage of it taken away (-1) or added (+1).
func scaled(baseline *big.Rat, by job.Percent, sign int64) *big.Rat {
	factor := by.Rat()
	factor.Mul(factor, big.NewRat(sign, 1)).Add(factor, big.NewRat(1, 1))
	return factor.Mul(factor, baseline)
}
