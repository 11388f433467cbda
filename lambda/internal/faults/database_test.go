package faults_test

import (
	"context"
	"fmt"
	"net/url"
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
			d := &databases{jobs: jobtest.Read(t, movingJobs), first: startWriting(t, start(t), 60)}
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
			enough := faults.Campaign{Name: "database-" + name, Short: short, Full: full, Parallel: 8, Run: d.run}.Test(t)
			d.reportReplica(t, enough)
			d.testRestarts(t, name)
			if name == "postgres" {
				d.testLostTime(t)
			}
			for _, kind := range kinds {
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
	sabotage       string       // what a run must find
	byReplica      atomic.Int32 // records that it counted
	restarts       restarts
}

// newWorld makes a world whose jobs count in the first server, through a proxy.
func (d *databases) newWorld(r *faults.Run, jobs job.File) (*world, error) {
	w, err := newWorld(r, movingSlot.Add(time.Second), jobs)
	if err != nil {
		return nil, err
	}
	through := ""
	if w.db, err = faults.StartDBProxy(host(d.first)); err == nil {
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
func (w *world) try(event contract.Event, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	_, err := w.engine.Fill(ctx, event)
	w.run.Logf("try: %v", err)
	return err
}

// run makes one run: a slot is counted in up to three tries with faults, and then in peace.
func (d *databases) run(r *faults.Run) error {
	w, err := d.newWorld(r, d.jobs)
	if err != nil {
		return err
	}
	defer w.close()
	name := faults.Pick(r.Random, "moving", "apart")
	event, key := movingSlotOf(name)
	var later sync.WaitGroup
	for try := range 3 {
		if d.sabotage != "" {
			break // what it finds has no fault of the database
		}
		d.disturb(w, try, &later)
		if r.Random.IntN(4) == 0 { // the event comes twice
			var other sync.WaitGroup
			other.Go(func() { _ = w.try(event, 4*time.Second) })
			_ = w.try(event, 4*time.Second)
			other.Wait()
		} else {
			_ = w.try(event, 4*time.Second)
		}
		w.look()
	}
	later.Wait()
	w.db.Plan(nil)
	if r.Random.IntN(3) > 0 {
		w.db.Lead(host(d.first))
	}
	if err := d.tryInPeace(w, event); err != nil {
		r.Wrongf("the last try: %v; sessions:%s", err, d.server(w).sessions())
	}
	return d.judge(w, key, name == "moving")
}

// tryInPeace has a slot counted without a fault. A replica may still be behind in what it has to
// do, and cancel a query or two for it.
func (d *databases) tryInPeace(w *world, event contract.Event) (err error) {
	for range 10 {
		if err = w.try(event, unlimited); err == nil {
			break
		}
		if d.server(w) == d.first {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err == nil && d.server(w) == d.replica {
		d.byReplica.Add(1)
	}
	return err
}

// reportReplica says how much the replica had to do with the runs. After enough of them it must
// have counted, and have cancelled queries.
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
	t.Logf("%d runs ended at the replica, which cancelled %d queries to go on", d.byReplica.Load(), conflicts)
	if enough && d.byReplica.Load() == 0 {
		t.Error("no run ended at the replica")
	}
}

// judge holds the record against both servers: it is of the one or the other.
func (d *databases) judge(w *world, key string, withTotal bool) error {
	w.look()
	switch object, err := w.server.Object(results, key); {
	case d.sabotage == "" || err != nil:
	case d.sabotage == "lost":
		_ = w.server.Delete(results, key)
	case d.sabotage == "doubled":
		_ = w.server.Put(results, key+"x", object)
	}
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
	more := int64(0)
	if d.sabotage == "wrong" {
		more = 1
	}
	if v := d.first.judge(object, d.first.rows+more, withTotal); v.Bad() && d.replica.judge(object, d.replica.rows+more, withTotal).Bad() {
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

// turns are more than a count has with any engine.
const turns = 30

// disturb has something happen in the try to come. What ends by itself later is in a group.
func (d *databases) disturb(w *world, try int, later *sync.WaitGroup) {
	r, proxy := w.run, w.db
	random := r.Draw(fmt.Sprint("try ", try))
	at, during := 1+random.IntN(turns), time.Duration(random.IntN(1500))*time.Millisecond
	one := func(fault faults.DBFault) func(int) faults.DBFault {
		return func(turn int) faults.DBFault {
			if turn != at {
				return faults.DBFault{}
			}
			return fault
		}
	}
	hit := func(session bool) faults.DBFault {
		return faults.DBFault{Do: func(port int) {
			if err := d.server(w).end(port, session); err != nil {
				r.Logf("end a session or statement: %v", err)
			}
		}}
	}
	what := faults.Pick(random, "cut", "reset", "cut within the answer", "silent", "latency", "statement cancelled", "statement cancelled a little later",
		"session ended", "session ended a little later", "locked", "locked later", "does not listen", "failover", "failover at once", "slow replica")
	r.Logf("try %d: %s at turn %d, or for %s", try, what, at, during)
	switch what {
	case "cut":
		proxy.Plan(one(faults.DBFault{How: faults.CutBefore}))
	case "reset":
		proxy.Plan(one(faults.DBFault{How: faults.ResetBefore}))
	case "cut within the answer":
		proxy.Plan(one(faults.DBFault{How: faults.CutAnswer, Bytes: random.IntN(1 << random.IntN(11))}))
	case "silent":
		proxy.Plan(one(faults.DBFault{How: faults.FallSilent}))
	case "latency", "slow replica":
		if what == "slow replica" { // which has to go on meanwhile
			proxy.Lead(host(d.replica))
		}
		proxy.Plan(func(int) faults.DBFault { return faults.DBFault{Delay: during / 6} })
	case "statement cancelled", "session ended":
		proxy.Plan(one(hit(what == "session ended")))
	case "statement cancelled a little later", "session ended a little later":
		do := hit(what == "session ended a little later").Do
		proxy.Plan(one(faults.DBFault{Do: func(port int) { time.AfterFunc(during/500, func() { do(port) }) }}))
	case "locked":
		d.lock(w, during, later)
		time.Sleep(5 * time.Millisecond) // the lock comes first, mostly
	case "locked later":
		proxy.Plan(one(faults.DBFault{Do: func(int) { d.lock(w, during, later) }}))
	case "does not listen":
		proxy.Lead("127.0.0.1:1")
		later.Add(1)
		time.AfterFunc(during/4, func() {
			proxy.Lead(host(d.first))
			later.Done()
		})
	case "failover":
		proxy.Plan(one(faults.DBFault{Do: func(int) { proxy.Lead(host(d.replica)) }}))
	case "failover at once":
		proxy.Lead(host(d.replica))
	}
}

// server is where the proxy leads now.
func (d *databases) server(w *world) *server {
	if w.db.Leads() == host(d.replica) {
		return d.replica
	}
	return d.first
}

// lock begins to lock the table for a while. It returns at once: the lock waits for a run that
// reads the table, and that run waits for the proxy.
func (d *databases) lock(w *world, during time.Duration, later *sync.WaitGroup) {
	server := d.server(w)
	later.Go(func() {
		if err := server.lock(during); err != nil {
			w.run.Logf("lock: %v", err)
		}
	})
}
