package faults_test

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"tally/test/faults"
)

// point is a moment at which a process is killed.
type point struct {
	who   string // counter or monitor
	what  string // list, get, put or counter's put (as the monitor sees it), turn or time
	after bool   // the server has done it; else before it
	n     int    // the n-th of those requests or turns of the process
	delay time.Duration
}

func (p point) String() string {
	switch p.what {
	case "time":
		return fmt.Sprintf("%s after %s", p.who, p.delay)
	case "turn":
		return fmt.Sprintf("%s before turn %d", p.who, p.n)
	}
	return fmt.Sprintf("%s %s %s %d", p.who, map[bool]string{false: "before", true: "after"}[p.after], p.what, p.n)
}

// drawPoint draws when the counter is killed in a run.
func drawPoint(r *faults.Run, turns int) point {
	switch r.Random.IntN(5) {
	case 0:
		return point{who: "counter", what: "time", delay: time.Duration(r.Random.IntN(60_000)) * time.Microsecond}
	case 1, 2:
		return point{who: "counter", what: "turn", n: 1 + r.Random.IntN(turns)}
	}
	return point{who: "counter", what: faults.Pick(r.Random, "list", "put", "put", "get"), after: r.Random.IntN(2) == 0, n: 1}
}

// killer kills a process at the first of its points, the next process at the next one.
type killer struct {
	run    *faults.Run
	kill   map[string]func() // by who
	mutex  sync.Mutex
	points []point
	met    map[string]int // since the last kill
	turns  int
	timer  *time.Timer
	killed int
	busy   sync.WaitGroup // kills that are under way
}

func (p *processes) newKiller(r *faults.Run) *killer {
	return &killer{run: r, kill: map[string]func(){"counter": func() { p.Crash(dailyScans) }, "monitor": p.CrashMonitor}}
}

// begin has the proxies tell the killer what happens.
func (k *killer) begin(p *processes) {
	p.killer.Store(k)
	p.db.Plan(k.turn)
	k.arm()
}

// end has nobody killed any more.
func (k *killer) end(p *processes) {
	k.disarm()
	k.busy.Wait()
	p.db.Plan(nil)
	p.killer.Store(nil)
	p.kills += k.killed
	k.run.Logf("%d kills happened", k.killed)
}

// arm makes the next point the one to come.
func (k *killer) arm() {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.met, k.turns = map[string]int{}, 0
	if len(k.points) > 0 && k.points[0].what == "time" {
		at := k.points[0]
		k.timer = time.AfterFunc(at.delay, func() { k.hit(at) })
	}
}

// disarm forgets the points that are left.
func (k *killer) disarm() {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.points = nil
	if k.timer != nil {
		k.timer.Stop()
	}
}

// hit kills the process, if a point is still the next one.
func (k *killer) hit(at point) {
	k.mutex.Lock()
	due := len(k.points) > 0 && k.points[0] == at
	if due {
		k.points = k.points[1:]
		k.killed++
		k.busy.Add(1)
	}
	k.mutex.Unlock()
	if due {
		defer k.busy.Done()
		k.run.Logf("killed %s", at)
		k.arm() // before the process is gone: the next one may start at once
		k.kill[at.who]()
	}
}

// deal kills at a request of S3.
func (k *killer) deal(request faults.Request) faults.Fault {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if len(k.points) == 0 {
		return nil
	}
	at := k.points[0]
	what := string(request.Kind)
	if ofCounter(request) && at.who == "monitor" {
		what = "counter's " + what
	}
	k.met[what]++
	if at.what != what || at.n != k.met[what] {
		return nil
	}
	if at.after {
		return faults.After(func() { k.hit(at) })
	}
	return faults.Then(func() { k.hit(at) }, faults.Reset)
}

// turn kills before a turn with the database.
func (k *killer) turn(int) faults.DBFault {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.turns++
	if len(k.points) == 0 || k.points[0].what != "turn" || k.points[0].n != k.turns {
		return faults.DBFault{}
	}
	at := k.points[0]
	return faults.DBFault{Do: func(int) { k.hit(at) }, How: faults.CutBefore}
}

// ofCounter tells whether a request is about one slot's record, as counters send them.
func ofCounter(request faults.Request) bool {
	return strings.HasPrefix(request.Key, "counts/") && !strings.HasSuffix(request.Key, "/") && request.Kind != faults.Get
}
