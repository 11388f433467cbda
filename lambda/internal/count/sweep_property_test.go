package count_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/job"
)

const random = `
timezone: America/New_York
jobs:
  - name: hourly
    schedule: cron(20 * * * ? *)
    source: {database: app, table: scans}
    window: {span: previous-hour, column: at}
    cases: {a: a = 1}
  - name: local-time
    schedule: cron(0/30 1-3 * * ? *)
    schedule_timezone: America/New_York
    source: {database: app, table: scans}
    window: {span: day-to-date, column: at}
    cases: {a: a = 1, b: b = 1}
  - name: state
    schedule: cron(0 0/2 * * ? *)
    source: {database: app, table: scans}
    cases: {a: a = 1}
`

// Events come late, twice or not at all, and runs fail. After a complete sweep each slot
// since a job's first record has exactly one record, equal to that of a run in time. No
// earlier slot has one.
func TestSweepCompletesRandomDeliveries(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := newWorld(t, rand.New(rand.NewPCG(seed, 0)))
			w.live(t)
			w.unstable = 0
			w.s.mustSweep(t, 3)
			for _, j := range w.s.engine.Jobs.Jobs {
				w.check(t, j)
			}
		})
	}
}

// world is a system with random events and failures.
type world struct {
	*rand.Rand
	s        *system
	from     time.Time
	unstable float64              // how often a count fails
	waiting  []event              // to be delivered later
	first    map[string]time.Time // the first slot that an event filled, by job
	inTime   map[event]bool       // that filled their slots in time
	cancel   context.CancelFunc   // ends the invocation
}

// event is the event of a slot.
type event struct {
	job  string
	slot job.Slot
}

func newWorld(t *testing.T, dice *rand.Rand) *world {
	from := mustTime(t, "2022-03-12T00:00:00Z") // the day before clocks go forward
	w := &world{Rand: dice, s: newSweep(t, random, "2022-03-12T00:00:00Z"), from: from, unstable: 0.2, first: map[string]time.Time{}, inTime: map[event]bool{}}
	w.s.engine.Source = sourceFunc(func(_ context.Context, query count.Query) (count.Result, error) {
		switch chance := w.Float64(); {
		case chance < w.unstable/2:
			return count.Result{}, &count.Failure{Err: errors.New("connection lost")}
		case chance < w.unstable:
			w.cancel() // the invocation ends while it counts: nothing can be stored
		}
		return steady(query), nil
	})
	return w
}

// live lets two days pass.
func (w *world) live(t *testing.T) {
	const step = 10 * time.Minute
	for ; w.s.now.Before(w.from.AddDate(0, 0, 2)); w.s.now = w.s.now.Add(step) {
		due := w.waiting
		w.waiting = nil
		for _, j := range w.s.engine.Jobs.Jobs {
			for _, slot := range j.SlotsBetween(w.s.now.Add(time.Second-step), w.s.now.Add(time.Second)) {
				for range w.IntN(3) { // lost, once, twice
					due = append(due, event{j.Name, slot})
				}
			}
		}
		for _, next := range due {
			if w.Float64() < 0.3 {
				w.waiting = append(w.waiting, next)
			} else {
				w.deliver(t, next)
			}
		}
		if w.s.now.Minute() == 10 && w.Float64() < 0.3 {
			w.invoke(t, func(ctx context.Context) error {
				_, err := w.s.engine.Sweep(ctx, contract.Sweep{Days: 1 + w.IntN(3)})
				return err
			})
		}
	}
	w.s.now = w.s.now.Add(time.Hour)
}

// deliver sends an event.
func (w *world) deliver(t *testing.T, next event) {
	w.invoke(t, func(ctx context.Context) error {
		at := next.slot.Time
		answer, err := w.s.engine.Fill(ctx, contract.Event{Job: next.job, ScheduledTime: at, Schedule: next.slot.Schedule, Timezone: next.slot.Timezone})
		if err == nil && answer.Outcome == contract.OutcomeStored {
			if first, known := w.first[next.job]; !known || at.Before(first) {
				w.first[next.job] = at
			}
			w.inTime[next] = w.s.now.Sub(at) <= contract.LateAfter
		}
		return err
	})
}

// invoke runs an invocation, which may end at any time.
func (w *world) invoke(t *testing.T, do func(context.Context) error) {
	var ctx context.Context
	ctx, w.cancel = context.WithCancel(t.Context())
	defer w.cancel()
	if err := do(ctx); err != nil && w.unstable == 0 {
		t.Error(err)
	}
}

func (w *world) check(t *testing.T, j job.Job) {
	first, ran := w.first[j.Name]
	for _, slot := range j.SlotsBetween(w.from, w.s.now.Add(-contract.LateAfter)) {
		found, ok, err := w.s.engine.Store.Latest(t.Context(), j.Name, slot.Time)
		if err != nil {
			t.Fatal(err)
		}
		if due := ran && !slot.Time.Before(first); ok != due {
			t.Errorf("%s %s has a record: %t, want %t (the first one is of %s)", j.Name, slot.Time, ok, due, first)
		}
		if ok {
			w.checkRecord(t, j, slot, found)
		}
	}
}

// checkRecord compares a record with that of a run in time.
func (w *world) checkRecord(t *testing.T, j job.Job, slot job.Slot, found count.Stored) {
	window, err := count.WindowOf(j, slot)
	if err != nil {
		t.Fatal(err)
	}
	inTime := w.inTime[event{j.Name, slot}]
	want := steady(count.Query{Job: j, Window: window})
	for i, record := range found.Records {
		line, shown := want.Lines[i], "null"
		if record.Count != nil {
			shown = fmt.Sprint(*record.Count)
		}
		wanted := fmt.Sprintf("%s %d ok late=%t", line.Case, line.Count, !inTime)
		if window == nil && !inTime {
			wanted = line.Case + " null missed late=true"
		}
		got := fmt.Sprintf("%s %s %s late=%t", record.CaseName, shown, record.Status, record.Late)
		if difference := cmp.Diff(wanted, got); difference != "" {
			t.Errorf("%s %s (- want, + got):\n%s", j.Name, slot.Time, difference)
		}
	}
	if found.Key != contract.RecordKey(j.Name, slot.Time, 1) {
		t.Errorf("the record is %s", found.Key)
	}
}
