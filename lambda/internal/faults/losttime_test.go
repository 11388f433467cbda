package faults_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/job"
	"tally/lambda/job/jobtest"
	"tally/test/faults"
)

// A case that takes a second is no failed case if the run has lost time before it.
const slowJobs = `
timezone: UTC
jobs:
  - name: slow
    schedule: cron(0 1 * * ? *)
    source: {database: app, table: orders}
    window: {span: previous-day, column: placed, column_timezone: UTC}
    total: false
    cases: {slow: CASE WHEN id = 0 THEN pg_sleep(1) IS NOT NULL END, still: shop = 'still'}
`

// testLostTime has runs wait for their slot, for a listing, for a lock or for the network. What
// is stored in the end has no failure for want of time.
func (d *databases) testLostTime(t *testing.T) {
	jobs := jobtest.Read(t, slowJobs)
	campaign := faults.Campaign{Name: "time-lost", Short: 8, Full: 100, Parallel: 8, Must: faults.Each(5, "locked"), Run: func(r *faults.Run) error { return d.loseTime(r, jobs) }}
	campaign.Test(t)
	for _, kind := range sabotages {
		d.sabotage = kind
		campaign.MustFind(t, kind)
	}
	d.sabotage = ""
}

// forgetful is a source that takes the time that a run has left for all that it has: a case that
// takes too long then fails for good.
type forgetful struct{ count.Source }

func (s forgetful) Count(ctx context.Context, query count.Query) (count.Result, error) {
	query.FullTime = time.Nanosecond
	return s.Source.Count(ctx, query)
}

// slowTurns is about how often a run speaks to PostgreSQL before it counts.
const slowTurns = 10

func (d *databases) loseTime(r *faults.Run, jobs job.File) error {
	const function = 6 * time.Second // of which it counts for four, two each case
	w, err := d.newWorld(r, jobs)
	if err != nil {
		return err
	}
	defer w.close()
	key := faults.Key("slow", movingSlot, 1)
	w.wanted[key] = faults.Record{From: movingDay, To: movingDay.Add(24 * time.Hour), Counts: map[string]int64{"slow": 1, "still": d.first.still}}
	lost := time.Duration(500+r.Random.IntN(4000)) * time.Millisecond
	how := faults.Pick(r.Random, "its slot", "a listing", "a lock", "the network")
	switch d.sabotage {
	case "wrong":
		lost, how = 3500*time.Millisecond, "a listing"
		w.engine.Source = forgetful{w.engine.Source}
	case "lost", "doubled":
		lost, how = 0, "a listing"
	}
	r.Logf("the run waits %s for %s", lost, how)
	var later sync.WaitGroup
	switch how {
	case "its slot":
		w.now = movingSlot.Add(-lost)
	case "a listing":
		w.proxy.Deal = w.sabotaged(d.sabotage, func(request faults.Request) faults.Fault {
			switch {
			case request.Kind != faults.List:
			case d.sabotage == "doubled":
				return faults.Stale // so that each run stores again
			case request.N == 1:
				return faults.Slow(lost)
			}
			return nil
		})
	case "a lock":
		d.lock(w, lost, &later)
		time.Sleep(20 * time.Millisecond)
	case "the network":
		w.db.Plan(func(turn faults.Turn) faults.DBFault {
			if turn.N > slowTurns {
				return faults.DBFault{}
			}
			return faults.DBFault{Delay: lost / slowTurns}
		})
	}
	event := contract.Event{Job: "slow", ScheduledTime: movingSlot}
	w.fillBy(event, function)
	later.Wait()
	w.now = movingSlot.Add(time.Minute)
	w.db.Plan(nil)
	_ = w.deliver(event, 2, unlimited) // twice, where another run of this campaign locks
	return w.compare()
}
