package faults_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
	"tally/lambda/job/jobtest"
	"tally/test/faults"
)

// clockJobs wants a zone, a span and the fields of a schedule.
const clockJobs = `
timezone: %[1]s
jobs:
  - name: days
    schedule: cron(%[3]s)
    schedule_timezone: %[1]s
    source: {database: app, table: orders}
    window: {span: %[2]s, column: at}
    group_by: [shop]
    cases: {paid: status = 'paid', refunded: status = 'refunded'}
`

// The moments around which slots are: the clocks change in New York, London and on Lord Howe
// Island, by half an hour there; midnights, ends of months and of a year, 29 February.
var moments = []string{
	"2024-03-10T07:00:00Z", "2024-11-03T06:00:00Z", "2024-03-31T01:00:00Z", "2024-10-27T01:00:00Z", "2024-04-06T15:00:00Z", "2024-10-05T15:30:00Z",
	"2024-02-29T00:00:00Z", "2024-02-29T23:59:00Z", "2024-03-01T00:00:00Z", "2025-02-28T23:59:00Z", "2024-12-31T23:59:00Z", "2024-06-30T15:00:00Z",
}

// Events have odd times, clocks are wrong, deadlines are past or near, listings take long, and
// clocks change in summer and winter. The window and the counts are those of the slot.
func TestTime(t *testing.T) {
	t.Parallel()
	c := timeJobs{files: map[string]job.File{}}
	for _, zone := range []string{"America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Seoul", "UTC"} {
		for _, span := range []string{"previous-day", "day-to-date", "previous-month", "month-to-date", "previous-hour"} {
			for _, fields := range []string{"30 * * * ? *", "0 0/3 * * ? *", "59 23 * * ? *", "15 0,1,2,3 * * ? *"} {
				text := fmt.Sprintf(clockJobs, zone, span, fields)
				if span == "previous-hour" { // in a zone, some hours would have no slot
					text = strings.Replace(text, "    schedule_timezone: "+zone+"\n", "", 1)
				}
				if span != "previous-hour" || zone != "Australia/Lord_Howe" { // where some hours have half an hour
					c.names = append(c.names, zone+" "+span+" "+fields)
					c.files[zone+" "+span+" "+fields] = jobtest.Read(t, text)
				}
			}
		}
	}
	faults.Campaign{Name: "time", Short: 40, Full: 1000, Parallel: 16, Run: c.run}.Test(t)
	for _, kind := range sabotages {
		c.sabotage = kind
		faults.Campaign{Name: "time", Run: c.run}.MustFind(t, kind)
	}
}

// timeJobs are the jobs of each zone, span and schedule.
type timeJobs struct {
	names    []string
	files    map[string]job.File
	sabotage string
}

func (c *timeJobs) run(r *faults.Run) error {
	name := faults.Pick(r.Random, c.names...)
	j := c.files[name].Jobs[0]
	around, err := time.Parse(time.RFC3339, faults.Pick(r.Random, moments...))
	if err != nil {
		return err
	}
	slot := around.Add(time.Duration(r.Random.IntN(28*60)-26*60) * time.Minute)
	for !j.Cron.Matches(slot, j.ScheduleZone) {
		slot = slot.Add(time.Minute)
	}
	from, to := windowOf(string(j.Window.Span), slot, j.Zone)
	w, err := newWorld(r, slot, c.files[name])
	if err != nil {
		return err
	}
	defer w.close()
	w.rows = randomRows(r.Random, 60, from.Add(-24*time.Hour), to.Add(24*time.Hour))
	for _, at := range []time.Time{from, from.Add(-time.Millisecond), to, to.Add(-time.Millisecond)} {
		w.rows = append(w.rows, row{At: at, Shop: "a", Status: "paid"})
	}
	w.wanted[faults.Key(j.Name, slot, 1)] = faults.Record{From: from, To: to, Counts: counted(w.rows, from, to, j)}
	r.Logf("%s, slot %s, window %s to %s", name, slot, from, to)
	slow := map[int]time.Duration{}
	for n := range 3 {
		slow[n+1] = time.Duration(r.Random.IntN(3)*r.Random.IntN(150)) * time.Millisecond
	}
	w.proxy.Deal = w.sabotaged(c.sabotage, func(request faults.Request) faults.Fault {
		switch {
		case request.Kind == faults.List && c.sabotage == "doubled":
			return faults.Stale // so that each run stores again
		case request.Kind == faults.List && slow[request.N] > 0:
			return faults.Slow(slow[request.N])
		}
		return nil
	})
	if c.sabotage == "wrong" {
		w.tableRows = func() []row {
			return append(w.rows[:len(w.rows):len(w.rows)], row{At: from, Shop: "b", Status: "paid"})
		}
	}
	event := contract.Event{Job: j.Name, ScheduledTime: slot, Schedule: j.Cron.Canonical(), Timezone: j.EventTimezone()}
	skew := faults.Pick(r.Random, -5*time.Minute-30*time.Second, -90*time.Second, -time.Second, -200*time.Millisecond, 0, 59*time.Second, 5*time.Minute, 25*time.Hour)
	for try := range 3 {
		w.now = slot.Add(skew + time.Duration(2*try)*time.Minute) // never so early that the run waits for long
		event.ScheduledTime = slot.Add(faults.Pick(r.Random, 0, time.Second, 59*time.Second, 59*time.Second+999*time.Millisecond))
		w.fillBy(event, faults.Pick(r.Random, -time.Hour, time.Millisecond, 20*time.Millisecond, 300*time.Millisecond, 3*time.Second, unlimited))
		w.checkNothingChanged()
	}
	w.now = slot.Add(20 * time.Minute)
	event.ScheduledTime, event.Origin = slot, contract.OriginSweep
	for range 2 { // twice, in which a store that overwrites is found
		_ = w.deliver(event, 1, unlimited)
	}
	return w.compare()
}

// fillBy is an invocation with so much time. It may fail.
func (w *world) fillBy(event contract.Event, left time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), left)
	defer cancel()
	_, _ = w.fill(ctx, event)
}

// windowOf is the window of a slot, found by walking back in steps of a quarter of an hour, in
// which all zones change their clocks.
func windowOf(span string, slot time.Time, zone *time.Location) (from, to time.Time) {
	const step = 15 * time.Minute
	same := func(a, b time.Time) bool {
		a, b = a.In(zone), b.In(zone)
		switch span {
		case "previous-hour":
			return a.Truncate(time.Hour).Equal(b.Truncate(time.Hour)) // zones with whole hours only
		case "previous-day", "day-to-date":
			return a.YearDay() == b.YearDay() && a.Year() == b.Year()
		}
		return a.Month() == b.Month() && a.Year() == b.Year()
	}
	begin := func(of time.Time) time.Time {
		at := of.Truncate(step)
		for same(at.Add(-step), of) {
			at = at.Add(-step)
		}
		return at
	}
	this := begin(slot)
	if span == "day-to-date" || span == "month-to-date" {
		return this, slot
	}
	return begin(this.Add(-step)), this
}
