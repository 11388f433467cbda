package faults_test

import (
	"context"
	"fmt"
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
// tenth is lost. So are sweeps. Meanwhile schedules and cases change, and deploys are rolled back.
// Every slot that a schedule had is there in the end, with the counts that it would have had on
// time, of the cases that were deployed when it was counted.
func TestDelivery(t *testing.T) {
	t.Parallel()
	files := deliveryFiles(t, hourlyJobs)
	faults.Campaign{Name: "delivery", Short: 20, Full: 3000, Parallel: 4, Run: func(r *faults.Run) error {
		return runDelivery(r, files, 2+r.Random.IntN(8), "")
	}}.Test(t)
}

// The same with many slots in one environment.
func TestDeliveryOfMany(t *testing.T) {
	if !faults.Full() {
		t.Skip("make faults runs it")
	}
	t.Parallel()
	many := deliveryFiles(t, manyJobs())
	faults.Campaign{Name: "delivery-2000", Full: 3, Parallel: 2, Run: func(r *faults.Run) error {
		return runDelivery(r, many, manyHours, "")
	}}.Test(t)
}

// manyHours of manyJobs have more than 2,000 slots.
const manyHours = 180

// manyJobs are the hourly jobs, with ten more tables.
func manyJobs() string {
	text := hourlyJobs
	begin, end := strings.Index(text, "  - name: orders\n"), strings.Index(text, "  - name: orders-log\n")
	for n := range 10 {
		text += strings.Replace(text[begin:end], "name: orders\n", fmt.Sprintf("name: orders-%d\n", n), 1)
	}
	return text
}

func TestDeliveryCampaignFindsSabotage(t *testing.T) {
	files := deliveryFiles(t, hourlyJobs)
	for _, kind := range sabotages {
		faults.Campaign{Name: "delivery", Run: func(r *faults.Run) error { return runDelivery(r, files, 8, kind) }}.MustFind(t, kind)
	}
}

// deliveryFiles are jobs with some schedules of the windowed ones and some cases, and at last those
// with a schedule that no run lives to see.
func deliveryFiles(t *testing.T, text string) (files []job.File) {
	text = strings.ReplaceAll(text, "span: previous-hour", "span: day-to-date")
	cases := strings.NewReplacer("refunded: status = 'refunded'", "open: status = 'open'", `refunded: status == "refunded"`, `open: status == "open"`)
	for _, fields := range []string{"0 * * * ? *", "0,30 * * * ? *", "30 0/2 * * ? *", "10/20 * * * ? *"} {
		text := strings.Replace(text, "cron(0 * * * ? *)", "cron("+fields+")", 1)
		files = append(files, jobtest.Read(t, text), jobtest.Read(t, cases.Replace(text)))
	}
	return append(files, jobtest.Read(t, regexp.MustCompile(`cron\(.*\)`).ReplaceAllString(text, "cron(0 3 31 12 ? *)")))
}

// step is something that happens at a time.
type step struct {
	at time.Time
	do func()
}

// play has steps happen in the order of their times.
func (w *world) play(steps []step) {
	slices.SortStableFunc(steps, func(a, b step) int { return a.at.Compare(b.at) })
	for _, s := range steps {
		if s.at.After(w.now) { // else the step before took so long
			w.now = s.at
		}
		s.do()
	}
}

func runDelivery(r *faults.Run, files []job.File, hours int, sabotage string) error {
	begin := time.Date(2024, time.Month(1+r.Random.IntN(12)), 1+r.Random.IntN(28), r.Random.IntN(24), 5, 0, 0, time.UTC)
	w, err := newWorld(r, begin, files[0])
	if err != nil {
		return err
	}
	defer w.close()
	end := begin.Add(time.Duration(hours) * time.Hour)
	w.addRows(randomRows(r.Random, 80, begin.Add(-time.Hour), end.Add(12*time.Hour)), "first")
	w.proxy.Deal = w.sabotaged(sabotage, func(faults.Request) faults.Fault { return nil })
	steps := w.planDelivery(files, begin, end)
	r.Logf("%d slots", len(w.wanted))
	w.define(files[0])
	w.play(steps)
	return w.compare()
}

// define has slots that have no record yet counted by other jobs.
func (w *world) define(jobs job.File) {
	w.engine.Jobs = jobs
	keys, err := w.server.Keys(results)
	if err != nil {
		w.run.Wrongf("list the records: %v", err)
	}
	for key, record := range w.wanted {
		if _, stored := slices.BinarySearch(keys, key); stored {
			continue
		}
		name, slot, _, _ := contract.ParseRecordKey(key)
		j, _ := jobs.Lookup(name)
		record.Counts = counted(w.rows, record.From, slot, j)
		w.wanted[key] = record
	}
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
					w.define(next)
					sweep()
				})
			case 1: // one that is rolled back: the schedules were changed for some minutes, the monitor was not
				other, before := faults.Pick(random, files...), deployed
				add(at, func() { w.define(other) })
				add(at.Add(30*time.Second), func() { w.define(before); sweep() })
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
		w.define(last)
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
	if j.Window != nil {
		record.From, record.To = slot.Truncate(24*time.Hour), slot
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
				deliveries.Go(func() { _ = w.deliver(event, 1, unlimited) })
			}
			deliveries.Wait()
		})
	}
}
