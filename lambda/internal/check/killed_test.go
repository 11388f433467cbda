package check_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	diff "github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/check"
	"tally/lambda/internal/notify"
)

// mortal is a monitor that dies before a step, or whose time ends. The next invocation is another
// process. Steps are what others see: who dies before a read dies before the next step.
type mortal struct {
	check.Store
	w        *world
	mutex    sync.Mutex
	steps    int  // until it dies
	timesOut bool // instead
	dead     bool
	cancel   context.CancelFunc // of the invocation
}

var errKilled = errors.New("killed")

// step does one step, unless the process is dead.
func (m *mortal) step(do func() error) error {
	m.mutex.Lock()
	if m.steps--; m.steps == 0 && m.timesOut {
		m.cancel()
	} else if m.steps == 0 {
		m.dead = true
	}
	dead := m.dead
	m.mutex.Unlock()
	if dead {
		return errKilled
	}
	return do()
}

func step[T any](m *mortal, do func() (T, error)) (result T, err error) {
	err = m.step(func() error {
		result, err = do()
		return err
	})
	return result, err
}

// Keys is no request: there are hundreds, all alike.
func (m *mortal) Keys(ctx context.Context, prefix string) ([]string, error) {
	keys, err := m.w.s3.Keys(bucket)
	return slices.DeleteFunc(keys, func(key string) bool { return !strings.HasPrefix(key, prefix) }), cmp.Or(err, ctx.Err())
}

func (m *mortal) CreateResults(ctx context.Context, key string, results []contract.CheckResult) (bool, error) {
	return step(m, func() (bool, error) { return m.Store.CreateResults(ctx, key, results) })
}

func (m *mortal) CreateJSON(ctx context.Context, key string, value any) (bool, error) {
	return step(m, func() (bool, error) { return m.Store.CreateJSON(ctx, key, value) })
}

func (m *mortal) Publish(ctx context.Context, message notify.Message) error {
	return m.step(func() error { return m.w.topic.Publish(ctx, message) })
}

// A failure, a comparison, a recount, "as usual again" and a summary: wherever the monitor is
// killed, the results are the same and each is told, and twice only where it was killed between
// the message and its note. Whose time ends still makes the note.
func TestTheMonitorIsKilledAtAnyStep(t *testing.T) {
	t.Parallel()
	wanted := []string{
		"orders, Fri 27 Nov: paid 2, below min 100", "orders, Sat 28 Nov: paid 1, below min 100", "orders.paid 1, orders-log.paid 500",
		"orders, Sun 29 Nov: as usual again", "counts until Mon 30 Nov 00:40",
	}
	steps, results, told := killed(t, 0, false, wanted)
	if len(results) != 4 || slices.Max(told) != 1 || slices.Min(told) != 1 {
		t.Fatalf("without a fault there are %d results, and messages tell %v", len(results), told)
	}
	for how, most := range map[string]int{"killed before": len(wanted), "timed out at": 0} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			twice := 0
			for n := 1; n <= steps; n++ {
				_, got, told := killed(t, n, how != "killed before", wanted)
				if difference := diff.Diff(results, got); difference != "" {
					t.Errorf("%s step %d: results (-want +got):\n%s", how, n, difference)
				}
				for i, times := range told {
					if times < 1 || times > 2 {
						t.Errorf("%s step %d: %q is told %d times", how, n, wanted[i], times)
					}
					twice += times - 1
				}
			}
			if twice != most {
				t.Errorf("%s any of %d steps: %d messages came twice, want %d", how, steps, twice, most)
			}
		})
	}
}

// killed lets the monitor live through two days and dies at a step. It returns how many steps
// there were, the results, and how often the messages tell what is wanted.
func killed(t *testing.T, n int, timesOut bool, wanted []string) (steps int, results map[string]string, told []int) {
	w := newWorld(t, orders("{paid: {min: 100}}")+daily("orders-log")+`
reconcile: [{name: both, left: orders.paid, right: orders-log.paid, within: 10%}]
summary: {schedule: cron(40 0 * * ? *)}
`)
	m := &mortal{Store: w, w: w, steps: n, timesOut: timesOut}
	w.checker.Store, w.checker.Topic = m, m
	invoke := func(do func(context.Context) error) {
		m.mutex.Lock()
		m.dead = false
		ctx, cancel := context.WithCancel(t.Context())
		m.cancel = cancel
		m.mutex.Unlock()
		defer cancel()
		_ = do(ctx) // which the next sweep puts right
	}
	event := func(key string) {
		invoke(func(ctx context.Context) error {
			_, err := w.checker.Stored(ctx, key)
			return err
		})
	}
	w.put("orders-log", slot(28), "paid=500")
	event(w.put("orders", slot(28), "paid=1", w.countedAt("2026-11-29T00:21Z")))
	event(w.put("orders", slot(27), "paid=2", origin(contract.OriginRecount), revision(2), w.countedAt("2026-11-29T09:00Z")))
	w.now = w.now.Add(20 * time.Minute)
	invoke(w.checker.Overdue)
	w.now = w.now.Add(time.Hour)
	invoke(w.checker.Overdue)
	event(w.put("orders", slot(29), "paid=500"))
	invoke(func(ctx context.Context) error {
		_, err := w.checker.Summarize(ctx, mustTime(t, "2026-11-30T00:40Z"))
		return err
	})
	for _, later := range []time.Duration{40 * time.Minute, time.Hour, time.Hour} {
		w.now = w.now.Add(later)
		invoke(w.checker.Overdue)
	}
	text := ""
	for _, message := range w.topic.take() {
		text += message.Subject + "\n" + message.Text
		if message.Attributes["kind"] == "summary" { // which tells again what was to look at
			text = strings.ReplaceAll(text, message.Text, "")
		}
	}
	for _, each := range wanted {
		told = append(told, strings.Count(text, each))
	}
	return n - m.steps, w.objects(contract.ChecksPrefix), told
}
