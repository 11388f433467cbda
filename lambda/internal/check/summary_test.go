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

// A slot is in the summary of its period, if it is judged by then. What is found later is in the
// next one. None is in two, and none in no summary.
func TestEachFailureIsInOneSummary(t *testing.T) {
	w := newWorld(t, file(`  - name: orders
    schedule: cron(20 0/6 * * ? *)
    source: {database: app, table: orders}
    window: {span: previous-hour, column: at}
    checks: {total: {min: 100}}
`)+"summary: {schedule: cron(0 0 * * ? *)}\n")
	w.put("orders", "2026-11-28T06:20Z", "total=6") // no event of it comes
	w.put("orders", "2026-11-28T18:20Z", "total=18")
	w.summarize("2026-11-29T00:00Z")
	w.now = w.now.Add(time.Minute)
	w.judge(w.put("orders", "2026-11-28T00:20Z", "total=0", origin(contract.OriginBackfill), w.countedAt("2026-11-29T00:01Z")))
	w.sweep(17 * time.Minute)
	judgedLate := w.put("orders", "2026-11-29T18:20Z", "total=42")
	w.put("orders", "2026-11-29T18:20Z", "total=43", revision(2), origin(contract.OriginRecount), w.countedAt("2026-11-29T20:00Z"))
	w.now = mustTime(t, "2026-11-30T00:00Z").Add(5 * time.Second)
	w.judge(judgedLate) // whose count is none that is shown
	w.summarize("2026-11-30T00:00Z")
	w.summarize("2026-12-01T00:00Z")
	var got []string
	for _, message := range w.topic.take() {
		if message.Attributes["kind"] == "summary" {
			_, list, _ := strings.Cut(message.Text, "\n\n")
			list, _, _ = strings.Cut(list, "\n\n")
			got = append(got, strings.ReplaceAll(strings.TrimPrefix(list, "To look at:\n"), ", below min 100", ""))
		}
	}
	want := []string{
		"- orders, Sat 28 Nov 18:20: total 18",
		"- orders, Sat 28 Nov 00:20: total 0\n- orders, Sat 28 Nov 06:20: total 6\n- orders, Sun 29 Nov 18:20: total 43",
		"No slot is missing or failed, and no check failed.",
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("what there is to look at (-want +got):\n%s", difference)
	}
}

// A summary that goes out late has what was judged until then: it never says that no check failed
// beside a count that did.
func TestALateSummaryAgreesWithItsCounts(t *testing.T) {
	w := newWorld(t, orders("{paid: {min: 100}}")+"summary: {schedule: cron(0 8 * * ? *)}\n")
	record := w.put("orders", slot(28), "paid=1")
	w.now = mustTime(t, "2026-11-29T08:00Z").Add(30 * time.Second)
	w.judge(record)
	w.sweep(17 * time.Minute)
	w.says("prod: orders, Sat 28 Nov: paid 1, below min 100", "prod: counts until Sun 29 Nov 08:00, 1 to look at")
}
