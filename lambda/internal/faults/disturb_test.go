package faults_test

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"tally/test/faults"
)

// databaseFaults are what disturbs the tries, and what must come of it.
var databaseFaults = []string{"cut", "reset", "cut within the answer", "silent", "latency", "slow replica", "statement cancelled", "session ended",
	"session ended a little later", "locked", "does not listen", "failover", "failover at once", byReplica}

// disturb has something happen in the try to come. What ends by itself later is in a group.
func (d *databases) disturb(w *world, try int, job string, later *sync.WaitGroup) {
	r, proxy := w.run, w.db
	random := r.Draw(fmt.Sprint("try ", try))
	at, during := 1+random.IntN(d.turns[job]), time.Duration(random.IntN(1500))*time.Millisecond
	what := faults.Pick(random, "cut", "reset", "cut within the answer", "silent", "latency", "statement cancelled", "statement cancelled in a lock",
		"session ended", "session ended a little later", "locked", "locked later", "does not listen", "failover", "failover at once", "slow replica")
	proxy.Plan(nil)
	r.Logf("try %d: %s at turn %d, or for %s", try, what, at, during)
	one := func(fault faults.DBFault) {
		do := fault.Do
		fault.Do = func(port int) {
			if do != nil {
				do(port)
			} else {
				r.Happened(what)
			}
		}
		proxy.Plan(func(turn faults.Turn) faults.DBFault {
			if turn.N != at {
				return faults.DBFault{}
			}
			return fault
		})
	}
	hit := func(port int) {
		session := strings.HasPrefix(what, "session")
		w.cancels.CompareAndSwap(false, !session)
		if err := d.server(w).end(port, session); err != nil {
			r.Logf("end a session or statement: %v", err)
		} else if session {
			r.Happened(what)
		}
	}
	switch what {
	case "cut":
		one(faults.DBFault{How: faults.CutBefore})
	case "reset":
		one(faults.DBFault{How: faults.ResetBefore})
	case "cut within the answer":
		one(faults.DBFault{How: faults.CutAnswer, Bytes: random.IntN(1 << random.IntN(11))})
	case "silent":
		one(faults.DBFault{How: faults.FallSilent})
	case "latency", "slow replica":
		if what == "slow replica" { // which has to go on meanwhile
			proxy.Lead(host(d.replica))
		}
		proxy.Plan(func(turn faults.Turn) faults.DBFault {
			if turn.N == 1 {
				r.Happened(what)
			}
			return faults.DBFault{Delay: during / 6}
		})
	case "statement cancelled": // while it runs, if it is one that sleeps
		slept := false
		proxy.Plan(func(turn faults.Turn) faults.DBFault {
			slept = slept || turn.Says("SLEEP")
			if turn.N != at && !slept {
				return faults.DBFault{}
			}
			return faults.DBFault{After: func(port int) { time.AfterFunc(during/50, func() { hit(port) }) }}
		})
	case "statement cancelled in a lock":
		d.lock(w, during, later)
		time.Sleep(5 * time.Millisecond)
		proxy.Plan(func(turn faults.Turn) faults.DBFault {
			if !turn.Says("ORDERS") {
				return faults.DBFault{}
			}
			return faults.DBFault{After: func(port int) { time.AfterFunc(during/50, func() { hit(port) }) }}
		})
	case "session ended":
		one(faults.DBFault{Do: hit})
	case "session ended a little later":
		one(faults.DBFault{Do: func(port int) { time.AfterFunc(during/500, func() { hit(port) }) }})
	case "locked":
		d.lock(w, during, later)
		time.Sleep(5 * time.Millisecond) // the lock comes first, mostly
	case "locked later":
		one(faults.DBFault{Do: func(int) { d.lock(w, during, later) }})
	case "does not listen":
		proxy.Lead("127.0.0.1:1")
		later.Add(1)
		time.AfterFunc(during/4, func() {
			proxy.Lead(host(d.first))
			later.Done()
		})
	case "failover":
		one(faults.DBFault{Do: func(int) {
			proxy.Lead(host(d.replica))
			r.Happened(what)
		}})
	case "failover at once":
		proxy.Lead(host(d.replica))
		proxy.Plan(func(turn faults.Turn) faults.DBFault {
			if turn.N == 1 {
				r.Happened(what)
			}
			return faults.DBFault{}
		})
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
		if err := server.lock(during, func() { w.run.Happened("locked") }); err != nil {
			w.run.Logf("lock: %v", err)
		}
	})
}
