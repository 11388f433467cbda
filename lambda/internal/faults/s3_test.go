package faults_test

import (
	"context"
	"maps"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
	"tally/lambda/job/jobtest"
	"tally/test/faults"
)

const hourlyJobs = `
timezone: UTC
jobs:
  - name: orders
    schedule: cron(0 * * * ? *)
    source: {database: app, table: orders}
    window: {span: previous-hour, column: at}
    group_by: [shop]
    cases: {paid: status = 'paid', refunded: status = 'refunded'}
  - name: orders-log
    schedule: cron(0 * * * ? *)
    source: {bucket: input, prefix: "log/{yyyy}/{MM}/{dd}/", format: jsonl}
    window: {span: previous-hour, column: at}
    group_by: [shop]
    cases: {paid: status == "paid", refunded: status == "refunded"}
  - name: open
    schedule: cron(0/30 * * * ? *)
    source: {database: app, table: orders}
    cases: {paid: status = 'paid', refunded: status = 'refunded'}
`

// S3 fails in all ways in which it may, for counters and the monitor, in the results bucket and
// in one that is counted in. Then it is well again: the next sweep has everything stored that is
// missing, and recounts store one revision.
func TestS3(t *testing.T) {
	t.Parallel()
	jobs := jobtest.Read(t, hourlyJobs)
	faults.Campaign{Name: "s3", Short: 20, Full: 2000, Parallel: 48, Must: faults.Each(5, s3Faults...), Run: func(r *faults.Run) error { return runS3(r, jobs, "") }}.Test(t)
}

func TestS3CampaignFindsSabotage(t *testing.T) {
	jobs := jobtest.Read(t, hourlyJobs)
	for _, kind := range sabotages {
		faults.Campaign{Name: "s3", Run: func(r *faults.Run) error { return runS3(r, jobs, kind) }}.MustFind(t, kind)
	}
}

// runS3 makes one run. A sabotage is something that it must find.
func runS3(r *faults.Run, jobs job.File, sabotage string) error {
	begin := time.Date(2024, time.Month(1+r.Random.IntN(12)), 1+r.Random.IntN(28), r.Random.IntN(24), 20, 0, 0, time.UTC)
	w, err := newWorld(r, begin, jobs)
	if err != nil {
		return err
	}
	defer w.close()
	w.addRows(randomRows(r.Random, 60, begin.Add(-2*time.Hour), begin.Add(4*time.Hour)), "first")
	storm := newStorm(w)
	w.proxy.Deal, w.proxy.PageSize = w.sabotaged(sabotage, storm.deal), faults.Pick(r.Random, 0, 1, 2, 7)
	if err := w.sweep(context.Background()); err != nil {
		return err
	}
	storm.begin()
	for range 4 {
		w.now = w.now.Truncate(30 * time.Minute).Add(30*time.Minute + time.Second)
		w.fire(jobs)
		if r.Random.IntN(2) == 0 {
			w.now = w.now.Add(17 * time.Minute)
			w.sweepWithin(2 * time.Second)
		}
	}
	w.now = w.now.Add(20 * time.Minute) // the last slots are due, and no others
	w.sweepWithin(2 * time.Second)
	storm.end()
	if err := w.sweep(context.Background()); err != nil {
		return err
	}
	if err := w.compare(); err != nil || r.Bad() {
		return err
	}
	w.addRows(randomRows(r.Random, 3, begin.Add(-time.Hour), begin.Add(2*time.Hour)), "late")
	storm.begin()
	w.recount(3, invocation)
	storm.end()
	w.recount(1, unlimited)
	return w.compare()
}

// addRows adds orders to the table and to the log.
func (w *world) addRows(rows []row, name string) {
	w.rows = append(w.rows, rows...)
	objects, err := logOf(rows, name)
	for key, content := range objects {
		if err == nil {
			err = w.server.Put(input, key, content)
		}
	}
	if err != nil {
		w.run.Wrongf("add rows: %v", err)
	}
}

// fire has each schedule that fires now send its event: once, twice at once, or never. Lambda
// tries an event again a minute after it has failed, and two minutes after that.
func (w *world) fire(jobs job.File) {
	var events []contract.Event
	slot := w.now.Truncate(time.Minute)
	for _, j := range jobs.Jobs {
		if !j.Cron.Matches(slot, j.ScheduleZone) {
			continue
		}
		w.want(j, slot, 1)
		for range faults.Pick(w.run.Random, 0, 1, 1, 2) {
			events = append(events, contract.Event{Job: j.Name, ScheduledTime: slot, Schedule: j.Cron.Canonical()})
		}
	}
	for _, pause := range retries {
		w.now = w.now.Add(pause)
		events = failing(events, func(_ int, event contract.Event) error { return w.deliver(event, 1, invocation) })
		w.checkNothingChanged()
	}
}

// failing tries all events at once and returns those that failed.
func failing(events []contract.Event, try func(i int, event contract.Event) error) (failed []contract.Event) {
	errs := make([]error, len(events))
	var tries sync.WaitGroup
	for i, event := range events {
		tries.Go(func() { errs[i] = try(i, event) })
	}
	tries.Wait()
	for i, event := range events {
		if errs[i] != nil {
			failed = append(failed, event)
		}
	}
	return failed
}

// retries are the pauses before the tries that Lambda makes of an event.
var retries = []time.Duration{0, time.Minute, 2 * time.Minute}

// want says what the record of a slot should be with the rows of now.
func (w *world) want(j job.Job, slot time.Time, revision int) {
	record := wanted(j, slot, w.rows, slot)
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.wanted[faults.Key(j.Name, slot, revision)] = record
}

// wanted is what the record of a slot should be. Until is where the rows of a job without a
// window end.
func wanted(j job.Job, slot time.Time, rows []row, until time.Time) faults.Record {
	if j.Window == nil {
		return faults.Record{Counts: counted(rows, time.Time{}, until, j), MaybeMissed: true}
	}
	from := slot.Add(-time.Hour)
	return faults.Record{From: from, To: slot, Counts: counted(rows, from, slot, j)}
}

// invocation is how long a counter may take while faults go on. Silent servers cost that.
const invocation = 4 * time.Second

// unlimited is enough for every machine, however busy it is.
const unlimited = time.Minute

// deliver has a counter try an event, as often as given. The error is the last try's.
func (w *world) deliver(event contract.Event, tries int, limit time.Duration) (err error) {
	for range tries {
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		_, err = w.fill(ctx, event)
		cancel()
		if err == nil {
			return nil
		}
	}
	return err
}

// sweepWithin sweeps, with so much time for its work. It may fail.
func (w *world) sweepWithin(limit time.Duration) {
	// It keeps five seconds to report, and begins no count in the last two before them.
	ctx, cancel := context.WithTimeout(context.Background(), limit+7*time.Second)
	defer cancel()
	_ = w.sweep(ctx)
}

// recount has each slot of a job with a window counted again. What differs by now is the next
// revision, once.
func (w *world) recount(tries int, limit time.Duration) {
	before := w.wanted.Clone()
	for key, record := range before {
		name, slot, revision, _ := contract.ParseRecordKey(key)
		if j, _ := w.engine.Jobs.Lookup(name); j.Window != nil && revision == 1 {
			if !maps.Equal(record.Counts, counted(w.rows, record.From, record.To, j)) {
				w.want(j, slot, 2)
			}
		}
	}
	var deliveries sync.WaitGroup
	for key, record := range before {
		name, slot, revision, _ := contract.ParseRecordKey(key)
		if revision != 1 || record.From.IsZero() {
			continue
		}
		for range 1 + w.run.Draw(key).IntN(2) {
			deliveries.Go(func() {
				_ = w.deliver(contract.Event{Job: name, ScheduledTime: slot, Recount: &contract.Recount{Reason: "late rows"}}, tries, limit)
			})
		}
	}
	deliveries.Wait()
}

// storm draws a fault for some of the requests. Between storms there is none.
type storm struct {
	*world
	on        atomic.Bool
	share     float64      // of the requests that have a fault
	conflicts time.Time    // until then each put of a record conflicts with another
	begun     atomic.Int32 // storms
}

func newStorm(w *world) *storm {
	random := w.run.Random
	s := &storm{world: w, share: faults.Pick(random, 0.03, 0.1, 0.2, 0.4, 0.7)}
	if random.IntN(8) == 0 { // for minutes or hours: tries of events, and sweeps
		s.conflicts = w.now.Add(time.Duration(11+random.IntN(140)) * time.Minute)
		s.share = 0.03
		w.run.Logf("until %s each put of a record conflicts", s.conflicts.Format(time.RFC3339))
	}
	return s
}

func (s *storm) begin() { s.begun.Add(1); s.on.Store(true) }
func (s *storm) end()   { s.on.Store(false) }

// strikes tells whether this storm has a fault for what key names, and returns what to draw it
// with.
func (s *storm) strikes(key any) (*rand.Rand, bool) {
	random := s.run.Draw([]any{s.begun.Load(), key})
	return random, s.on.Load() && random.Float64() <= s.share
}

func (s *storm) deal(request faults.Request) faults.Fault {
	if s.on.Load() && request.Kind == faults.Put && strings.HasPrefix(request.Key, contract.RecordPrefix) && s.now.Before(s.conflicts) {
		s.run.Happened(minutesOfConflicts)
		return faults.Conflict
	}
	random, strikes := s.strikes(request)
	if !strikes {
		return nil
	}
	name, fault := drawFault(random, request)
	s.run.Logf("%s: %s", request, name)
	s.run.Happened(name)
	return fault
}

// s3Faults are all that drawFault draws, and what a storm may do besides.
var s3Faults = []string{"500", "503", "403", "reset", "lost", "slow", "409", "412", "done, and 500", "empty", "breaks off", "cut", "torn", "stale", "silent", minutesOfConflicts}

const minutesOfConflicts = "409 for minutes"

// named is a fault with its name.
type named struct {
	name  string
	fault faults.Fault
}

// drawFault draws one of the faults that a request may have.
func drawFault(random *rand.Rand, request faults.Request) (string, faults.Fault) {
	part := random.IntN(1000)
	all := []named{
		{"500", faults.InternalError}, {"503", faults.SlowDown}, {"403", faults.Denied}, {"reset", faults.Reset}, {"lost", faults.Lost},
		{"slow", faults.Slow(time.Duration(random.IntN(100)) * time.Millisecond)},
	}
	switch request.Kind {
	case faults.Put:
		all = append(all, named{"409", faults.Conflict}, named{"412", faults.Exists}, named{"done, and 500", faults.DoneAndFailed})
	case faults.Get:
		all = append(all, named{"empty", faults.Empty}, named{"breaks off", faults.BreaksOff(part)})
	case faults.List:
		all = append(all, named{"empty", faults.Empty}, named{"breaks off", faults.BreaksOff(part)}, named{"cut", faults.Cut(part)}, named{"torn", faults.Torn})
		if request.Bucket == results { // counts in a bucket rely on listings that are not stale
			all = append(all, named{"stale", faults.Stale})
		}
	}
	if random.IntN(400) == 0 {
		return "silent", faults.Silent
	}
	drawn := faults.Pick(random, all...)
	return drawn.name, drawn.fault
}
