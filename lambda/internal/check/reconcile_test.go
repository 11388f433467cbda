package check_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/check"
)

// both are two jobs that are compared.
func both(within string) string {
	return file(daily("orders"), daily("log")) +
		"reconcile: [{name: both, left: orders.paid, right: log.paid, within: " + within + "}]\n"
}

// compared are the results of comparisons, by key: "both-20261129T0000Z.rev1-1 within 2%: pass".
func (w *world) compared() (all []string) {
	w.t.Helper()
	for key, content := range w.objects(contract.ChecksPrefix) {
		results, err := contract.DecodeResults(strings.NewReader(content))
		if err != nil || len(results) != 1 || results[0].Reconcile == "" {
			w.t.Fatalf("%s is %s (%v)", key, content, err)
		}
		_, name, _ := strings.Cut(strings.TrimSuffix(key, ".jsonl"), "/reconcile-")
		all = append(all, name+strings.TrimPrefix(shown(results[0]), results[0].CaseName))
	}
	return all
}

func TestWithin(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		within, left, right, want, subject string
	}{
		{"2%", "100", "100", "pass", ""},
		{"2%", "98", "100", "pass", ""},
		{"2%", "97", "100", "fail", "97 and 100, 3 % apart"},
		{"2%", "100", "97", "fail", "100 and 97, 3 % apart"},
		{"2%", "0", "0", "pass", ""},
		{"2%", "0", "1", "fail", "0 and 1, 100 % apart"},
		{"0%", "999", "1000", "fail", "999 and 1000, less than 1 % apart"},
		{"12.5%", "7", "8", "pass", ""},
		{"12.5%", "6", "8", "fail", "6 and 8, 25 % apart"},
		{"12.5%", "7881299347898369", "9007199254740993", "pass", ""}, // 2^53 + 1, and an eighth less
		{"12.5%", "7881299347898368", "9007199254740993", "fail", "7881299347898368 and 9007199254740993, 12 % apart"},
		{"100", "0", "100", "pass", ""},
		{"100", "101", "0", "fail", "101 and 0, 101 apart"},
		{"0", "9007199254740992", "9007199254740993", "fail", "9007199254740992 and 9007199254740993, 1 apart"},
		{"2%", "-", "100", "not-evaluated, one of the two has no count", ""},
		{"2%", "100", "-", "not-evaluated, one of the two has no count", ""},
	} {
		w := newWorld(t, both(test.within))
		w.judge(w.put("orders", slot(28), "paid="+test.left), w.put("log", slot(28), "paid="+test.right))
		want := []string{fmt.Sprintf("both-20261129T0000Z.rev1-1 within %s: %s", test.within, test.want)}
		if difference := cmp.Diff(want, w.compared()); difference != "" {
			t.Errorf("%s and %s, results (-want +got):\n%s", test.left, test.right, difference)
		}
		if test.subject == "" {
			w.says()
		} else {
			w.says("prod: both, Sat 28 Nov: " + test.subject)
		}
	}
}

func TestComparisons(t *testing.T) {
	t.Parallel()
	recount := func(r *contract.Record) { r.Origin, r.Revision = contract.OriginRecount, r.Revision+1 }
	for _, test := range []struct {
		name string
		put  func(w *world) (keys []string)
		want []string
	}{
		{"the left side alone", func(w *world) []string { return []string{w.put("orders", slot(28), "paid=1")} }, nil},
		{"the right side alone", func(w *world) []string { return []string{w.put("log", slot(28), "paid=1")} }, nil},
		{"the left side first", func(w *world) []string {
			return []string{w.put("orders", slot(28), "paid=1"), w.put("log", slot(28), "paid=9", w.countedAt("2026-11-29T00:30Z"))}
		}, []string{"rev1-1 within 2%: fail"}},
		{"the right side first", func(w *world) []string {
			return []string{w.put("log", slot(28), "paid=9"), w.put("orders", slot(28), "paid=1", w.countedAt("2026-11-29T00:30Z"))}
		}, []string{"rev1-1 within 2%: fail"}},
		{"the left side is counted again", func(w *world) []string {
			return []string{w.put("log", slot(28), "paid=9"), w.put("orders", slot(28), "paid=1"), w.put("orders", slot(28), "paid=9", recount, w.countedAt("2026-11-30T00:30Z"))}
		}, []string{"rev1-1 within 2%: fail", "rev2-1 within 2%: pass"}},
		{"the right side is counted again", func(w *world) []string {
			return []string{w.put("log", slot(28), "paid=9"), w.put("orders", slot(28), "paid=1"), w.put("log", slot(28), "paid=1", recount, w.countedAt("2026-11-30T00:30Z"))}
		}, []string{"rev1-1 within 2%: fail", "rev1-2 within 2%: pass"}},
		{"one side is counted again before the other one comes", func(w *world) []string {
			return []string{w.put("log", slot(28), "paid=9"), w.put("log", slot(28), "paid=1", recount, w.countedAt("2026-11-29T10:00Z")), w.put("orders", slot(28), "paid=1", w.countedAt("2026-11-29T11:00Z"))}
		}, []string{"rev1-2 within 2%: pass"}},
		{"except of the left side", func(w *world) []string {
			w.checker.Jobs.Jobs[0].Checks.Except = []string{"2026-11-28"}
			return []string{w.put("log", slot(28), "paid=9"), w.put("orders", slot(28), "paid=1")}
		}, []string{"rev1-1 within 2%: not-evaluated, 2026-11-28 is one of except"}},
		{"except of the right side", func(w *world) []string {
			w.checker.Jobs.Jobs[1].Checks.Except = []string{"2026-11-28"}
			return []string{w.put("log", slot(28), "paid=9"), w.put("orders", slot(28), "paid=1")}
		}, []string{"rev1-1 within 2%: not-evaluated, 2026-11-28 is one of except"}},
		{"one side was made by another definition", func(w *world) []string {
			return []string{w.put("log", slot(28), "paid=9", func(r *contract.Record) { r.CountingSHA256 = "other" }), w.put("orders", slot(28), "paid=1")}
		}, []string{"rev1-1 within 2%: not-evaluated, a record is of another definition of its job"}},
		{"another day", func(w *world) []string {
			return []string{w.put("log", slot(27), "paid=9"), w.put("orders", slot(28), "paid=1")}
		}, nil},
		{"the other side is damaged", func(w *world) []string {
			return []string{w.putRaw(contract.RecordKey("log", mustTime(w.t, slot(28)), 1), "no record"), w.put("orders", slot(28), "paid=1")}
		}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, way := range []string{"events in order", "events in the other order", "no events"} {
				w := newWorld(t, both("2%"))
				keys := test.put(w)
				switch way {
				case "events in order":
					w.judge(keys...)
				case "events in the other order":
					for i := range keys {
						w.judge(keys[len(keys)-1-i])
					}
				}
				w.sweep(30 * time.Minute)
				var got []string
				for _, each := range w.compared() {
					_, revisions, _ := strings.Cut(each, ".")
					got = append(got, revisions)
				}
				want := test.want
				if way == "no events" && len(want) > 1 && !slices.Contains(got, want[0]) {
					want = want[1:] // the sweep is there for the latest only
				}
				if difference := cmp.Diff(want, got, sorted); difference != "" {
					t.Errorf("%s: results (-want +got):\n%s", way, difference)
				}
			}
		})
	}
}

// reads counts the requests for one record of a store, and those that list revisions.
type reads struct {
	check.Store
	records, lists atomic.Int64
}

func (r *reads) ReadAllRows(ctx context.Context, key string) ([]contract.Record, error) {
	r.records.Add(1)
	return r.Store.ReadAllRows(ctx, key)
}

func (r *reads) Keys(ctx context.Context, prefix string) ([]string, error) {
	if !strings.HasSuffix(prefix, "/") {
		r.lists.Add(1)
	}
	return r.Store.Keys(ctx, prefix)
}

// Records of other windows can never be compared. Sweeps look at them, and judge nothing again.
func TestWhatCannotBeComparedIsNotJudgedAgain(t *testing.T) {
	w := newWorld(t, strings.Replace(both("2%"), "total: false\n", "total: false\n    checks: {paid: {max_drop: 50%, baseline: previous}}\n", 2))
	for day := 20; day <= 28; day++ {
		hourLater := func(r *contract.Record) {
			r.WindowFrom, r.WindowTo = new(r.WindowFrom.Add(time.Hour)), new(r.WindowTo.Add(time.Hour))
		}
		w.judge(w.put("orders", slot(day), "paid=100", hourLater), w.put("log", slot(day), "paid=100"))
	}
	r := &reads{Store: w}
	w.checker.Store = r
	w.sweep(time.Hour)
	if r.records.Load() != 9 || r.lists.Load() != 0 {
		t.Errorf("the sweep reads %d records and lists %d times, want one of each day", r.records.Load(), r.lists.Load())
	}
}

// Windows are compared, not slots: a job that counts a day every hour is compared once, by its
// first slot, and a month with the same month.
func TestTheWindowsOfComparisons(t *testing.T) {
	text := `timezone: America/New_York
jobs:
  - {name: every-hour, schedule: cron(0 * * * ? *), source: {database: app, table: a}, window: {span: previous-day, column: at}}
  - {name: in-the-morning, schedule: cron(0 8 * * ? *), schedule_timezone: America/New_York, source: {database: app, table: a}, window: {span: previous-day, column: at}}
  - {name: on-the-1st, schedule: cron(0 12 1 * ? *), source: {database: app, table: a}, window: {span: previous-month, column: at}}
  - {name: on-the-20th, schedule: cron(0 12 20 * ? *), source: {database: app, table: a}, window: {span: previous-month, column: at}}
  - {name: hour-a, schedule: cron(1 * * * ? *), source: {database: app, table: a}, window: {span: previous-hour, column: at}}
  - {name: hour-b, schedule: cron(59 * * * ? *), source: {database: app, table: a}, window: {span: previous-hour, column: at}}
reconcile:
  - {name: day, left: every-hour.total, right: in-the-morning.total, within: 0}
  - {name: month, left: on-the-20th.total, right: on-the-1st.total, within: 0}
  - {name: hour, left: hour-a.total, right: hour-b.total, within: 0}
`
	w := newWorld(t, text)
	for _, record := range [][2]string{
		{"on-the-1st", "2026-11-01T12:00Z"},
		{"every-hour", "2026-11-02T04:00Z"}, // still counts 31 October
		{"every-hour", "2026-11-02T05:00Z"}, // midnight, after a day of 25 hours
		{"hour-a", "2026-11-02T05:01Z"}, {"hour-b", "2026-11-02T05:59Z"}, {"hour-a", "2026-11-02T06:01Z"},
		{"every-hour", "2026-11-02T06:00Z"}, {"in-the-morning", "2026-11-02T13:00Z"}, {"every-hour", "2026-11-02T14:00Z"},
		{"on-the-20th", "2026-11-20T12:00Z"},
	} {
		w.judge(w.put(record[0], record[1], "total=5"))
		w.sweep(0)
	}
	want := []string{"day-20261102T0500Z.rev1-1 within 0: pass", "hour-20261102T0500Z.rev1-1 within 0: pass", "month-20261101T0400Z.rev1-1 within 0: pass"}
	if difference := cmp.Diff(want, w.compared(), sorted); difference != "" {
		t.Errorf("results (-want +got):\n%s", difference)
	}
}
