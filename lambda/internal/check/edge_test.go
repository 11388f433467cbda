package check_test

import (
	"context"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/check"
	"tally/lambda/internal/notify"
)

// A record has a message of its own for three hours.
func TestHowLongARecordIsNews(t *testing.T) {
	for after, own := range map[time.Duration]bool{3*time.Hour - time.Second: true, 3 * time.Hour: false} {
		w := newWorld(t, orders("{paid: {min: 100}}"))
		record := w.put("orders", slot(28), "paid=1")
		w.now = mustTime(t, slot(28)).Add(time.Second + after)
		w.judge(record)
		if got := len(w.topic.take()); (got == 1) != own {
			t.Errorf("%s after it was counted: %d messages", after, got)
		}
	}
}

// After 16 minutes whoever was to tell has ended.
func TestHowLongASweepIsPatient(t *testing.T) {
	w := newWorld(t, orders("{paid: {min: 100}}"))
	w.judge(w.put("orders", slot(28), "paid=1", origin(contract.OriginBackfill)))
	w.sweep(16*time.Minute - time.Second)
	w.says()
	w.sweep(time.Second)
	w.says("prod: orders, Sat 28 Nov: paid 1, below min 100")
}

// lastWords is a topic that takes a message at the very end of an invocation.
type lastWords struct {
	check.Topic
	end func()
}

func (l lastWords) Publish(ctx context.Context, message notify.Message) error {
	defer l.end()
	return l.Topic.Publish(ctx, message)
}

// What was told at the end of an invocation is noted all the same: nobody hears it twice.
func TestWhatIsToldLastIsNoted(t *testing.T) {
	w := newWorld(t, orders("{paid: {min: 100}}"))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w.checker.Topic = lastWords{w.topic, cancel}
	_, _ = w.checker.Stored(ctx, w.put("orders", slot(28), "paid=1"))
	w.says("prod: orders, Sat 28 Nov: paid 1, below min 100")
	if told := w.objects("markers/told/"); len(told) != 1 {
		t.Errorf("told is %v", told)
	}
}

// The slot at the time of a summary is in the next one.
func TestTheSlotAtTheTimeOfASummary(t *testing.T) {
	w := newWorld(t, file(`  - name: orders
    schedule: cron(0 * * * ? *)
    source: {database: app, table: orders}
    window: {span: previous-hour, column: at}
    checks: {total: {min: 100}}
`)+"summary: {schedule: cron(0 8 * * ? *)}\n")
	w.judge(w.put("orders", "2026-11-28T08:00Z", "total=5"))
	w.topic.take()
	w.summarize("2026-11-28T08:00Z")
	w.says("prod: counts until Sat 28 Nov 08:00")
	w.summarize("2026-11-29T08:00Z")
	w.says("prod: counts until Sun 29 Nov 08:00, 1 to look at")
}
