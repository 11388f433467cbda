package check_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
)

var errGone = errors.New("NotFound (404): Topic does not exist")

// One message a slot, however often its event comes.
func TestOneMessageASlot(t *testing.T) {
	w := newWorld(t, orders("{paid: {min: 100}, refunded: {max: 10}}"))
	record := w.put("orders", slot(28), "paid=1 refunded=11")
	var several sync.WaitGroup
	for range 10 {
		several.Go(func() { w.judge(record) })
	}
	several.Wait()
	w.now = w.now.Add(6 * time.Hour)
	w.judge(record)
	w.sweep(time.Hour)
	w.says("prod: orders, Sat 28 Nov: paid 1, below min 100, and 1 more")
}

// An event that comes 5 hours late, or never, is as good as the others: the sweep has judged and
// told meanwhile.
func TestALateEvent(t *testing.T) {
	w := newWorld(t, orders("{paid: {min: 100}}"))
	record := w.put("orders", slot(28), "paid=1")
	w.sweep(time.Hour)
	w.says("prod: orders, Sat 28 Nov: paid 1, below min 100")
	w.sweep(time.Hour)
	w.judge(record)
	w.sweep(4 * time.Hour)
	w.says()
}

// As a job gets its first checks, its records of two weeks are judged. Nobody gets a message for
// each: one has them all.
func TestTheFirstChecksOfAJob(t *testing.T) {
	w := newWorld(t, orders("{paid: {min: 100}}"))
	for day := 1; day <= 28; day++ {
		w.put("orders", slot(day), "paid=1")
	}
	w.now = w.now.Add(10 * time.Hour)
	w.sweep(0)
	w.says()
	w.sweep(time.Hour)
	w.says("prod: orders: failed checks of 15 slots")
	w.sweep(time.Hour)
	w.says()
	if judged := len(w.objects(contract.ChecksPrefix)); judged != 15 {
		t.Errorf("%d records are judged, want those of 14 days and some hours", judged)
	}
}

// A record that is judged on the last day on which a sweep finds it is told an hour later.
func TestTheLastDayOfASweep(t *testing.T) {
	w := newWorld(t, orders("{paid: {min: 100}}"))
	w.put("orders", slot(14), "paid=1")
	w.now = mustTime(t, "2026-11-29T23:17Z")
	w.sweep(0)
	w.sweep(time.Hour)
	w.says("prod: orders, Sat 14 Nov: paid 1, below min 100")
}

// Hundreds of records fail at once: no result is lost, 20 have a message of their own, and one
// table tells the others.
func TestABurst(t *testing.T) {
	t.Parallel()
	const jobs, hours = 50, 6
	var text []string
	for n := range jobs {
		text = append(text, fmt.Sprintf("  - {name: job-%02d, schedule: cron(5 * * * ? *), source: {database: app, table: orders}, window: {span: previous-hour, column: at}, checks: {total: {min: 1}}}\n", n))
	}
	w := newWorld(t, file(text...))
	var keys []string
	for n := range jobs {
		for hour := range hours {
			keys = append(keys, w.put(fmt.Sprintf("job-%02d", n), fmt.Sprintf("2026-11-28T%02d:05Z", 14+hour), "total=0", w.countedAt("2026-11-28T20:06Z")))
		}
	}
	var group sync.WaitGroup
	room := make(chan struct{}, 16)
	for _, key := range keys {
		room <- struct{}{}
		group.Go(func() {
			w.judge(key)
			<-room
		})
	}
	group.Wait()
	if got := len(w.topic.take()); got != 20 {
		t.Errorf("%d messages, want 20", got)
	}
	if got := len(w.objects(contract.ChecksPrefix)); got != jobs*hours {
		t.Errorf("%d results, want %d", got, jobs*hours)
	}
	w.sweep(10 * time.Minute) // too early
	w.says()
	w.sweep(time.Hour)
	messages := w.topic.take()
	if len(messages) != 1 || messages[0].Subject != "prod: failed checks of 280 slots" || strings.Count(messages[0].Text, "below min 1") != 200 || !strings.Contains(messages[0].Text, "… and 80 more slots.") {
		t.Errorf("the table is %+v", messages)
	}
	if got := len(w.objects("markers/told/")); got != jobs*hours {
		t.Errorf("%d results are told, want %d", got, jobs*hours)
	}
	w.sweep(time.Hour)
	w.says()
	w.judge(w.put("job-00", "2026-11-28T23:05Z", "total=0")) // another hour has room again
	w.says("prod: job-00, Sat 28 Nov 23:05: total 0, below min 1")
}

// Backfills and recounts are told by the sweep, in one message.
func TestBackfillsAndRecounts(t *testing.T) {
	w := newWorld(t, orders("{paid: {min: 100}}"))
	counted := w.countedAt("2026-11-28T10:00Z")
	for day := 1; day <= 20; day++ { // some are older than a sweep looks back
		w.judge(w.put("orders", slot(day), "paid=1", origin(contract.OriginBackfill), counted))
	}
	w.judge(w.put("orders", slot(20), "paid=2", origin(contract.OriginRecount), revision(2), w.countedAt("2026-11-28T10:01Z")))
	w.sweep(14 * time.Minute) // the last one is not 16 minutes old
	w.says()
	w.sweep(time.Hour)
	w.says("prod: orders: failed checks of 21 slots")
	w.sweep(time.Hour)
	w.says()
}

// EventBridge may send a sweep twice: of two at once, one tells.
func TestTwoSweepsAtOnce(t *testing.T) {
	w := newWorld(t, orders("{paid: {min: 100}}")+"summary: {schedule: cron(0 23 * * ? *)}\n")
	for day := 20; day < 23; day++ {
		w.judge(w.put("orders", slot(day), "paid=1", origin(contract.OriginBackfill), w.countedAt("2026-11-28T22:50Z")))
	}
	w.put("orders", slot(27), "paid=1", w.countedAt("2026-11-28T22:51Z"))
	w.now = mustTime(t, "2026-11-28T23:17Z")
	var several sync.WaitGroup
	for range 5 {
		several.Go(func() {
			if err := w.checker.Overdue(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	several.Wait()
	w.sweep(time.Hour)
	var got []string
	for _, message := range w.topic.take() {
		got = append(got, message.Subject)
	}
	want := []string{"prod: counts until Sat 28 Nov 23:00, 4 to look at", "prod: orders, Fri 27 Nov: paid 1, below min 100", "prod: orders: failed checks of 3 slots"}
	if difference := cmp.Diff(want, got, sorted); difference != "" {
		t.Errorf("messages (-want +got):\n%s", difference)
	}
}

// A topic that is gone or refuses loses nothing: the sweep tells as soon as it takes messages.
func TestATopicThatRefuses(t *testing.T) {
	w := newWorld(t, orders("{paid: {min: 100}}"))
	w.topic.fail = errGone
	record := w.put("orders", slot(28), "paid=1")
	answer, err := w.checker.Stored(t.Context(), record)
	if !errors.Is(err, errGone) || answer.Failed != 1 || answer.Told != 0 {
		t.Errorf("the answer is %+v (%v)", answer, err)
	}
	w.wants(record, "paid min 100: fail")
	for range 3 {
		w.now = w.now.Add(time.Hour)
		if err := w.checker.Overdue(t.Context()); !errors.Is(err, errGone) {
			t.Errorf("the sweep says %v", err)
		}
	}
	w.topic.fail = nil
	w.sweep(time.Hour)
	w.sweep(time.Hour)
	w.says("prod: orders, Sat 28 Nov: paid 1, below min 100")
}

// As soon as the topic takes messages, the next sweep tells, also within the same hour, and also
// the summary. Before 16 minutes somebody may still be at it.
func TestAttemptsAtAMessage(t *testing.T) {
	w := newWorld(t, orders("{paid: {min: 100}}")+"summary: {schedule: cron(0 23 * * ? *)}\n")
	w.topic.fail = errGone
	w.judge(w.put("orders", slot(20), "paid=1", origin(contract.OriginBackfill), w.countedAt("2026-11-28T22:40Z")))
	w.now = mustTime(t, "2026-11-28T23:17Z")
	if err := w.checker.Overdue(t.Context()); !errors.Is(err, errGone) {
		t.Errorf("the sweep says %v", err)
	}
	w.topic.fail = nil
	w.sweep(15 * time.Minute)
	w.says()
	w.sweep(2 * time.Minute)
	w.says("prod: orders, Fri 20 Nov: paid 1, below min 100", "prod: counts until Sat 28 Nov 23:00, 1 to look at")
	w.sweep(17 * time.Minute)
	w.says()
}

// A marker tells what it was made for, and nothing else, if other checks came before its record was
// judged.
func TestAMarkerWhoseRecordPasses(t *testing.T) {
	w := newWorld(t, orders("{paid: {min: 100}}"))
	record := w.put("orders", slot(28), "paid=100")
	key := contract.CheckKey("orders", mustTime(t, slot(28)), 1)
	if _, err := w.CreateJSON(t.Context(), contract.ToTellKey(w.now, key), contract.ToTell{Checks: key, Record: record, Time: w.now}); err != nil {
		t.Fatal(err)
	}
	w.judge(record)
	w.sweep(time.Hour)
	w.says()
}

// What is no record, or that of a job that is not checked, is nothing to judge, and is not looked
// at again and again.
func TestEventsOfOtherObjects(t *testing.T) {
	w := newWorld(t, orders("{paid: {min: 100}}")+daily("unchecked"))
	damaged := w.putRaw(contract.RecordKey("orders", mustTime(t, slot(28)), 1), "not JSON\n")
	empty := w.putRaw(contract.RecordKey("orders", mustTime(t, slot(27)), 1), "")
	content := w.objects(w.put("orders", slot(25), "paid=1"))
	var another string
	for _, text := range content {
		another = w.putRaw(contract.RecordKey("orders", mustTime(t, slot(26)), 1), text)
	}
	for _, key := range []string{
		"", "counts/", "counts/notes.txt", "counts/date=2026-11-29/orders.jsonl", "schedules/prod/000001.json",
		contract.CheckKey("orders", mustTime(t, slot(28)), 1), contract.RecordKey("gone", mustTime(t, slot(28)), 1), contract.RecordKey("unchecked", mustTime(t, slot(20)), 1),
		w.put("unchecked", slot(28), "paid=1"), damaged, empty, another,
	} {
		answer, err := w.checker.Stored(t.Context(), key)
		if err != nil || answer.Outcome != contract.OutcomeChecked || answer.Key != key || answer.Failed+answer.Told != 0 {
			t.Errorf("%q: the answer is %+v (%v)", key, answer, err)
		}
	}
	w.sweep(time.Hour)
	w.sweep(time.Hour)
	w.says("prod: orders, Wed 25 Nov: paid 1, below min 100")
	if got := len(w.objects(contract.ChecksPrefix)); got != 1 {
		t.Errorf("%d results, want 1", got)
	}
	if _, err := w.checker.Stored(t.Context(), contract.RecordKey("orders", mustTime(t, slot(20)), 1)); err == nil {
		t.Error("a record that is not there is none that nobody could read")
	}
}
