package check_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/notify"
)

// seoul is a shop that is checked, with its log.
const seoul = `timezone: Asia/Seoul
jobs:
  - name: daily-orders
    label: 오늘의 주문
    schedule: cron(20 0 * * ? *)
    schedule_timezone: Asia/Seoul
    source: {database: app, table: orders}
    window: {span: previous-day, column: at}
    cases: {paid: status = 'paid'}
    checks: {paid: {min: 200, max_drop: 50%, baseline: previous}, total: {max: 1000}}
  - name: daily-orders-log
    schedule: cron(30 0 * * ? *)
    schedule_timezone: Asia/Seoul
    source: {database: app, table: log}
    window: {span: previous-day, column: at}
    cases: {paid: status = 'paid'}
  - name: hourly-orders
    schedule: cron(5 * * * ? *)
    source: {database: app, table: orders}
    window: {span: previous-hour, column: at}
    checks: {total: {min: 1}}
  - name: stock
    schedule: cron(0 3 * * ? *)
    source: {database: app, table: stock}
    checks: {total: {max: 100}}
reconcile:
  - {name: orders, left: daily-orders.paid, right: daily-orders-log.paid, within: 2%}
`

// The messages as people read them.
func TestMessages(t *testing.T) {
	for _, test := range []struct {
		name          string
		put           func(w *world) (key string)
		subject, text string
		attributes    map[string]string
	}{
		{"a drop", func(w *world) string {
			for day := 23; day <= 27; day++ {
				w.put("daily-orders", fmt.Sprintf("2026-11-%dT15:20Z", day), fmt.Sprintf("paid=%d total=990", 925+day))
			}
			return w.put("daily-orders", "2026-11-28T15:20Z", "paid=120 total=990")
		}, "prod: daily-orders, Sat 28 Nov: paid 120, below min 200, and 1 more", `오늘의 주문 (daily-orders) in prod, Sat 28 Nov

paid 120, below min 200

paid 120, 87 % below 950
  check: max_drop 50%
  baseline: 950, the median of Fri 27 Nov, Thu 26 Nov, Wed 25 Nov, Tue 24 Nov, Mon 23 Nov

Window: Sat 28 Nov 2026 00:00 to Sun 29 Nov 2026 00:00 (Asia/Seoul)
Record: s3://results/counts/date=2026-11-28/daily-orders-20261128T1520Z.rev1.jsonl

Look further: tally history daily-orders --env prod
`, map[string]string{"environment": "prod", "kind": "check", "job": "daily-orders"}},
		{"as usual again", func(w *world) string {
			w.judge(w.put("daily-orders", "2026-11-27T15:20Z", "paid=120 total=990"))
			w.topic.take()
			return w.put("daily-orders", "2026-11-28T15:20Z", "paid=940 total=990")
		}, "prod: daily-orders, Sat 28 Nov: as usual again", `오늘의 주문 (daily-orders) in prod, Sat 28 Nov

No check fails any more: paid 940, total 990

Window: Sat 28 Nov 2026 00:00 to Sun 29 Nov 2026 00:00 (Asia/Seoul)
Record: s3://results/counts/date=2026-11-28/daily-orders-20261128T1520Z.rev1.jsonl

Look further: tally history daily-orders --env prod
`, map[string]string{"environment": "prod", "kind": "as-usual", "job": "daily-orders"}},
		{"a comparison", func(w *world) string {
			w.put("daily-orders", "2026-11-28T15:20Z", "paid=940 total=990")
			return w.put("daily-orders-log", "2026-11-28T15:30Z", "paid=1175 total=1200")
		}, "prod: orders, Sat 28 Nov: 940 and 1175, 20 % apart", `orders in prod, Sat 28 Nov

daily-orders.paid 940, daily-orders-log.paid 1175, 20 % apart
  check: within 2%

Window: Sat 28 Nov 2026 00:00 to Sun 29 Nov 2026 00:00 (Asia/Seoul)
Record: s3://results/counts/date=2026-11-28/daily-orders-20261128T1520Z.rev1.jsonl
Record: s3://results/counts/date=2026-11-28/daily-orders-log-20261128T1530Z.rev1.jsonl

Look further: tally history daily-orders --env prod
`, map[string]string{"environment": "prod", "kind": "reconcile", "job": "daily-orders"}},
		{"one of many slots of a day", func(w *world) string { return w.put("hourly-orders", "2026-11-28T00:05Z", "total=0") },
			"prod: hourly-orders, Sat 28 Nov 09:05: total 0, below min 1", `hourly-orders in prod, Sat 28 Nov 09:05

total 0, below min 1

Window: Sat 28 Nov 2026 08:00 to Sat 28 Nov 2026 09:00 (Asia/Seoul)
Record: s3://results/counts/date=2026-11-28/hourly-orders-20261128T0005Z.rev1.jsonl

Look further: tally history hourly-orders --env prod
`, map[string]string{"environment": "prod", "kind": "check", "job": "hourly-orders"}},
		{"the state of a time", func(w *world) string { return w.put("stock", "2026-11-28T03:00Z", "total=101") },
			"prod: stock, Sat 28 Nov: total 101, above max 100", `stock in prod, Sat 28 Nov

total 101, above max 100

Window: the state of Sat 28 Nov 2026 12:00 (Asia/Seoul)
Record: s3://results/counts/date=2026-11-28/stock-20261128T0300Z.rev1.jsonl

Look further: tally history stock --env prod
`, map[string]string{"environment": "prod", "kind": "check", "job": "stock"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, seoul)
			w.judge(test.put(w))
			messages := w.topic.take()
			if len(messages) != 1 {
				t.Fatalf("%d messages, want 1", len(messages))
			}
			want := notify.Message{Subject: test.subject, Text: test.text, Attributes: test.attributes, ByProtocol: messages[0].ByProtocol}
			if difference := cmp.Diff(want, messages[0]); difference != "" {
				t.Errorf("message (-want +got):\n%s", difference)
			}
			var chat struct {
				Version, Source string
				Content         struct {
					TextType, Title, Description string
					NextSteps                    []string
				}
				Metadata struct{ ThreadID, Summary, EventType string }
			}
			if err := json.Unmarshal([]byte(messages[0].ByProtocol["https"]), &chat); err != nil {
				t.Fatal(err)
			}
			step := "tally history " + test.attributes["job"] + " --env prod"
			if chat.Version != "1.0" || chat.Source != "custom" || chat.Content.Title != test.subject || chat.Metadata.ThreadID != "prod/"+test.attributes["job"] ||
				chat.Content.Description+"\nLook further: "+step+"\n" != test.text || chat.Content.NextSteps[0] != step {
				t.Errorf("for chats it is %s", messages[0].ByProtocol["https"])
			}
		})
	}
}

// What came late is told in a table.
func TestTheTable(t *testing.T) {
	w := newWorld(t, seoul)
	backfill := origin(contract.OriginBackfill)
	w.judge(
		w.put("hourly-orders", "2026-11-26T02:05Z", "total=0", backfill, w.countedAt("2026-11-29T10:00Z")),
		w.put("daily-orders", "2026-11-25T15:20Z", "paid=10 total=2000", backfill, w.countedAt("2026-11-29T10:00Z")),
		w.put("daily-orders-log", "2026-11-25T15:30Z", "paid=14 total=15", backfill, w.countedAt("2026-11-29T10:00Z")),
		w.put("daily-orders", "2026-11-26T15:20Z", "paid=500 total=1001", backfill, w.countedAt("2026-11-29T10:00Z")),
		w.put("daily-orders", "2026-11-26T15:20Z", "paid=500 total=1002", revision(2), origin(contract.OriginRecount), w.countedAt("2026-11-29T10:00Z")),
	)
	w.says()
	w.sweep(20 * time.Minute)
	messages := w.topic.take()
	if len(messages) != 1 {
		t.Fatalf("%d messages, want 1", len(messages))
	}
	want := notify.Message{
		Subject: "prod: failed checks of 5 slots",
		Text: `Failed checks that had no message of their own yet, the oldest first:

- daily-orders, Wed 25 Nov: paid 10, below min 200; total 2000, above max 1000
- orders, Wed 25 Nov: daily-orders.paid 10, daily-orders-log.paid 14, 28 % apart
- hourly-orders, Thu 26 Nov 11:05: total 0, below min 1
- daily-orders, Thu 26 Nov: total 1001, above max 1000
- daily-orders, Thu 26 Nov: total 1002, above max 1000 (revision 2)

Look further: tally history --env prod
`,
		Attributes: map[string]string{"environment": "prod", "kind": "several"}, ByProtocol: messages[0].ByProtocol,
	}
	if difference := cmp.Diff(want, messages[0]); difference != "" {
		t.Errorf("message (-want +got):\n%s", difference)
	}
	w.sweep(time.Hour)
	w.says()
}

// The subject of a table says whose slots it has, and how many, and its text what they are.
func TestTheSubjectsOfTables(t *testing.T) {
	const opening = "Failed checks that had no message of their own yet, the oldest first:\n\n"
	for _, test := range []struct {
		fails, again       string // the jobs of these slots
		subject, beginning string
	}{
		{"orders orders", "", "prod: orders: failed checks of 2 slots", opening},
		{"orders log", "", "prod: failed checks of 2 slots", opening},
		{"orders", "log", "prod: failed checks of 1 slot", opening},
		{"", "orders log", "prod: 2 slots as usual again", "As usual again, the oldest first:\n\n- log, Sat 28 Nov: as usual again\n"},
	} {
		w := newWorld(t, file(daily("orders", "checks: {paid: {min: 100}}"), daily("log", "checks: {paid: {min: 100}}")))
		for _, name := range strings.Fields(test.again) {
			w.judge(w.put(name, slot(27), "paid=1"))
		}
		w.topic.take()
		w.topic.fail = errGone
		put := func(name string, day int, counts string) {
			key := w.put(name, slot(day), counts, w.countedAt("2026-11-29T00:21Z"))
			if _, err := w.checker.Stored(t.Context(), key); err == nil {
				t.Errorf("%s %d is told", name, day)
			}
		}
		for i, name := range strings.Fields(test.fails) {
			put(name, 26+i, "paid=1")
		}
		for _, name := range strings.Fields(test.again) {
			put(name, 28, "paid=500")
		}
		w.topic.fail = nil
		w.sweep(time.Hour)
		messages := w.topic.take()
		if len(messages) != 1 || messages[0].Subject != test.subject || !strings.HasPrefix(messages[0].Text, test.beginning) {
			t.Errorf("the messages are %+v, want %q with %q", messages, test.subject, test.beginning)
		}
	}
}

// A subject has at most 99 characters, whatever the names, and keeps the numbers.
func TestLongNames(t *testing.T) {
	long := strings.Repeat("a-long-name-", 5) + "end" // 63 characters, as many as a name may have
	jobs := strings.NewReplacer("orders", long, "paid", long).Replace(orders("{paid: {min: 1000000000000000}}")) +
		strings.NewReplacer("orders", "other", "paid", long).Replace(daily("orders")) +
		fmt.Sprintf("reconcile: [{name: %s, left: %s.%s, right: other.%s, within: 0}]", long, long, long, long)
	w := newWorld(t, jobs)
	w.checker.Environment = "an-environment-of-20"
	first := w.put(long, slot(28), long+"=123456789012345")
	w.judge(first, w.put("other", slot(28), long+"=999999999999999"))
	messages := w.topic.take()
	want := []string{
		"an-environment-of-20: a-long-n…, Sat 28 Nov: a-long-n… 123456789012345, below min 1000000000000000",
		"an-environment-of-20: a-lo…, Sat 28 Nov: 123456789012345 and 999999999999999, 876543210987654 apart",
	}
	var got []string
	for _, message := range messages {
		got = append(got, message.Subject)
		if length := utf8.RuneCountInString(message.Subject); length > notify.SubjectLimit {
			t.Errorf("%q has %d characters", message.Subject, length)
		}
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("subjects (-want +got):\n%s", difference)
	}
}

// SNS takes 262,144 bytes. Whatever fails, a message is smaller.
func TestMuchThatFails(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a-long-name-", 5)
	var cases, checks, counts []string
	for i := range 100 {
		name := fmt.Sprintf("%s%03d", long, i)
		cases = append(cases, name+": a = 1")
		checks = append(checks, name+": {min: 1000000000000000, max_drop: 1%, baseline: previous}")
		counts = append(counts, name+"=%d")
	}
	w := newWorld(t, strings.Replace(orders("{"+strings.Join(checks, ", ")+"}"), "paid: status = 'paid', refunded: status = 'refunded'", strings.Join(cases, ", "), 1))
	of := func(number int) string {
		return strings.ReplaceAll(strings.Join(counts, " "), "%d", fmt.Sprint(number))
	}
	for day := 1; day <= 25; day++ {
		w.judge(w.put("orders", slot(day), of(1_000_000-day*100_000)))
	}
	w.put("orders", slot(26), of(0))
	w.sweep(5 * time.Hour)
	w.sweep(time.Hour)
	for _, message := range w.topic.take() {
		all, err := json.Marshal(map[string]string{"default": message.Text, "https": message.ByProtocol["https"]})
		if err != nil || len(all) > 240_000 {
			t.Errorf("%q has %d bytes (%v)", message.Subject, len(all), err)
		}
		if !strings.HasSuffix(message.Text, "\n\nLook further: tally history orders --env prod\n") && !strings.HasSuffix(message.Text, "\n\nLook further: tally history --env prod\n") {
			t.Errorf("it ends with %q", message.Text[len(message.Text)-100:])
		}
	}
}
