package faults_test

import (
	"sync"
	"testing"
	"time"

	"tally/lambda/contract"
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
	faults.Campaign{Name: "time-lost", Short: 8, Full: 100, Parallel: 8, Run: func(r *faults.Run) error { return d.loseTime(r, jobs) }}.Test(t)
}

// slowTurns is about how often a run speaks to PostgreSQL before it counts.
const slowTurns = 10

func (d *databases) loseTime(r *faults.Run, jobs job.File) error {
	const function = 6 * time.Second // of which it counts for four, two each case
	w, err := newWorld(r, movingSlot.Add(time.Second), jobs)
	if err != nil {
		return err
	}
	defer w.close()
	proxy, err := faults.StartDBProxy(host(d.first))
	if err != nil {
		return err
	}
	defer proxy.Close()
	through, err := faults.Through(proxy.Address, d.first.ReaderURL)
	if err != nil {
		return err
	}
	w.countIn(through)
	key := faults.Key("slow", movingSlot, 1)
	w.wanted[key] = faults.Record{From: movingDay, To: movingDay.Add(24 * time.Hour), Counts: map[string]int64{"slow": 1, "still": d.first.still}}
	lost := time.Duration(500+r.Random.IntN(4000)) * time.Millisecond
	how := faults.Pick(r.Random, "its slot", "a listing", "a lock", "the network")
	r.Logf("the run waits %s for %s", lost, how)
	var later sync.WaitGroup
	switch how {
	case "its slot":
		w.now = movingSlot.Add(-lost)
	case "a listing":
		w.proxy.Deal = func(request faults.Request) faults.Fault {
			if request.Kind == faults.List && request.N == 1 {
				return faults.Slow(lost)
			}
			return nil
		}
	case "a lock":
		d.lock(r, proxy, lost, &later)
		time.Sleep(20 * time.Millisecond)
	case "the network":
		proxy.Plan(func(turn int) faults.DBFault {
			if turn > slowTurns {
				return faults.DBFault{}
			}
			return faults.DBFault{Delay: lost / slowTurns}
		})
	}
	event := contract.Event{Job: "slow", ScheduledTime: movingSlot}
	w.fillBy(event, function)
	later.Wait()
	w.now = movingSlot.Add(time.Minute)
	proxy.Plan(nil)
	w.deliver(event, 2, unlimited) // twice, where another run of this campaign locks
	return w.compare()
}
