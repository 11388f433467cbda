package check

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
	"tally/lambda/job"
)

// pair is a comparison with the records of its two sides.
type pair struct {
	job.Reconcile
	job, other  job.Job // the left one, and the right one
	left, right []contract.Record
}

func (p pair) key() string {
	return contract.ReconcileKey(p.Name, *p.left[0].WindowTo, p.left[0].Revision, p.right[0].Revision)
}

// judge compares the two counts.
func (p pair) judge() contract.CheckResult {
	result := about(p.job, p.left, p.Left.Case())
	other := p.right[0]
	result.Check, result.Bound, result.Reconcile = contract.CheckWithin, p.Within, p.Name
	result.OtherJob, result.OtherCase, result.OtherRevision = other.Job, p.Right.Case(), other.Revision
	result.OtherRecord = contract.RecordKey(other.Job, other.ScheduledTime, other.Revision)
	if line, found := history.Line(p.right, p.Right.Case(), nil); found {
		result.OtherCount = line.Count
	}
	switch {
	case slices.Contains(slices.Concat(p.job.Checks.Except, p.other.Checks.Except), result.CountedDay):
		result.Result, result.Reason = contract.ResultNotEvaluated, result.CountedDay+" is one of except"
	case !p.job.SameCounting(p.left[0]) || !p.other.SameCounting(other):
		result.Result, result.Reason = contract.ResultNotEvaluated, "a record is of another definition of its job"
	case result.Count == nil || result.OtherCount == nil:
		result.Result, result.Reason = contract.ResultNotEvaluated, "one of the two has no count"
	default:
		result.Result = passIf(within(*result.Count, *result.OtherCount, p.Within))
	}
	return result
}

// within tells whether two counts are at most a percentage of the larger one, or a number,
// apart.
func within(a, b int64, bound string) bool {
	apart := new(big.Rat).Sub(new(big.Rat).SetInt64(max(a, b)), new(big.Rat).SetInt64(min(a, b)))
	most, _ := new(big.Rat).SetString(bound)
	if strings.HasSuffix(bound, "%") {
		most = job.Percent(bound).Rat()
		most.Mul(most, new(big.Rat).SetInt64(max(a, b)))
	}
	return apart.Cmp(most) <= 0
}

// pairs are the comparisons of a record with the record of an equal window that the other side
// had when this one was counted. So of two records the later one makes the comparison, whoever
// judges them and in whatever order.
func pairs(ctx context.Context, jobs job.File, records history.Records, j job.Job, lines []contract.Record) ([]pair, error) {
	var all []pair
	for _, reconcile := range jobs.Reconcile {
		other := reconcile.Right
		switch j.Name {
		case reconcile.Left.Job():
		case reconcile.Right.Job():
			other = reconcile.Left
		default:
			continue
		}
		partner, _ := jobs.Lookup(other.Job())
		if lines[0].WindowTo == nil || !firstOf(j, lines[0]) {
			continue
		}
		slot, found := slotOf(partner, *lines[0].WindowFrom, *lines[0].WindowTo)
		if !found {
			continue
		}
		others, err := history.LatestAt(ctx, records, partner.Name, slot, lines[0].CountedAt)
		switch {
		case err != nil:
			return nil, fmt.Errorf("compare %s: %w", reconcile.Name, err)
		case others == nil || !hasWindow(others[0], *lines[0].WindowFrom, *lines[0].WindowTo): // the other job had another window then
		case others[0].CountedAt.Equal(lines[0].CountedAt) && partner.Name > j.Name: // that one finds this one
		case other == reconcile.Right:
			all = append(all, pair{reconcile, j, partner, lines, others})
		default:
			all = append(all, pair{reconcile, partner, j, others, lines})
		}
	}
	return all, nil
}

func hasWindow(record contract.Record, from, to time.Time) bool {
	return record.WindowTo != nil && record.WindowFrom.Equal(from) && record.WindowTo.Equal(to)
}

// firstOf tells whether a record is of the first slot with its window. A job that counts a day
// every hour afterwards is compared once.
func firstOf(j job.Job, of contract.Record) bool {
	slot, found := slotOf(j, *of.WindowFrom, *of.WindowTo)
	return found && slot.Equal(of.ScheduledTime)
}

// slotOf is the first slot of a job whose window is [from, to).
func slotOf(j job.Job, from, to time.Time) (time.Time, bool) {
	// A window that ends before its slot is of the period before: its slots are in the next.
	for at, fires := j.Cron.Next(to.Add(-time.Nanosecond), j.ScheduleZone); fires && at.Before(to.AddDate(0, 1, 1)); at, fires = j.Cron.Next(at, j.ScheduleZone) {
		slotFrom, slotTo, ok, err := j.Range(at)
		if !ok || err != nil || slotFrom.After(from) {
			return time.Time{}, false
		}
		if slotFrom.Equal(from) && slotTo.Equal(to) {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}
