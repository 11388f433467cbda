package report_test

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
)

//go:embed testdata/measure.js
var measure string

// hostile is text that breaks pages which do not escape or wrap it.
var hostile = `</title></svg><script>alert(1)</script>"'` + "`" + `<img src=x onerror=alert(1)>{{.}}` + strings.Repeat("x", 10_000)

// pages are what a page must look right with.
func pages(t testing.TB) map[string][]history.Series {
	one := func(int, string) int64 { return 1 }
	const daily = "name: daily\nschedule: cron(20 0 * * ? *)\n"
	const windowed = daily + "window: {span: previous-day, column: ordered_at}\n"
	twelve := make([]string, 12)
	for i := range twelve {
		twelve[i] = fmt.Sprintf("case_number_%d", i+1)
	}
	long := strings.Repeat("long_name_", 6) + "lon" // 63 characters, the most for a case

	strange := counted(jobOf(t, windowed+"group_by: [country]\n"+casesOf("paid")), 20, func(slot int, name string) int64 { return int64(slot * 10) })
	strange.Job.Label, strange.Job.Description = hostile, hostile
	strange = grouped(strange, [][]string{{hostile}, {"b"}, {""}, {"NULL"}}, func(slot, group int) int64 { return int64(slot * (5 - group)) })
	strange = without(strange, history.Failed, hostile, 3, 4, 5)
	strange = without(strange, history.Missed, hostile, 6)
	strange = without(strange, history.Unreadable, hostile, 8, 10)
	strange = each(strange, func(slot *history.Slot, line *contract.Record) {
		recount(slot, line)
		line.CaseName, line.Reason = hostile, hostile
	}, 12)

	scripts := counted(jobOf(t, windowed+"label: 하루 주문 수 (결제 완료 및 환불 포함)\ndescription: عدد الطلبات اليومية حسب الحالة والدولة\ngroup_by: [country]\n"+casesOf("paid")), 60, weekly(5000))
	scripts = grouped(scripts, [][]string{{"대한민국"}, {"المملكة العربية السعودية"}, {"日本"}}, func(slot, group int) int64 { return int64(1000 * (group + 1)) })
	scripts = without(scripts, history.Failed, "테이블이 없습니다: 주문", 30)

	names := counted(jobOf(t, "name: long\nlabel: "+strings.Repeat("A label of many words ", 4)+"\nschedule: cron(20 0 * * ? *)\n"+casesOf(long, long[1:], long[2:])), 60, weekly(70_000))
	names.Job.Name = strings.Repeat("name", 32)
	many := make([][]string, 300)
	for i := range many {
		many[i] = []string{fmt.Sprintf("%s-%d", strings.Repeat("word", 20), i), long}
	}
	names.Job.GroupBy = []string{"region", "plan"}
	names = grouped(names, many, func(slot, group int) int64 { return int64(slot * group) })

	states := counted(jobOf(t, windowed+casesOf("paid", "refunded")), 60, weekly(900))
	for i, state := range []history.State{history.Missing, history.Failed, history.Missed, history.Unreadable, history.Pending} {
		states = without(states, state, "why", i*3, i*3+1, i*3+20, 59-i)
	}
	states = each(each(each(states, lateRun, 40, 41), recount, 40, 43), backfill, 45)

	alternating := counted(jobOf(t, windowed), 400, one)
	nothing := counted(jobOf(t, windowed), 30, one)
	for i := range alternating.Slots {
		if i%2 == 0 {
			alternating = without(alternating, history.Missing, "", i)
		}
	}
	for i := range nothing.Slots {
		nothing = without(nothing, history.Missing, "", i)
	}
	return map[string][]history.Series{
		"shop":     shop(t),
		"no jobs":  nil,
		"no slots": {{Job: jobOf(t, windowed)}},
		"one case": {counted(jobOf(t, windowed), 60, weekly(500))},
		"twelve cases": {counted(jobOf(t, windowed+casesOf(twelve...)), 60, func(slot int, name string) int64 {
			return weekly(1000*int64(1+slices.Index(append(twelve, "other", "total"), name)))(slot, name)
		})},
		"one slot":        {counted(jobOf(t, windowed+casesOf("paid")), 1, one)},
		"400 slots":       {counted(jobOf(t, windowed+casesOf("paid")), 400, weekly(8000)), alternating},
		"zero":            {counted(jobOf(t, windowed+casesOf("paid")), 60, func(int, string) int64 { return 0 })},
		"large":           {grouped(counted(jobOf(t, windowed+"group_by: [country]\n"+casesOf("paid")), 60, large), [][]string{{"a"}, {"b"}}, func(slot, _ int) int64 { return large(slot, "") })},
		"every state":     {states, nothing},
		"long names":      {names},
		"Korean, Arabic":  {scripts},
		"hostile":         {strange},
		"six slots a day": {counted(jobOf(t, "name: often\nschedule: cron(0 */4 * * ? *)\n"), 9, weekly(40))},
	}
}

// large is beyond what a float64 holds exactly.
func large(slot int, name string) int64 {
	if name == "total" {
		return 9_223_372_036_854_775_807
	}
	return 9_007_199_254_740_993 - int64(slot%2)*2
}

// TestLooks opens each page in a browser, on a phone, a tablet, a desk and paper, and measures
// it.
func TestLooks(t *testing.T) {
	b := startBrowser(t)
	for name, series := range pages(t) {
		t.Run(name, func(t *testing.T) {
			b.t = t
			address := b.open(write(t, series...), "page")
			for _, scheme := range []string{"light", "dark"} {
				for _, width := range []int{360, 768, 1280} {
					look := fmt.Sprintf("%s %d %s", name, width, scheme)
					b.show(width, "screen", scheme)
					b.screenshot(look)
					b.ask("document.querySelectorAll('details').forEach(d => d.open = true)", nil)
					b.expectSound(look)
					b.ask("document.querySelectorAll('details').forEach(d => d.open = false)", nil)
				}
			}
			b.show(718, "print", "dark") // A4 with the usual margins
			b.screenshot(name + " print")
			b.expectSound(name + " print")
			var hidden int
			b.ask("[...document.querySelectorAll('tbody')].filter(e => e.getClientRects().length === 0 || !e.checkVisibility({contentVisibilityAuto: true})).length", &hidden)
			if hidden > 0 {
				t.Errorf("%d tables are not printed", hidden)
			}
			for _, complaint := range b.complaints(address) {
				t.Error(complaint)
			}
		})
	}
	b.t = t
}

func (b *browser) expectSound(look string) {
	b.t.Helper()
	var problems []string
	b.ask(measure, &problems)
	for _, problem := range problems {
		b.t.Errorf("%s: %s", look, problem)
	}
}
