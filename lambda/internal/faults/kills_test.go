package faults_test

import (
	"testing"
	"time"

	"tally/test/faults"
	"tally/test/local"
)

// The counter is killed at any moment, up to three times for one event. Lambda tries the event
// three times, then a sweep counts the slot.
func TestKills(t *testing.T) {
	t.Parallel()
	t.Run("postgres", func(t *testing.T) {
		faults.Choose(t, "kills-postgres", "kills-sweep", "kills-message", "delivery-processes")
		database, err := local.StartPostgres(t.Context(), projectRoot)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = database.Stop() })
		p := startProcesses(t, "local", database)
		p.testKills(t, "kills-postgres", 40)
		faults.Campaign{Name: "delivery-processes", Short: 2, Full: 20, Run: p.deliverOften(1000)}.Test(t)
		p.testMonitorKills(t)
		for _, kind := range sabotages {
			p.sabotaged(t, kind)
			faults.Campaign{Name: "kills-postgres", Run: p.kill}.MustFind(t, kind)
			faults.Campaign{Name: "delivery-processes", Run: p.deliverOften(30)}.MustFind(t, kind)
		}
	})
	for name, start := range map[string]func(local.TestingT) *local.Database{"mariadb": local.MariaDBForTest, "mysql": local.MySQLForTest} {
		t.Run(name, func(t *testing.T) {
			faults.Choose(t, "kills-"+name)
			if !faults.Full() {
				t.Skip("make faults runs it")
			}
			startProcesses(t, "mysql", start(t)).testKills(t, "kills-"+name, 0)
		})
	}
}

func (p *processes) testKills(t *testing.T, name string, short int) {
	faults.Campaign{Name: name, Short: short, Full: 600, Must: faults.Each(2, counterMoments...), Run: p.kill}.Test(t)
	// Nothing that a run has stored was changed by the runs after it.
	objects, err := faults.Objects(p.S3, p.Bucket, "counts/")
	if err != nil {
		t.Fatal(err)
	}
	if v := p.wanted.Compare(objects); v.Bad() {
		t.Errorf("after all runs: %+v", v)
	}
	if v := p.s3.Overwritten(); v.Bad() {
		t.Errorf("after all runs: %+v", v)
	}
}

// kill makes one run: one event of a day's slot.
func (p *processes) kill(r *faults.Run) error {
	slot, record := countedScans(dayOf(p.last, int(r.Seed%(scanDays-20))+15))
	job := faults.Pick(r.Random, dailyScans, apartScans)
	if job == apartScans {
		record = alone(record)
	}
	key := faults.Key(job, slot, 1)
	p.wanted[key] = record
	k := p.newKiller(r)
	for range faults.Pick(r.Random, 1, 1, 1, 2, 2, 3, 4) {
		k.points = append(k.points, drawPoint(r, p.turns[job]))
	}
	r.Logf("%s, slot %s, kills %v", job, slot.Format(time.RFC3339), k.points)
	k.begin(p)
	err := p.Deliver(job, slot)
	k.end(p)
	if err != nil {
		return err
	}
	for range 2 { // the sweep, and a late event
		if err := p.sendAgain(job, slot); err != nil {
			r.Wrongf("the slot cannot be counted any more: %v", err)
		}
	}
	r.Add(p.s3.Overwritten())
	return p.compareRecords(r, faults.Wanted{key: record}, "date="+slot.Format(time.DateOnly)+"/")
}
