package check_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/sweep"
)

// shop has a summary at 8 in the morning of Seoul.
const shop = seoul + `summary: {schedule: cron(0 8 * * ? *), schedule_timezone: Asia/Seoul}
`

// deployed begins the schedule history, which says what slots there should be.
func (w *world) deployed(at string) {
	w.t.Helper()
	entry := sweep.Deployed{Time: mustTime(w.t, at)}
	for _, j := range w.checker.Jobs.Jobs {
		entry.Jobs = append(entry.Jobs, sweep.Scheduled{Name: j.Name, Schedule: j.Cron.Canonical(), Timezone: j.EventTimezone()})
	}
	if _, err := w.CreateJSON(w.t.Context(), contract.SchedulesPrefix("prod")+"000001.json", entry); err != nil {
		w.t.Fatal(err)
	}
}

// summarize sends the event of the summary of a time.
func (w *world) summarize(at string) {
	w.t.Helper()
	w.now = mustTime(w.t, at).Add(20 * time.Second)
	if _, err := w.checker.Summarize(w.t.Context(), mustTime(w.t, at)); err != nil {
		w.t.Fatal(err)
	}
}

func TestTheSummary(t *testing.T) {
	w := newWorld(t, shop)
	w.deployed("2026-10-01T00:00Z")
	for week := range 5 {
		w.put("daily-orders", mustTime(t, "2026-10-24T15:20Z").AddDate(0, 0, 7*week).Format(time.RFC3339), fmt.Sprintf("paid=%d other=7 total=990", 948+week))
	}
	w.put("daily-orders", "2026-11-27T15:20Z", "paid=990 other=7 total=990") // the day before
	w.now = mustTime(t, "2026-11-27T23:00Z")
	w.judge(w.put("daily-orders", "2026-11-28T15:20Z", "paid=120 other=7 total=990"))
	w.put("daily-orders-log", "2026-11-28T15:30Z", "paid=- other=7 total=1000")
	for hour := 23; hour < 23+24; hour++ {
		if hour != 23+5 {
			w.judge(w.put("hourly-orders", mustTime(t, "2026-11-27T00:05Z").Add(time.Duration(hour)*time.Hour).Format(time.RFC3339), fmt.Sprintf("total=%d", hour-23)))
		}
	}
	w.put("stock", "2026-11-28T03:00Z", "total=5")
	w.topic.take()
	w.summarize("2026-11-28T23:00Z")
	messages := w.topic.take()
	if len(messages) != 1 {
		t.Fatalf("%d messages", len(messages))
	}
	want := `Counts of prod from Sat 28 Nov 08:00 to Sun 29 Nov 08:00 (Asia/Seoul)

To look at:
- hourly-orders, Sat 28 Nov 08:05: total 0, below min 1
- daily-orders, Sat 28 Nov: paid 120, below min 200
- daily-orders, Sat 28 Nov: paid 120, 87 % below 951.5
- daily-orders-log, Sat 28 Nov: not all cases could be counted
- hourly-orders, Sat 28 Nov 13:05: no record

오늘의 주문, Sat 28 Nov
- paid: 120 (870 less than before; 87 % below the usual 950)
- other: 7 (as many as before; the same as the usual 7)
- total: 990 (as many as before; the same as the usual 990)

daily-orders-log, Sat 28 Nov
- paid: no count
- other: 7
- total: 1000

hourly-orders, Sun 29 Nov 07:05, the latest of 24 slots
- total: 23 (1 more than before)

stock, Sat 28 Nov
- total: 5

Usual is the median of the last five counts at the same weekday and time.

Look further: tally status --env prod
`
	if difference := cmp.Diff(want, messages[0].Text); difference != "" {
		t.Errorf("text (-want +got):\n%s", difference)
	}
	if want := "prod: counts until Sun 29 Nov 08:00, 5 to look at"; messages[0].Subject != want {
		t.Errorf("the subject is %q, want %q", messages[0].Subject, want)
	}
}

// A day on which all is well says so first.
func TestTheSummaryOfAGoodDay(t *testing.T) {
	w := newWorld(t, file(daily("orders"))+"summary: {schedule: cron(0 8 * * ? *)}\n")
	w.deployed("2026-11-28T12:00Z")
	w.put("orders", slot(28), "paid=1 refunded=0")
	w.summarize("2026-11-29T08:00Z")
	message := w.topic.take()[0]
	if message.Subject != "prod: counts until Sun 29 Nov 08:00" || !strings.HasPrefix(message.Text, "Counts of prod from Sat 28 Nov 08:00 to Sun 29 Nov 08:00 (UTC)\n\nNo slot is missing or failed, and no check failed.\n\norders, Sat 28 Nov\n- paid: 1\n") {
		t.Errorf("the summary is %q\n%s", message.Subject, message.Text)
	}
}

// A summary goes out once, however often and from whomever its event comes.
func TestASummaryGoesOutOnce(t *testing.T) {
	w := newWorld(t, file(daily("orders"))+"summary: {schedule: cron(0 8 * * ? *)}\n")
	var several sync.WaitGroup
	w.now = mustTime(t, "2026-11-29T08:00Z")
	for _, at := range []string{"2026-11-29T08:00Z", "2026-11-29T08:00Z", "2026-11-29T07:59Z"} { // rules may fire some seconds early
		several.Go(func() {
			if _, err := w.checker.Summarize(t.Context(), mustTime(t, at)); err != nil {
				t.Error(err)
			}
		})
	}
	several.Wait()
	w.sweep(20 * time.Minute)
	w.sweep(time.Hour)
	w.says("prod: counts until Sun 29 Nov 08:00")
}

// The sweep tells the summary of the last day that nobody told, and none that is older.
func TestAnOverdueSummary(t *testing.T) {
	text := file(daily("orders")) + "summary: {schedule: cron(0 8 * * ? *)}\n"
	w := newWorld(t, text)
	w.now = mustTime(t, "2026-11-29T08:15Z")
	w.sweep(0) // its event may still come
	w.says()
	w.sweep(2 * time.Minute)
	w.says("prod: counts until Sun 29 Nov 08:00")
	w.summarize("2026-11-29T08:00Z")
	w.sweep(time.Hour)
	w.says()

	w = newWorld(t, text) // the topic was gone
	w.topic.fail = errGone
	w.now = mustTime(t, "2026-11-29T08:00Z")
	if answer, err := w.checker.Summarize(t.Context(), w.now); err == nil || answer.Told != 0 {
		t.Errorf("the answer is %+v (%v)", answer, err)
	}
	w.topic.fail = nil
	w.sweep(17 * time.Minute)
	w.says("prod: counts until Sun 29 Nov 08:00")

	w = newWorld(t, file(daily("orders"))+"summary: {schedule: cron(0 8 ? * MON *)}\n")
	w.now = mustTime(t, "2026-11-24T08:00Z") // a day after the last Monday
	w.sweep(time.Minute)
	w.says()
}

// A check that was judged late is in the summary of the day on which it was judged: none is in no
// summary.
func TestEachFailureIsInOneSummary(t *testing.T) {
	w := newWorld(t, orders("{paid: {min: 100}}")+"summary: {schedule: cron(0 0 * * ? *)}\n")
	record := w.put("orders", slot(27), "paid=1") // is counted at 0:20
	w.summarize("2026-11-29T00:00Z")
	w.now = w.now.Add(17 * time.Minute)
	w.judge(record)
	w.summarize("2026-11-30T00:00Z")
	w.summarize("2026-12-01T00:00Z")
	var got []bool
	for _, message := range w.topic.take() {
		got = append(got, strings.Contains(message.Text, "- orders, Fri 27 Nov: paid 1, below min 100\n"))
	}
	if difference := cmp.Diff([]bool{false, true, false}, got); difference != "" {
		t.Errorf("is it told? (-want +got):\n%s", difference)
	}
}
