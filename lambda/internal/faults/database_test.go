package faults_test

import (
	"bytes"
	"context"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
	"tally/lambda/job/jobtest"
	"tally/test/faults"
	"tally/test/local"
)

// The database cuts, delays, ends statements and sessions, is locked, does not listen for a while
// or gives way to a replica that lags, at any of a run's own statements. Or it restarts. The
// record that is stored in the end is of one snapshot, and no case of it has failed.
func TestDatabase(t *testing.T) {
	t.Parallel()
	starts := map[string]func(*testing.T) *local.Database{
		"postgres": func(t *testing.T) *local.Database {
			database, err := local.StartPostgres(t.Context(), projectRoot, local.CanBeReplicated...)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = database.Stop() })
			return database
		},
		"mariadb": func(t *testing.T) *local.Database { return local.MariaDBForTest(t) },
		"mysql":   func(t *testing.T) *local.Database { return local.MySQLForTest(t) },
	}
	for name, start := range starts {
		t.Run(name, func(t *testing.T) {
			faults.Choose(t, "database-"+name, "restart-"+name, map[string]string{"postgres": "time-lost"}[name])
			if name != "postgres" && !faults.Full() {
				t.Skip("make faults runs it")
			}
			d := &databases{first: startWriting(t, start(t), 60), turns: map[string]int{}}
			d.jobs = jobtest.Read(t, strings.ReplaceAll(movingJobs, "$sleep", sleeping[d.first.Engine]))
			if name == "postgres" {
				d.replica = startFollowing(t, d.first)
			} else { // another server that lacks the latest rows
				d.replica = startWriting(t, start(t), 57)
				d.replica.isLike(t, d.first)
			}
			short, full := 12, 600
			if name == "postgres" {
				full = 800
			}
			d.measure(t)
			written := d.mustHaveWritten()
			faults.Campaign{
				Name: "database-" + name, Short: short, Full: full, Parallel: 8, Must: faults.Each(1, databaseFaults...), Run: d.run,
				After: func(t *testing.T, enough bool) {
					written(t, enough)
					d.reportReplica(t, enough)
				},
			}.Test(t)
			d.testRestarts(t, name)
			if name == "postgres" {
				d.testLostTime(t)
			}
			for _, kind := range sabotages {
				d.sabotage = kind
				faults.Campaign{Name: "database-" + name, Run: d.run}.MustFind(t, kind)
			}
		})
	}
}

// databases are a server and a replica, which lacks the latest rows.
type databases struct {
	jobs           job.File
	first, replica *server
	turns          map[string]int // that a count of a job has, without a fault
	sabotage       string         // what a run must find
	restarts       restarts
}

// measure counts each job without a fault, to know how many turns that has.
func (d *databases) measure(t *testing.T) {
	t.Helper()
	for _, j := range d.jobs.Jobs {
		w, err := d.newWorld(faults.NewRun(t.Name(), 1), d.jobs)
		if err != nil {
			t.Fatal(err)
		}
		event, _ := movingSlotOf(j.Name)
		err = d.try(w, event, unlimited)
		d.turns[j.Name] = w.db.Turns()
		w.close()
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("how many requests a count sends to the database: %v", d.turns)
}

// mustHaveWritten begins to look at the writers. What it returns fails the test if none has
// committed anything since: all snapshots were the same then.
func (d *databases) mustHaveWritten() func(*testing.T, bool) {
	since := d.first.commits.Load()
	return func(t *testing.T, _ bool) {
		t.Helper()
		n, ofReplica := d.first.commits.Load()-since, d.replica.commits.Load()
		t.Logf("the writers committed %d times, and those of the replica, if it has its own, %d times since it began", n, ofReplica)
		if n == 0 || ofReplica == 0 && d.replica.locks == d.replica.admin {
			t.Error("the writers committed nothing")
		}
	}
}

// newWorld makes a world whose jobs count in the first server, through a proxy.
func (d *databases) newWorld(r *faults.Run, jobs job.File) (*world, error) {
	w, err := newWorld(r, movingSlot.Add(time.Second), jobs)
	if err != nil {
		return nil, err
	}
	through := ""
	if w.db, err = faults.StartDBProxy(host(d.first)); err == nil {
		w.db.Hear = func(answer []byte) {
			if w.cancels.Load() && cancelled(answer) {
				r.Happened("statement cancelled")
			}
		}
		through, err = faults.Through(w.db.Address, d.first.ReaderURL)
	}
	if err != nil {
		w.close()
		return nil, err
	}
	w.countIn(through)
	return w, nil
}

// movingSlotOf is the event of a job's slot, and the key of its record.
func movingSlotOf(name string) (event contract.Event, key string) {
	return contract.Event{Job: name, ScheduledTime: movingSlot, Schedule: "cron(0 1 * * ? *)"}, faults.Key(name, movingSlot, 1)
}

// try is one invocation of a counter, with so much time.
func (d *databases) try(w *world, event contract.Event, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	before := w.db.Leads()
	answer, err := w.engine.Fill(ctx, event)
	w.run.Logf("try: %s %v", answer.Outcome, err)
	if at := host(d.replica); err == nil && answer.Outcome == contract.OutcomeStored && before == at && w.db.Leads() == at {
		w.run.Happened(byReplica)
	}
	return err
}

// byReplica is a record that was counted by the replica alone.
const byReplica = "counted by the replica"

// run makes one run: a slot is counted in up to three tries with faults, and then in peace. After
// one that has stored, nobody would ask the database.
func (d *databases) run(r *faults.Run) error {
	w, err := d.newWorld(r, d.jobs)
	if err != nil {
		return err
	}
	defer w.close()
	name := faults.Pick(r.Random, "moving", "apart", "slowly")
	event, key := movingSlotOf(name)
	if d.sabotage != "" { // no fault of the database
		return d.runSabotaged(w)
	}
	var later sync.WaitGroup
	for try := range 3 {
		d.disturb(w, try, name, &later)
		var other sync.WaitGroup
		var stored atomic.Bool
		for range faults.Pick(r.Random, 1, 1, 1, 2) { // the event may come twice
			other.Go(func() {
				if d.try(w, event, 4*time.Second) == nil {
					stored.Store(true)
				}
			})
		}
		other.Wait()
		w.checkNothingChanged()
		if stored.Load() {
			break
		}
	}
	later.Wait()
	if w.db.Refused() > 0 {
		r.Happened("does not listen")
	}
	w.db.Plan(nil)
	if r.Random.IntN(3) > 0 {
		w.db.Lead(host(d.first))
	}
	if err := d.tryInPeace(w, event); err != nil {
		r.Wrongf("the last try: %v; sessions:%s", err, d.server(w).sessions())
	}
	return d.judge(w, key, name == "moving")
}

// runSabotaged makes one run that must find what its sabotage does.
func (d *databases) runSabotaged(w *world) error {
	w.proxy.Deal = w.sabotaged(d.sabotage, func(request faults.Request) faults.Fault {
		if d.sabotage == "doubled" && request.Kind == faults.List {
			return faults.Stale // so that each run stores again
		}
		return nil
	})
	if d.sabotage == "wrong" { // a snapshot for each statement
		w.db.Plan(func(turn faults.Turn) faults.DBFault {
			readCommitted(turn.Said)
			return faults.DBFault{Delay: 10 * time.Millisecond}
		})
	}
	event, key := movingSlotOf("apart")
	for range 2 {
		if err := d.try(w, event, unlimited); err != nil {
			return err
		}
	}
	return d.judge(w, key, false)
}

// readCommitted changes what a client says: it gets no snapshot for all of its statements.
func readCommitted(said []byte) {
	at, instead := bytes.Index(said, []byte("REPEATABLE READ")), []byte("READ COMMITTED ")
	if at >= 0 {
		copy(said[at:], instead)
	}
}

// tryInPeace has a slot counted without a fault. A replica may still be behind in what it has to
// do, and cancel a query or two for it.
func (d *databases) tryInPeace(w *world, event contract.Event) (err error) {
	for range 10 {
		if err = d.try(w, event, unlimited); err == nil || d.server(w) == d.first {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}

// reportReplica says how many queries the replica has cancelled. After enough runs it must have.
func (d *databases) reportReplica(t *testing.T, enough bool) {
	t.Helper()
	conflicts := 0
	if d.replica.locks == d.first.admin { // it follows
		query := "SELECT confl_lock + confl_snapshot + confl_bufferpin FROM pg_stat_database_conflicts WHERE datname = 'app'"
		if err := d.replica.admin.QueryRowContext(t.Context(), query).Scan(&conflicts); err != nil {
			t.Fatal(err)
		}
		if enough && conflicts == 0 {
			t.Error("the replica had no conflict with what it replays")
		}
	}
	t.Logf("the replica cancelled %d queries to go on", conflicts)
}

// judge holds the record against both servers: it is of the one or the other.
func (d *databases) judge(w *world, key string, withTotal bool) error {
	w.checkNothingChanged()
	objects, err := faults.Objects(w.server, results, contract.RecordPrefix)
	if err != nil {
		return err
	}
	object, there := objects[key]
	delete(objects, key)
	for key := range objects {
		w.run.Doubled = append(w.run.Doubled, key)
	}
	if !there {
		w.run.Lost = append(w.run.Lost, key)
		return nil
	}
	if v := d.first.judge(object, withTotal); v.Bad() && d.replica.judge(object, withTotal).Bad() {
		w.run.Add(v)
	}
	w.run.Add(w.proxy.Overwritten())
	return nil
}

// host is the address of a server.
func host(s *server) string {
	u, err := url.Parse(s.URL)
	if err != nil {
		return ""
	}
	return u.Host
}
