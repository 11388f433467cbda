package faults_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
	"tally/lambda/job/jobtest"
	"tally/test/faults"
)

// Events come late by up to a day, in any order, some of them several times at once, and each
// tenth is lost. So are sweeps. Meanwhile schedules change, and deploys are rolled back. Every
// slot that a schedule had is there in the end, with the counts that it would have had on time.
func TestDelivery(t *testing.T) {
	beside(t)
	files := append(deliveryFiles(t), never(t))
	faults.Campaign{Name: "delivery", Short: 25, Full: 3000, Parallel: 4, Run: func(r *faults.Run) error { return runDelivery(r, files, "") }}.Test(t)
}

func TestDeliveryCanFail(t *testing.T) {
	files := append(deliveryFiles(t), never(t))
	for _, kind := range kinds {
		faults.Campaign{Name: "delivery", Run: func(r *faults.Run) error { return runDelivery(r, files, kind) }}.MustFind(t, kind)
	}
}

// deliveryFiles are the jobs with some schedules of the windowed ones.
func deliveryFiles(t *testing.T) (files []job.File) {
	for _, fields := range []string{"0 * * * ? *", "0,30 * * * ? *", "30 0/2 * * ? *", "10/20 * * * ? *"} {
		text := strings.Replace(hourlyJobs, "cron(0 * * * ? *)", "cron("+fields+")", 1)
		files = append(files, jobtest.Read(t, strings.ReplaceAll(text, "span: previous-hour", "span: day-to-date")))
	}
	return files
}

// never are the jobs with a schedule that no run lives to see.
func never(t *testing.T) job.File {
	text := regexp.MustCompile(`cron\(.*\)`).ReplaceAllString(hourlyJobs, "cron(0 3 31 12 ? *)")
	return jobtest.Read(t, strings.ReplaceAll(text, "span: previous-hour", "span: day-to-date"))
}

// step is something that happens at a time.
type step struct {
	at time.Time
	do func()
}

func runDelivery(r *faults.Run, files []job.File, sabotage string) error {
	begin := time.Date(2024, time.Month(1+r.Random.IntN(12)), 1+r.Random.IntN(28), r.Random.IntN(24), 5, 0, 0, time.UTC)
	w, err := newWorld(r, begin, files[0])
	if err != nil {
		return err
	}
	defer w.close()
	w.addRows(randomRows(r.Random, 80, begin.Add(-time.Hour), begin.Add(24*time.Hour)), "first")
	w.proxy.Deal = w.sabotaged(sabotage, func(faults.Request) faults.Fault { return nil })
	steps := w.planDelivery(files, begin, begin.Add(time.Duration(4+r.Random.IntN(12))*time.Hour))
	slices.SortStableFunc(steps, func(a, b step) int { return a.at.Compare(b.at) })
	for _, s := range steps {
		w.now = s.at
		s.do()
	}
	return w.compare()
}

// planDelivery draws what happens from one time to another, and says what is wanted.
func (w *world) planDelivery(files []job.File, begin, end time.Time) (steps []step) {
	random := w.run.Random
	add := func(at time.Time, do func()) { steps = append(steps, step{at, do}) }
	sweep := func() {
		if err := w.sweep(context.Background()); err != nil {
			w.run.Wrongf("a sweep without faults: %v", err)
		}
	}
	last := files[len(files)-1]
	files = files[:len(files)-1]
	deployed := files[0]
	add(begin, sweep) // with which the deploy ends
	for at := begin; at.Before(end); at = at.Add(time.Minute) {
		switch at.Minute() {
		case 17:
			if random.IntN(3) > 0 {
				add(at, sweep)
			}
		case 45:
			switch random.IntN(8) {
			case 0: // a deploy
				deployed = faults.Pick(random, files...)
				next := deployed
				add(at, func() {
					w.run.Logf("deploy of %s at %s", next.Jobs[0].Schedule, at.Format(time.RFC3339))
					w.deploy(next)
					sweep()
				})
			case 1: // one that is rolled back: the schedules were changed for some minutes, the monitor was not
				other, before := faults.Pick(random, files...), deployed
				add(at, func() { w.engine.Jobs = other })
				add(at.Add(30*time.Second), func() { w.engine.Jobs = before; sweep() })
			}
		}
		for _, j := range deployed.Jobs {
			if j.Cron.Matches(at, j.ScheduleZone) {
				w.planSlot(j, at, end, add)
			}
		}
	}
	add(end, func() {
		sweep()
		w.deploy(last) // no slots come any more, only events
		sweep()
	})
	add(end.Add(25*time.Hour), sweep)
	return steps
}

// planSlot draws how the event of a slot is delivered.
func (w *world) planSlot(j job.Job, slot, end time.Time, add func(time.Time, func())) {
	random := w.run.Random
	// Without a window, a slot of a schedule that goes before a sweep finds it is nobody's.
	record := faults.Record{MaybeMissed: j.Window == nil, Maybe: j.Window == nil && slot.After(end.Add(-20*time.Minute))}
	if j.Window == nil {
		record.Counts = counted(w.rows, time.Time{}, slot, false)
	} else {
		record.From, record.To = slot.Truncate(24*time.Hour), slot
		record.Counts = counted(w.rows, record.From, record.To, true)
	}
	w.wanted[faults.Key(j.Name, slot, 1)] = record
	if random.IntN(10) == 0 {
		return // lost
	}
	event := contract.Event{Job: j.Name, ScheduledTime: slot.Add(time.Duration(random.IntN(60)) * time.Second), Schedule: j.Cron.Canonical()}
	for range faults.Pick(random, 1, 1, 2, 3) {
		late := time.Duration(1+random.IntN(30)) * time.Second
		if random.IntN(3) == 0 {
			late = time.Duration(random.Int64N(int64(24 * time.Hour)))
		}
		copies := faults.Pick(random, 1, 1, 1, 2, 4)
		add(slot.Add(late), func() {
			var deliveries sync.WaitGroup
			for range copies {
				deliveries.Go(func() { w.deliver(event, 1, unlimited) })
			}
			deliveries.Wait()
		})
	}
}
