package faults_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
	"tally/lambda/job/jobtest"
	"tally/test/faults"
	"tally/test/local"
)

// lakeJobs have slots in two hours of one day. They want the two hours and the rest of the schedule.
const lakeJobs = `
timezone: UTC
jobs:
  - name: orders
    schedule: cron(0 %[1]s)
    source: {athena: lake, table: orders, partitions: {dt: "{yyyy}-{MM}-{dd}"}, partition_timezone: UTC}
    window: {span: previous-hour, column: at, column_timezone: UTC}
    group_by: [shop]
    recount_after: [2d]
    cases: {paid: status = 'paid', refunded: status = 'refunded'}
  - name: open
    schedule: cron(0,30 %[1]s)
    source: {athena: lake, table: orders}
    cases: {paid: "status IN ('paid')", refunded: status = 'refunded'}
`

// Athena, Glue and S3 fail in all ways in which they may, queries wait and fail, results expire,
// runs are cut off or have too little time, and events come twice or never. Then all is well
// again, and the next sweep has everything stored, except what waits for a person. Each slot has
// one record, and each count that somebody asked for one query on the bill.
func TestAthena(t *testing.T) {
	faults.Choose(t, "athena")
	t.Parallel()
	all := openLakes(t)
	faults.Campaign{Name: "athena", Short: 6, Full: 500, Parallel: 12, Must: faults.Each(1, lakeTrouble()...), Run: all.run("")}.Test(t)
	for _, sabotage := range append(slices.Clone(sabotages), forgets) {
		t.Run(sabotage, func(t *testing.T) {
			t.Parallel()
			kind := sabotage
			if sabotage == forgets {
				kind = "doubled"
			}
			faults.Campaign{Name: "athena", Run: all.run(sabotage)}.MustFind(t, kind)
		})
	}
}

// forgets is the sabotage in which Athena forgets tokens, so that repeats are paid for.
const forgets = "forgets"

func openLakes(t *testing.T) *lakes {
	t.Helper()
	database, err := local.StartPostgres(t.Context(), projectRoot)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = database.Stop() })
	db, err := database.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(4)
	all := &lakes{Database: database, tables: db, jobs: map[time.Time]job.File{}}
	for _, begin := range []time.Time{
		time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC), time.Date(2024, 6, 30, 15, 0, 0, 0, time.UTC), time.Date(2024, 12, 31, 22, 0, 0, 0, time.UTC), time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		all.jobs[begin] = jobtest.Read(t, fmt.Sprintf(lakeJobs, begin.Format("15,")+begin.Add(time.Hour).Format("15 2 1 ? 2006")))
		all.begins = append(all.begins, begin)
	}
	return all
}

// run makes runs. A sabotage is something that they must find.
func (all *lakes) run(sabotage string) func(*faults.Run) error {
	return func(r *faults.Run) error { return all.runAthena(r, sabotage) }
}

func (all *lakes) runAthena(r *faults.Run, sabotage string) error {
	begin := faults.Pick(r.Random, all.begins...)
	l, err := all.open(r, begin.Add(-20*time.Minute), all.jobs[begin])
	if err != nil {
		return err
	}
	defer l.close()
	if err := l.addOrders(randomRows(r.Random, 60, begin.Add(-2*time.Hour), begin.Add(4*time.Hour))); err != nil {
		return err
	}
	s3, calls := newStorm(l.world), newStorm(l.world)
	s3.share, calls.share = s3.share/2, calls.share/2 // a count has some ten calls, a sweep some thirty listings
	l.proxy.Deal, l.api.Deal, l.api.PageSize = l.sabotaged(sabotage, s3.deal), l.knowCallers(calls.call(&l.running)), faults.Pick(r.Random, 0, 2, 3)
	if err := l.sweep(context.Background()); err != nil {
		return err
	}
	l.spoil(sabotage)
	s3.begin()
	calls.begin()
	l.count(begin)
	s3.end()
	calls.end()
	l.calm()
	for _, query := range l.cloud.Athena.Executions() {
		if query.State != "SUCCEEDED" {
			r.Happened(query.Reason)
		}
	}
	if err := l.settle(); err != nil || r.Bad() {
		return err
	}
	again := l.recountByAge
	if r.Random.IntN(2) == 0 {
		early := l.askEarly()
		again = func(peace func()) { l.recountByPerson(early, peace) }
	}
	if err := l.addOrders(randomRows(r.Random, 3, begin.Add(-time.Hour), begin.Add(2*time.Hour))); err != nil {
		return err
	}
	s3.begin()
	calls.begin()
	again(func() {
		s3.end()
		calls.end()
	})
	return l.judge()
}

// spoil has something happen that the run must find.
func (l *lake) spoil(sabotage string) {
	switch sabotage {
	case "wrong": // a row that the oracle does not know
		l.rows = l.rows[1:]
	case forgets:
		l.cloud.Athena.SetTokenLife(time.Nanosecond)
	}
}

// count fires the schedules of two hours in all sorts of trouble, and perhaps sweeps.
func (l *lake) count(begin time.Time) {
	random := l.run.Random
	l.trouble(columnQuery, stateQuery, windowQuery(begin), windowQuery(begin.Add(time.Hour)))
	for tick := range 4 {
		l.pass(begin.Add(time.Duration(tick)*30*time.Minute + time.Second).Sub(l.now))
		l.send(l.due())
		if random.IntN(4) == 0 {
			l.cloud.Athena.Release()
		}
		if random.IntN(3) == 0 {
			l.pass(17 * time.Minute)
			l.sweepWithin(time.Second)
		}
	}
	l.pass(20 * time.Minute) // the last slots are due
	for range faults.Pick(random, 0, 1, 1, 2, 3) {
		l.sweepWithin(time.Second)
		l.pass(faults.Pick(random, time.Hour, 25*time.Hour))
	}
}

// due are the events of the slots of now: of each job one, several or none, and perhaps a person
// who asks for the same.
func (l *lake) due() (events []contract.Event) {
	slot := l.now.Truncate(time.Minute)
	for _, j := range l.engine.Jobs.Jobs {
		if !j.Cron.Matches(slot, j.ScheduleZone) {
			continue
		}
		l.expect(j, slot, 1, false)
		event := contract.Event{Job: j.Name, ScheduledTime: slot, Schedule: j.Cron.Canonical()}
		for range faults.Pick(l.run.Random, 0, 1, 1, 2) {
			events = append(events, event)
		}
		if l.run.Random.IntN(8) == 0 {
			event.Origin, event.Requested = contract.OriginBackfill, l.now
			l.asked[faults.Key(j.Name, slot, 1)]++
			events = append(events, event)
		}
	}
	return events
}

// settle lets the next sweep do what is left, and then a person what waits for one.
func (l *lake) settle() error {
	l.pass(25 * time.Hour) // after which each query that failed may be followed by another one
	if err := l.sweep(context.Background()); err != nil {
		return err
	}
	for key, record := range l.wanted {
		name, slot, _, _ := contract.ParseRecordKey(key)
		if _, err := l.server.Object(results, key); err == nil || record.MaybeMissed {
			continue
		}
		if !l.wantsPerson(name, slot) {
			continue // it is lost
		}
		l.asked[key]++
		if err := l.try(contract.Event{Job: name, ScheduledTime: slot, Origin: contract.OriginBackfill, Requested: l.now}, unlimited); err != nil {
			l.run.Wrongf("a backfill in peace: %v", err)
		}
	}
	return l.judge()
}

// slotsToRecount are the slots to count again, with what that should store, and whether it may
// fail.
func (l *lake) slotsToRecount(maybe bool) (slots []time.Time) {
	j, _ := l.engine.Jobs.Lookup("orders")
	for key, record := range l.wanted.Clone() {
		name, slot, revision, _ := contract.ParseRecordKey(key)
		if name != j.Name || revision > 1 {
			continue
		}
		slots = append(slots, slot)
		if !maps.Equal(record.Counts, counted(l.rows, record.From, record.To, j)) {
			l.expect(j, slot, 2, maybe)
		}
	}
	return slots
}

// askEarly has somebody count some slots again before late rows come, perhaps with too little time.
func (l *lake) askEarly() (events []contract.Event) {
	for _, slot := range l.slotsToRecount(false) {
		random := l.run.Draw([]any{"early", slot})
		if random.IntN(2) == 0 {
			continue
		}
		l.asked[faults.Key("orders", slot, 1)]++
		event := contract.Event{Job: "orders", ScheduledTime: slot, Requested: l.now, Recount: &contract.Recount{Reason: "too early"}}
		_ = l.try(event, faults.Pick(random, time.Duration(random.IntN(50))*time.Millisecond, unlimited)) // it is sent again
		events = append(events, event)
	}
	l.pass(time.Minute)
	return events
}

// recountByPerson has somebody count each slot again in trouble, and somebody else in peace. Then
// events of earlier recounts come again, whose queries have counted before the late rows: their
// counts are no revision.
func (l *lake) recountByPerson(early []contract.Event, peace func()) {
	slots := l.slotsToRecount(false)
	events := func() (all []contract.Event) {
		for _, slot := range slots {
			l.asked[faults.Key("orders", slot, 1)]++
			for range 1 + l.run.Draw(slot).IntN(2) {
				all = append(all, contract.Event{Job: "orders", ScheduledTime: slot, Requested: l.now, Recount: &contract.Recount{Reason: "late rows"}})
			}
		}
		return all
	}
	l.send(events())
	peace()
	l.pass(time.Minute)
	for _, event := range append(events(), early...) {
		if err := l.try(event, unlimited); err != nil {
			l.run.Wrongf("a recount in peace: %v", err)
		}
	}
}

// recountAge is the one of recount_after.
const recountAge = 48 * time.Hour

// recountByAge lets sweeps count the slots again, of which one that fails is not tried again.
func (l *lake) recountByAge(peace func()) {
	late := l.now
	slots := l.slotsToRecount(true)
	l.pass(recountAge)
	for range 2 {
		l.sweepWithin(time.Second)
		l.pass(time.Hour)
	}
	peace()
	if err := l.sweep(context.Background()); err != nil {
		l.run.Wrongf("a sweep in peace: %v", err)
	}
	for _, slot := range slots {
		l.noted(slot, late)
	}
}

// noted sees that a slot was counted again, and says what must be stored if that succeeded after
// the late rows came. A record that was first counted at that age is not counted again.
func (l *lake) noted(slot, late time.Time) {
	var marker contract.Recounted
	content, err := l.server.Object(results, contract.RecountedKey("orders", slot, "2d"))
	if err == nil {
		err = json.Unmarshal(content, &marker)
	}
	if err != nil {
		l.run.Lost = append(l.run.Lost, fmt.Sprintf("slot %s was not counted again: %v", slot, err))
		return
	}
	key := faults.Key("orders", slot, 2)
	record, differs := l.wanted[key]
	if differs && marker.Failure == "" && marker.Time.After(late) && l.countedAt("orders", slot).Before(slot.Add(recountAge)) {
		record.Maybe = false
		l.wanted[key] = record
	}
}

// judge holds all records and all queries against what should be.
func (l *lake) judge() error {
	if err := l.compare(); err != nil {
		return err
	}
	l.inTime()
	billed := 0
	for key := range l.wanted {
		name, slot, revision, _ := contract.ParseRecordKey(key)
		if revision > 1 {
			continue
		}
		asked, queries := l.asked[key], l.queriesOf(name, slot)
		billed += len(queries)
		young := until(slot.Add(recountAge), queries)
		l.bill(key, young, 1+asked)
		l.bill(key+" and its recounts", queries, 1+asked+1)
		if asked == 0 {
			l.attempts(key, young)
		}
	}
	if all := l.queries(); len(all) != billed {
		l.run.Wrongf("%d queries are of no slot:%s", len(all)-billed, shownQueries(all))
	}
	return nil
}
