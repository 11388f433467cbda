package check_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/job/jobtest"
)

// drop is a job whose count may be half of the median of the slots before.
var drop = orders("{paid: {max_drop: 50%, baseline: previous}}")

// wants compares the results of a record.
func (w *world) wants(record string, want ...string) {
	w.t.Helper()
	if difference := cmp.Diff(want, w.results(record)); difference != "" {
		w.t.Errorf("results of %s (-want +got):\n%s", record, difference)
	}
}

// slot is that of the job orders which counts a day of November 2026.
func slot(day int) string { return fmt.Sprintf("2026-11-%02dT00:20Z", day+1) }

// The judged slot is not in its own baseline: not as it is, and not with earlier revisions.
func TestTheJudgedSlotIsNotInItsOwnBaseline(t *testing.T) {
	w := newWorld(t, drop)
	w.put("orders", slot(26), "paid=100")
	w.put("orders", slot(27), "paid=100")
	first := w.put("orders", slot(28), "paid=100")
	second := w.put("orders", slot(28), "paid=10", revision(2), origin(contract.OriginRecount), w.countedAt("2026-11-30T00:20Z"))
	w.judge(first, second)
	for _, record := range []string{first, second} {
		w.wants(record, "paid max_drop 50%: not-evaluated, fewer than 3 earlier slots have a count")
	}
}

// A lasting change of level fails for as many days as it takes to become the median.
func TestALastingChangeOfLevelEndsByItself(t *testing.T) {
	w := newWorld(t, drop)
	var failed []int
	for day := 1; day <= 20; day++ {
		counts := "paid=100"
		if day > 10 {
			counts = "paid=10"
		}
		record := w.put("orders", slot(day), counts)
		w.judge(record)
		if strings.Contains(w.results(record)[0], "fail") {
			failed = append(failed, day)
		}
	}
	if difference := cmp.Diff([]int{11, 12, 13}, failed); difference != "" {
		t.Errorf("days that fail (-want +got):\n%s", difference)
	}
}

// With min_baseline, the noise of a handful of rows fails on no day, and the first real count does.
func TestTinyCounts(t *testing.T) {
	w := newWorld(t, orders("{paid: {max_drop: 50%, max_rise: 100%, baseline: previous, min_baseline: 20}}"))
	for day, number := range []int{3, 1, 4, 0, 5, 9, 2, 6} {
		record := w.put("orders", slot(day+1), fmt.Sprintf("paid=%d", number))
		w.judge(record)
		if got := strings.Join(w.results(record), "\n"); strings.Contains(got, "fail") || strings.Contains(got, "pass") {
			t.Errorf("%d rows: %s", number, got)
		}
	}
	record := w.put("orders", slot(9), "paid=20")
	w.judge(record)
	w.wants(record, "paid max_drop 50%: pass, median 5", "paid max_rise 100%: fail, median 5")
}

// Days without any row are counts like others: a shop that is closed at weekends has a median
// of 0 only where most of the five days are zero.
func TestZeroDays(t *testing.T) {
	w := newWorld(t, orders("{paid: {max_drop: 50%, max_rise: 50%, baseline: previous}}"))
	w.wants(w.days("100 100 100 0 0 100"), "paid max_drop 50%: pass, median 100", "paid max_rise 50%: pass, median 100")
	w = newWorld(t, orders("{paid: {max_drop: 50%, max_rise: 50%, baseline: previous}}"))
	w.wants(w.days("100 100 0 0 0 100"), "paid max_drop 50%: pass, median 0", "paid max_rise 50%: fail, median 0")
}

// What has no count is passed over, case by case; failed checks are not.
func TestWhatABaselineIsMadeOf(t *testing.T) {
	const median = "paid max_drop 50%: pass, median "
	for _, test := range []struct {
		name string
		put  func(w *world)
		want string // of a slot with the count 90
	}{
		{"five days", func(*world) {}, median + "100"},
		{"a day whose case failed", func(w *world) { w.put("orders", slot(27), "paid=- refunded=7") }, median + "100"},
		{"a day that was missed", func(w *world) {
			w.put("orders", slot(27), "paid=- refunded=-", func(r *contract.Record) { r.Status = contract.StatusMissed })
		}, median + "100"},
		{"a day without the case", func(w *world) { w.put("orders", slot(27), "refunded=7") }, median + "100"},
		{"a day that failed its own check", func(w *world) { w.judge(w.put("orders", slot(27), "paid=10")) }, median + "90"},
		{"a day that was counted again before", func(w *world) {
			w.put("orders", slot(27), "paid=10")
			w.put("orders", slot(27), "paid=80", revision(2), origin(contract.OriginRecount), w.countedAt("2026-11-28T10:00Z"))
		}, median + "90"},
		{"a day that was counted again later", func(w *world) {
			w.put("orders", slot(27), "paid=10")
			w.put("orders", slot(27), "paid=140", revision(2), origin(contract.OriginRecount), w.countedAt("2026-11-29T00:21Z"))
		}, median + "90"},
		{"a day that was counted again, with a failure", func(w *world) {
			w.put("orders", slot(27), "paid=140")
			w.put("orders", slot(27), "paid=-", revision(2), origin(contract.OriginRecount), w.countedAt("2026-11-28T10:00Z"))
		}, median + "100"},
		{"a day that was filled in later", func(w *world) {
			w.put("orders", slot(27), "paid=10", origin(contract.OriginBackfill), w.countedAt("2026-11-30T10:00Z"))
		}, median + "100"},
		{"a day that was filled in before", func(w *world) {
			w.put("orders", slot(27), "paid=10", origin(contract.OriginBackfill), w.countedAt("2026-11-28T10:00Z"))
		}, median + "90"},
		{"a day of another definition", func(w *world) {
			w.put("orders", slot(27), "paid=10", func(r *contract.Record) { r.CountingSHA256 = "other" })
		}, median + "100"},
		{"a day of another schedule", func(w *world) {
			w.put("orders", slot(27), "paid=10", func(r *contract.Record) { r.JobSHA256 = "other" })
		}, median + "90"},
		{"an old day of the same definition", func(w *world) {
			w.put("orders", slot(27), "paid=10", func(r *contract.Record) { r.CountingSHA256 = "" })
		}, median + "90"},
		{"an old day of another definition", func(w *world) {
			w.put("orders", slot(27), "paid=10", func(r *contract.Record) { r.CountingSHA256, r.JobSHA256 = "", "other" })
		}, median + "100"},
		{"a day of except", func(w *world) {
			w.checker.Jobs.Jobs[0].Checks.Except = []string{"2026-11-27"}
			w.put("orders", slot(27), "paid=10")
		}, median + "100"},
		{"a day of another job whose name begins the same", func(w *world) {
			w.checker.Jobs = jobtest.Read(w.t, drop+daily("orders-eu"))
			w.put("orders-eu", slot(27), "paid=10")
		}, median + "100"},
		{"a damaged record", func(w *world) { w.putRaw(contract.RecordKey("orders", mustTime(w.t, slot(27)), 1), "no JSON") }, median + "100"},
		{"an empty record", func(w *world) { w.putRaw(contract.RecordKey("orders", mustTime(w.t, slot(27)), 1), "") }, median + "100"},
		{"a damaged revision", func(w *world) {
			w.put("orders", slot(27), "paid=10")
			w.putRaw(contract.RecordKey("orders", mustTime(w.t, slot(27)), 2), "{}")
		}, median + "90"},
		{"an object that is no record", func(w *world) { w.putRaw("counts/date=2026-11-28/orders-notes.txt", "to do") }, median + "100"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, drop)
			for day, number := range map[int]int{26: 90, 25: 110, 24: 90, 23: 100, 22: 100, 21: 1} {
				w.put("orders", slot(day), fmt.Sprintf("paid=%d refunded=0", number))
			}
			test.put(w)
			record := w.put("orders", slot(28), "paid=90")
			w.judge(record)
			w.wants(record, test.want)
		})
	}
}

// putRaw stores what is no record.
func (w *world) putRaw(key, content string) string {
	w.t.Helper()
	if err := w.s3.Put(bucket, key, []byte(content)); err != nil {
		w.t.Fatal(err)
	}
	return key
}

// Two counts are no baseline; three are.
func TestFewSlots(t *testing.T) {
	w := newWorld(t, drop)
	w.wants(w.days("100 100 1"), "paid max_drop 50%: not-evaluated, fewer than 3 earlier slots have a count")
	w = newWorld(t, drop)
	w.wants(w.days("100 100 - 100 1"), "paid max_drop 50%: fail, median 100")
}

// Another condition is another number: neither are its counts compared with those before, nor
// is a record judged that is of the definition before.
func TestAChangedDefinition(t *testing.T) {
	w := newWorld(t, drop)
	w.days("100 100 100 100 100")
	last := w.put("orders", "2026-11-30T00:20Z", "paid=1")
	w.checker.Jobs = jobtest.Read(t, strings.Replace(drop, "status = 'paid'", "status = 'settled'", 1))
	first := w.put("orders", "2026-12-01T00:20Z", "paid=1")
	w.judge(last, first)
	w.wants(last, "paid max_drop 50%: not-evaluated, the record is of another definition of the job")
	w.wants(first, "paid max_drop 50%: not-evaluated, fewer than 3 earlier slots have a count")
}

// The days of except are counted days, not those of the slots, and are neither judged nor told.
func TestExcept(t *testing.T) {
	w := newWorld(t, orders("{paid: {min: 100}, except: [2026-11-28]}"))
	for i, want := range []string{"paid min 100: fail", "paid min 100: not-evaluated, 2026-11-28 is one of except", "paid min 100: fail"} {
		record := w.put("orders", slot(27+i), "paid=1")
		w.judge(record)
		w.wants(record, want)
	}
	w.says("prod: orders, Fri 27 Nov: paid 1, below min 100", "prod: orders, Sun 29 Nov: paid 1, below min 100")
}

// A job that is checked in one environment may be off in another, where nothing is stored.
func TestAnUncheckedJob(t *testing.T) {
	w := newWorld(t, file(daily("orders")))
	w.judge(w.put("orders", slot(28), "paid=0"))
	w.sweep(time.Hour)
	if got := w.objects(contract.ChecksPrefix); len(got) > 0 {
		t.Errorf("results are %v", got)
	}
	w.says()
}
