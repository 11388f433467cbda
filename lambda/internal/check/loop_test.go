package check_test

import (
	"fmt"
	"math/big"
	"slices"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// loop says what the results of records must be: by loops over all records, without keys and
// without a limit of requests.
type loop struct {
	jobs    job.File
	records [][]contract.Record // the lines of each
}

// objects are the results that must be stored, by key.
func (l loop) objects() map[string]string {
	all := map[string]string{}
	add := func(key string, results []contract.CheckResult) {
		content, err := contract.EncodeResults(results)
		if err != nil {
			panic(err)
		}
		all[key] = string(content)
	}
	for _, record := range l.records {
		first := record[0]
		j, _ := l.jobs.Lookup(first.Job)
		var results []contract.CheckResult
		for _, entry := range j.Checks.Cases {
			results = append(results, l.check(j, record, entry.Key, entry.Value)...)
		}
		add(contract.CheckKey(j.Name, first.ScheduledTime, first.Revision), results)
		for _, pair := range l.jobs.Reconcile {
			for _, other := range l.records {
				left, right := record, other
				if j.Name == pair.Right.Job() {
					left, right = other, record
				}
				if left[0].Job == pair.Left.Job() && right[0].Job == pair.Right.Job() && l.meets(record, other) {
					add(contract.ReconcileKey(pair.Name, *first.WindowTo, left[0].Revision, right[0].Revision), []contract.CheckResult{l.compare(pair, left, right)})
				}
			}
		}
	}
	return all
}

// meets tells whether the other record was its slot's latest, with an equal window, when the
// first one was counted.
func (l loop) meets(record, other []contract.Record) bool {
	if record[0].WindowTo == nil || other[0].WindowTo == nil || !record[0].WindowFrom.Equal(*other[0].WindowFrom) || !record[0].WindowTo.Equal(*other[0].WindowTo) {
		return false
	}
	if !l.first(record[0]) || !l.first(other[0]) {
		return false
	}
	latest := l.latest(other[0].Job, other[0].ScheduledTime, record[0].CountedAt)
	return latest != nil && latest[0].Revision == other[0].Revision
}

// first tells whether no slot before has the same window.
func (l loop) first(record contract.Record) bool {
	j, _ := l.jobs.Lookup(record.Job)
	before, _ := j.Cron.Prev(record.ScheduledTime, j.ScheduleZone)
	_, to, _, err := j.Range(before)
	return err == nil && !to.Equal(*record.WindowTo)
}

// latest is the last revision of a slot that was counted until then.
func (l loop) latest(name string, slot, until time.Time) (latest []contract.Record) {
	for _, record := range l.records {
		if record[0].Job == name && record[0].ScheduledTime.Equal(slot) && !record[0].CountedAt.After(until) && (latest == nil || record[0].Revision > latest[0].Revision) {
			latest = record
		}
	}
	return latest
}

func (l loop) result(j job.Job, record []contract.Record, name string) contract.CheckResult {
	first := record[0]
	result := contract.CheckResult{
		Job: first.Job, CaseName: name, ScheduledTime: first.ScheduledTime, WindowFrom: first.WindowFrom, WindowTo: first.WindowTo, Revision: first.Revision,
		Record: contract.RecordKey(first.Job, first.ScheduledTime, first.Revision), CountedDay: dayOf(j, first), Count: countOf(record, name),
	}
	return result
}

// dayOf is the local day that holds the last moment of a window, or that of a slot.
func dayOf(j job.Job, record contract.Record) string {
	at := record.ScheduledTime
	if record.WindowTo != nil {
		at = record.WindowTo.Add(-time.Second)
	}
	return at.In(j.Zone).Format(time.DateOnly)
}

func countOf(record []contract.Record, name string) *int64 {
	for _, line := range record {
		if line.CaseName == name {
			return line.Count
		}
	}
	return nil
}

func made(j job.Job, record contract.Record) bool {
	return record.CountingSHA256 == j.CountingSHA256() || record.CountingSHA256 == "" && record.JobSHA256 == j.SHA256()
}

func (l loop) check(j job.Job, record []contract.Record, name string, check job.Check) (all []contract.CheckResult) {
	result := l.result(j, record, name)
	has := slices.ContainsFunc(record, func(line contract.Record) bool { return line.CaseName == name })
	why := ""
	switch {
	case slices.Contains(j.Checks.Except, result.CountedDay):
		why = result.CountedDay + " is one of except"
	case !made(j, record[0]):
		why = "the record is of another definition of the job"
	case !has:
		why = "the record has no case " + name
	case record[0].Status == contract.StatusMissed:
		why = "the slot was missed"
	case result.Count == nil:
		why = "the case could not be counted: no such column"
	}
	var slots []time.Time
	var counts []int64
	if why == "" && check.Baseline != "" {
		slots, counts = l.past(j, record[0], name, check.Baseline)
	}
	add := func(kind, bound string, ok func() bool) {
		result := result
		result.Check, result.Bound, result.Reason = kind, bound, why
		result.Result = contract.ResultNotEvaluated
		if why == "" {
			result.Result = contract.ResultPass
			if !ok() {
				result.Result = contract.ResultFail
			}
		}
		all = append(all, result)
	}
	if check.Min != nil {
		add("min", fmt.Sprint(*check.Min), func() bool { return *result.Count >= int64(*check.Min) })
	}
	if check.Max != nil {
		add("max", fmt.Sprint(*check.Max), func() bool { return *result.Count <= int64(*check.Max) })
	}
	for _, side := range []struct {
		kind  string
		bound job.Percent
		sign  int64
	}{{"max_drop", check.MaxDrop, 1}, {"max_rise", check.MaxRise, -1}} {
		if side.bound == "" {
			continue
		}
		add(side.kind, string(side.bound), func() bool { return true })
		if why != "" {
			continue
		}
		last := &all[len(all)-1]
		if last.BaselineSlots = slots; len(slots) < 3 {
			last.Result, last.Reason = contract.ResultNotEvaluated, "fewer than 3 earlier slots have a count"
			continue
		}
		twice := medianTwice(counts) // twice the median is whole
		half := float64(twice) / 2
		last.Baseline = &half
		if check.MinBaseline != nil && twice < 2*int64(*check.MinBaseline) && *result.Count < int64(*check.MinBaseline) {
			last.Result, last.Reason = contract.ResultNotEvaluated, fmt.Sprintf("baseline and count are below min_baseline %d", *check.MinBaseline)
			continue
		}
		// Fails if (median - count) * sign is more than the percentage of the median.
		var hundredths int64
		var whole, part int64
		if n, _ := fmt.Sscanf(string(side.bound), "%d.%d%%", &whole, &part); n == 2 {
			hundredths = 100*whole + 10*part // one decimal
		} else {
			hundredths = 100 * whole
		}
		apart := big.NewInt((twice - 2**result.Count) * side.sign)
		if apart.Mul(apart, big.NewInt(10000)).Cmp(new(big.Int).Mul(big.NewInt(twice), big.NewInt(hundredths))) > 0 {
			last.Result = contract.ResultFail
		}
	}
	return all
}

// past are the last five counts before a record.
func (l loop) past(j job.Job, of contract.Record, name string, which job.Baseline) (slots []time.Time, counts []int64) {
	local := of.ScheduledTime.In(j.ScheduleZone)
	for _, record := range l.records {
		at := record[0].ScheduledTime
		if record[0].Job != of.Job || !at.Before(of.ScheduledTime) || slices.ContainsFunc(slots, at.Equal) || slices.Contains(j.Checks.Except, dayOf(j, record[0])) {
			continue
		}
		same, weeks := at.In(j.ScheduleZone), of.ScheduledTime.Sub(at)/(7*24*time.Hour)
		if which == job.BaselineSameWeekday && (weeks > 25 || same.Weekday() != local.Weekday() || same.Format("15:04") != local.Format("15:04")) {
			continue
		}
		if latest := l.latest(of.Job, at, of.CountedAt); latest != nil && made(j, latest[0]) && countOf(latest, name) != nil {
			slots = append(slots, at)
		}
	}
	slices.SortFunc(slots, func(a, b time.Time) int { return b.Compare(a) })
	slots = slots[:min(5, len(slots))]
	for _, at := range slots {
		counts = append(counts, *countOf(l.latest(of.Job, at, of.CountedAt), name))
	}
	return slots, counts
}

func medianTwice(counts []int64) int64 {
	sorted := slices.Sorted(slices.Values(counts))
	return sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]
}

func (l loop) compare(pair job.Reconcile, left, right []contract.Record) contract.CheckResult {
	j, _ := l.jobs.Lookup(pair.Left.Job())
	other, _ := l.jobs.Lookup(pair.Right.Job())
	result := l.result(j, left, pair.Left.Case())
	result.Check, result.Bound, result.Reconcile = "within", pair.Within, pair.Name
	result.OtherJob, result.OtherCase, result.OtherCount, result.OtherRevision = other.Name, pair.Right.Case(), countOf(right, pair.Right.Case()), right[0].Revision
	result.OtherRecord = contract.RecordKey(other.Name, right[0].ScheduledTime, right[0].Revision)
	result.Result = contract.ResultNotEvaluated
	switch {
	case slices.Contains(j.Checks.Except, result.CountedDay) || slices.Contains(other.Checks.Except, result.CountedDay):
		result.Reason = result.CountedDay + " is one of except"
	case !made(j, left[0]) || !made(other, right[0]):
		result.Reason = "a record is of another definition of its job"
	case result.Count == nil || result.OtherCount == nil:
		result.Reason = "one of the two has no count"
	default:
		apart, most := max(*result.Count, *result.OtherCount)-min(*result.Count, *result.OtherCount), int64(10)
		if pair.Within == "12.5%" {
			apart, most = 8*apart, max(*result.Count, *result.OtherCount)
		}
		result.Result = contract.ResultPass
		if apart > most {
			result.Result = contract.ResultFail
		}
	}
	return result
}
