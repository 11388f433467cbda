package faults_test

import (
	"context"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/job"
	"tally/lambda/job/jobtest"
	"tally/test/faults"
)

// The clocks of counters and of the monitor are early or late by up to five minutes, each by its
// own. No slot is lost or invented for it, and none is missed that is just being counted.
func TestClocks(t *testing.T) {
	faults.Choose(t, "clocks")
	t.Parallel()
	jobs := jobtest.Read(t, hourlyJobs)
	faults.Campaign{Name: "clocks", Short: 12, Full: 500, Parallel: 8, Run: func(r *faults.Run) error { return runClocks(r, jobs, "") }}.Test(t)
	for _, kind := range sabotages {
		faults.Campaign{Name: "clocks", Run: func(r *faults.Run) error { return runClocks(r, jobs, kind) }}.MustFind(t, kind)
	}
}

// runClocks makes one run. A sabotage is something that it must find.
func runClocks(r *faults.Run, jobs job.File, sabotage string) error {
	random := r.Random
	begin := time.Date(2024, time.Month(1+random.IntN(12)), 1+random.IntN(28), random.IntN(24), 20, 0, 0, time.UTC)
	w, err := newWorld(r, begin, jobs)
	if err != nil {
		return err
	}
	defer w.close()
	w.counterEarly = time.Duration(random.IntN(601)-300) * time.Second
	w.monitorEarly = time.Duration(random.IntN(601)-300) * time.Second
	r.Logf("the counter's clock is early by %s, the monitor's by %s", w.counterEarly, w.monitorEarly)
	w.addRows(randomRows(random, 60, begin.Add(-2*time.Hour), begin.Add(4*time.Hour)), "first")
	w.proxy.Deal = w.sabotaged(sabotage, func(request faults.Request) faults.Fault {
		if sabotage == "doubled" && request.Kind == faults.List && ofCounter(request) {
			return faults.Stale // so that each run stores again
		}
		return nil
	})
	sweep := func() {
		if err := w.sweep(context.Background()); err != nil {
			r.Wrongf("a sweep without faults: %v", err)
		}
	}
	sweep()
	var steps []step
	slot := begin.Truncate(30 * time.Minute)
	for range 4 {
		slot = slot.Add(30 * time.Minute)
		for _, j := range jobs.Jobs {
			if j.Cron.Matches(slot, j.ScheduleZone) {
				w.want(j, slot, 1)
				steps = append(steps, w.tries(j, slot, sweep)...)
			}
		}
		if random.IntN(3) > 0 {
			steps = append(steps, step{slot.Add(time.Duration(random.IntN(1700)) * time.Second), sweep})
		}
	}
	// The last slot is due by the latest clock, and the next one is not by the earliest.
	w.play(append(steps, step{slot.Add(21 * time.Minute), sweep}))
	return w.compare()
}

// tries are those that Lambda makes of a slot's event, which may come once more.
func (w *world) tries(j job.Job, slot time.Time, sweep func()) (steps []step) {
	random := w.run.Random
	if random.IntN(6) == 0 {
		return nil // lost
	}
	event, stored := contract.Event{Job: j.Name, ScheduledTime: slot, Schedule: j.Cron.Canonical()}, false
	at := slot.Add(time.Duration(random.IntN(90)) * time.Second)
	for _, pause := range retries {
		at = at.Add(pause)
		steps = append(steps, step{at, func() {
			if !stored {
				stored = w.arrive(j, event, sweep) == nil
			}
		}})
	}
	if random.IntN(3) == 0 {
		steps = append(steps, step{at.Add(time.Duration(random.IntN(300)) * time.Second), func() { _ = w.arrive(j, event, sweep) }})
	}
	return steps
}

// arrive is one try of an event. While it counts, some minutes may go by, and a sweep may come.
func (w *world) arrive(j job.Job, event contract.Event, sweep func()) error {
	slot, random := event.ScheduledTime, w.run.Random
	if early := slot.Sub(w.now.Add(w.counterEarly)); early > 0 && early <= count.MaxSlotWait {
		w.now = w.now.Add(early) // the counter would wait for its slot
	}
	// Who counts the state of its slot must not be taken for missing: if it begins in time for
	// its own clock, and ends in time for the earliest clock of a monitor.
	if late := w.now.Sub(slot); late+w.counterEarly >= 0 && late+max(w.counterEarly, 5*time.Minute) <= contract.LateAfter {
		key := faults.Key(j.Name, slot, 1)
		record := w.wanted[key]
		record.MaybeMissed = false
		w.wanted[key] = record
	}
	honest := w.tableRows
	defer func() { w.tableRows = honest }()
	if random.IntN(3) == 0 {
		w.tableRows = func() []row {
			w.tableRows = honest
			w.now = w.now.Add(time.Duration(random.IntN(int(timeout/time.Second))) * time.Second)
			sweep()
			return honest()
		}
	}
	_, err := w.fill(context.Background(), event)
	return err
}
