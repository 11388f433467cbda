package check_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
)

// "As usual again" is told once after failures, as soon as all that failed is known to pass.
func TestAsUsualAgain(t *testing.T) {
	const good, low, both = "paid=100 refunded=5", "paid=1 refunded=5", "paid=1 refunded=50"
	for _, test := range []struct {
		name string
		days []string
		want []string // of each day: fail, again, or nothing
	}{
		{"never failed", []string{good, good}, []string{"", ""}},
		{"once", []string{good, low, good, good}, []string{"", "fail", "again", ""}},
		{"after two failures", []string{low, low, good, good}, []string{"fail", "fail", "again", ""}},
		{"twice", []string{low, good, low, good}, []string{"fail", "again", "fail", "again"}},
		{"another check fails", []string{low, "paid=100 refunded=50", good}, []string{"fail", "fail", "again"}},
		{"one of two passes", []string{both, low, good}, []string{"fail", "fail", "again"}},
		{"after a day that could not be counted", []string{low, "paid=- refunded=5", good, good}, []string{"fail", "", "again", ""}},
		{"after several days that could not be counted", []string{low, "paid=- refunded=-", "paid=- refunded=-", "paid=- refunded=-", "paid=- refunded=-", good}, []string{"fail", "", "", "", "", "again"}},
		{"what failed cannot be counted, the rest passes", []string{low, "paid=- refunded=5", "paid=- refunded=5", good}, []string{"fail", "", "", "again"}},
		{"one of two cannot be counted", []string{both, "paid=100 refunded=-", good}, []string{"fail", "", "again"}},
		{"what passed cannot be counted", []string{low, "paid=100 refunded=-", good}, []string{"fail", "again", ""}},
		{"a day is missing", []string{low, "", good, good}, []string{"fail", "", "again", ""}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, orders("{paid: {min: 100}, refunded: {max: 10}}"))
			var got []string
			for i, counts := range test.days {
				if counts != "" {
					w.judge(w.put("orders", slot(i+1), counts))
				}
				kind := ""
				for _, message := range w.topic.take() {
					kind += map[string]string{"check": "fail", "as-usual": "again"}[message.Attributes["kind"]]
				}
				got = append(got, kind)
			}
			if difference := cmp.Diff(test.want, got); difference != "" {
				t.Errorf("messages (-want +got):\n%s", difference)
			}
		})
	}
}

// A recount that passes says nothing of today. So the next day is the one that is as usual again.
func TestARecountDoesNotSayAsUsualAgain(t *testing.T) {
	w := newWorld(t, orders("{paid: {min: 100}}"))
	w.judge(w.put("orders", slot(26), "paid=1"))
	w.says("prod: orders, Thu 26 Nov: paid 1, below min 100")
	w.judge(w.put("orders", slot(26), "paid=100", revision(2), origin(contract.OriginRecount), w.countedAt("2026-11-28T00:00Z")))
	w.sweep(time.Hour)
	w.says()
	w.judge(w.put("orders", slot(27), "paid=100"))
	w.says("prod: orders, Fri 27 Nov: as usual again")
}

// Months are looked back, too: a job of the first day of the month is as usual again a month later.
func TestAsUsualAgainAfterAMonth(t *testing.T) {
	monthly := file(`  - name: orders
    schedule: cron(20 0 1 * ? *)
    source: {database: app, table: orders}
    window: {span: previous-month, column: at}
    checks: {total: {min: 1}}
`)
	w := newWorld(t, monthly)
	w.judge(w.put("orders", "2026-10-01T00:20Z", "total=0"))
	w.judge(w.put("orders", "2026-11-01T00:20Z", "total=1"))
	w.says("prod: orders, Wed 30 Sep: total 0, below min 1", "prod: orders, Sat 31 Oct: as usual again")
}

// Without events a sweep judges the records of an hour, as if they had come one by one.
func TestASweepSaysAsUsualAgainOnce(t *testing.T) {
	w := newWorld(t, file(`  - name: orders
    schedule: cron(0/5 * * * ? *)
    source: {database: app, table: orders}
    window: {span: previous-hour, column: at}
    checks: {total: {min: 1}}
`))
	for i, number := range []int{1, 0, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1} {
		w.put("orders", mustTime(t, "2026-11-28T10:00Z").Add(time.Duration(5*i)*time.Minute).Format(time.RFC3339), fmt.Sprintf("total=%d", number))
	}
	w.sweep(10 * time.Minute)
	w.says(
		"prod: orders, Sat 28 Nov 10:05: total 0, below min 1", "prod: orders, Sat 28 Nov 10:10: total 0, below min 1", "prod: orders, Sat 28 Nov 10:15: as usual again",
		"prod: orders, Sat 28 Nov 10:35: total 0, below min 1", "prod: orders, Sat 28 Nov 10:40: as usual again",
	)
}
