package check_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// days stores the counts of the case paid on consecutive days, the last one for Saturday 28
// November, and judges that one. A minus is a day without a count.
func (w *world) days(counts string) (record string) {
	w.t.Helper()
	all := strings.Fields(counts)
	for i, number := range all {
		slot := time.Date(2026, 11, 29+i-len(all)+1, 0, 20, 0, 0, time.UTC)
		record = w.put("orders", slot.Format(time.RFC3339), "paid="+number)
	}
	w.judge(record)
	return record
}

func TestBounds(t *testing.T) {
	for _, test := range []struct {
		name, check, counts, want string
		subject                   string // of the message, without what it always begins with
	}{
		{"min: the smallest count that passes", "{min: 100}", "100", "min 100: pass", ""},
		{"min: one less", "{min: 100}", "99", "min 100: fail", "paid 99, below min 100"},
		{"min: an empty day", "{min: 1}", "0", "min 1: fail", "paid 0, below min 1"},
		{"min 0 passes always", "{min: 0}", "0", "min 0: pass", ""},
		{"max: the largest count that passes", "{max: 100}", "100", "max 100: pass", ""},
		{"max: one more", "{max: 100}", "101", "max 100: fail", "paid 101, above max 100"},
		{"max 0: something that should never be", "{max: 0}", "1", "max 0: fail", "paid 1, above max 0"},
		{"beyond what a float holds", "{max: 1000000000000000}", "9007199254740993", "max 1000000000000000: fail", "paid 9007199254740993, above max 1000000000000000"},

		{"max_drop: exactly as far", "{max_drop: 50%, baseline: previous}", "100 100 100 50", "max_drop 50%: pass, median 100", ""},
		{"max_drop: one further", "{max_drop: 50%, baseline: previous}", "100 100 100 49", "max_drop 50%: fail, median 100", "paid 49, 51 % below 100"},
		{"max_drop says nothing of a rise", "{max_drop: 50%, baseline: previous}", "100 100 100 900", "max_drop 50%: pass, median 100", ""},
		{"max_drop: nothing at all", "{max_drop: 50%, baseline: previous}", "950 950 950 0", "max_drop 50%: fail, median 950", "paid 0, 100 % below 950"},
		{"max_drop: less than all is not 100 %", "{max_drop: 50%, baseline: previous}", "950 950 950 1", "max_drop 50%: fail, median 950", "paid 1, 99 % below 950"},
		{"max_drop 0%: less than ever", "{max_drop: 0%, baseline: previous}", "950 950 950 949", "max_drop 0%: fail, median 950", "paid 949, less than 1 % below 950"},
		{"max_drop: the issue's message", "{max_drop: 50%, baseline: previous}", "948 940 960 955 950 120", "max_drop 50%: fail, median 950", "paid 120, 87 % below 950"},
		{"max_drop: half a percent of a half", "{max_drop: 12.5%, baseline: previous}", "9 9 8 8 7", "max_drop 12.5%: fail, median 8.5", "paid 7, 17 % below 8.5"},
		{"max_drop: an eighth, exactly", "{max_drop: 12.5%, baseline: previous}", "8 8 8 7", "max_drop 12.5%: pass, median 8", ""},

		{"max_rise: exactly as far", "{max_rise: 200%, baseline: previous}", "100 100 100 300", "max_rise 200%: pass, median 100", ""},
		{"max_rise: one further", "{max_rise: 200%, baseline: previous}", "100 100 100 301", "max_rise 200%: fail, median 100", "paid 301, 201 % above 100"},
		{"max_rise says nothing of a drop", "{max_rise: 200%, baseline: previous}", "100 100 100 0", "max_rise 200%: pass, median 100", ""},
		{"max_rise: an eighth, exactly", "{max_rise: 12.5%, baseline: previous}", "8 8 8 9", "max_rise 12.5%: pass, median 8", ""},
		{"max_rise: from nothing", "{max_rise: 200%, baseline: previous}", "0 0 0 1", "max_rise 200%: fail, median 0", "paid 1, above 0"},
		{"max_rise: nothing, as ever", "{max_rise: 200%, baseline: previous}", "0 0 0 0", "max_rise 200%: pass, median 0", ""},
		{"max_drop: nothing, as ever", "{max_drop: 50%, baseline: previous}", "0 0 0 0", "max_drop 50%: pass, median 0", ""},

		// 2^53 + 1, which no float holds. An eighth less is 7881299347898368.875.
		{"an eighth less of much, exactly", "{max_drop: 12.5%, baseline: previous}", "9007199254740993 9007199254740993 9007199254740993 7881299347898369", "max_drop 12.5%: pass, median 9007199254740992", ""},
		{"an eighth less of much, and one", "{max_drop: 12.5%, baseline: previous}", "9007199254740993 9007199254740993 9007199254740993 7881299347898368", "max_drop 12.5%: fail, median 9007199254740992", "paid 7881299347898368, 12 % below 9007199254740992"},
		// An eighth more is 10133099161583617.125.
		{"an eighth more of much, exactly", "{max_rise: 12.5%, baseline: previous}", "9007199254740993 9007199254740993 9007199254740993 10133099161583617", "max_rise 12.5%: pass, median 9007199254740992", ""},
		{"an eighth more of much, and one", "{max_rise: 12.5%, baseline: previous}", "9007199254740993 9007199254740993 9007199254740993 10133099161583618", "max_rise 12.5%: fail, median 9007199254740992", "paid 10133099161583618, 12 % above 9007199254740992"},

		{"min_baseline: both are below", "{max_drop: 50%, baseline: previous, min_baseline: 10}", "9 9 9 0", "max_drop 50%: not-evaluated, median 9, baseline and count are below min_baseline 10", ""},
		{"min_baseline: the baseline reaches it", "{max_drop: 50%, baseline: previous, min_baseline: 10}", "10 10 10 0", "max_drop 50%: fail, median 10", "paid 0, 100 % below 10"},
		{"min_baseline: only the count is above", "{max_rise: 50%, baseline: previous, min_baseline: 10}", "1 1 1 10", "max_rise 50%: fail, median 1", "paid 10, 900 % above 1"},
		{"min_baseline: only the count is below", "{max_drop: 50%, baseline: previous, min_baseline: 10}", "20 20 20 9", "max_drop 50%: fail, median 20", "paid 9, 55 % below 20"},

		{"several bounds, two fail", "{min: 100, max: 5000, max_drop: 50%, max_rise: 200%, baseline: previous}", "950 950 950 99",
			"min 100: fail\nmax 5000: pass\nmax_drop 50%: fail, median 950\nmax_rise 200%: pass, median 950", "paid 99, below min 100, and 1 more"},
		{"a count that is not there", "{min: 100, max_drop: 50%, baseline: previous}", "950 950 950 -",
			"min 100: not-evaluated, the case could not be counted: no such column\nmax_drop 50%: not-evaluated, the case could not be counted: no such column", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, orders("{paid: "+test.check+"}"))
			got := w.results(w.days(test.counts))
			want := "paid " + strings.ReplaceAll(test.want, "\n", "\npaid ")
			if difference := cmp.Diff(want, strings.Join(got, "\n")); difference != "" {
				t.Errorf("results (-want +got):\n%s", difference)
			}
			if test.subject == "" {
				w.says()
			} else {
				w.says("prod: orders, Sat 28 Nov: " + test.subject)
			}
		})
	}
}
