package faults_test

import (
	"cmp"
	"fmt"
	"strings"
	"sync"
	"time"

	"tally/lambda/contract"
	"tally/test/faults"
)

// point is a moment at which a process is killed.
type point struct {
	who   string // counter or monitor
	what  string // list, get, put or counter's put (as the monitor sees it), turn or time
	of    string // of requests: a prefix of the key; others do not count
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
	return fmt.Sprintf("%s %s %s %s%d", p.who, map[bool]string{false: "before", true: "after"}[p.after], p.what, p.of, p.n)
}

// drawPoint draws when the counter is killed in a run, whose count has so many turns.
func drawPoint(r *faults.Run, turns int) point {
	switch r.Random.IntN(6) {
	case 0:
		return point{who: "counter", what: "time", delay: time.Duration(r.Random.IntN(60_000)) * time.Microsecond}
	case 1, 2:
		return point{who: "counter", what: "turn", n: 1 + r.Random.IntN(turns)}
	case 3: // in the later half it counts
		return point{who: "counter", what: "turn", n: turns - r.Random.IntN(turns/2)}
	}
	return point{who: "counter", what: faults.Pick(r.Random, "list", "put", "put", "get"), after: r.Random.IntN(2) == 0, n: 1}
}

// The moments by name at which enough runs have to kill a process.
var (
	counterMoments = []string{"counter before the snapshot", "counter between statements", "counter before the put", "counter after the put and before the answer"}
	monitorMoments = []string{"monitor before the result", "monitor between result and message", "monitor between message and marker", "monitor after the marker"}
)

// anotherMoment is the name of all moments that have none.
func anotherMoment(who string) string { return who + " at another moment" }

// stages are what a process has said to the database.
type stages struct {
	begun   bool // it has asked for its snapshot
	counted bool // it has sent a statement that counts
}

// name names the moment before a turn, by what the client says: nobody computes it.
func (s *stages) name(turn faults.Turn) (name string) {
	switch {
	case !s.begun:
		name = "counter before the snapshot"
	case s.counted && (turn.Says("SAVEPOINT") || turn.Says("SET ") || turn.Says("COUNT(")): // towards another statement that counts
		name = "counter between statements"
	}
	s.begun = s.begun || turn.Says("BEGIN ISOLATION") || turn.Says("CONSISTENT SNAPSHOT")
	s.counted = s.counted || turn.Says("COUNT(") && turn.Says("SCANS")
	return name
}

// namePut names the moment before or after a put.
func namePut(key string, after bool) string {
	switch {
	case strings.HasPrefix(key, contract.RecordPrefix):
		return map[bool]string{false: "counter before the put", true: "counter after the put and before the answer"}[after]
	case strings.HasPrefix(key, contract.ChecksPrefix):
		return map[bool]string{false: "monitor before the result", true: "monitor between result and message"}[after]
	case strings.HasPrefix(key, contract.MarkersPrefix+"told/"):
		return map[bool]string{false: "monitor between message and marker", true: "monitor after the marker"}[after]
	}
	return ""
}

// killer kills a process at the first of its points, the next process at the next one.
type killer struct {
	run    *faults.Run
	kill   map[string]func() // by who
	mutex  sync.Mutex
	points []point
	met    map[string]int // since the last kill
	turns  int
	said   stages
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
	p.db.Plan(func(turn faults.Turn) faults.DBFault {
		p.misread(turn)
		return k.turn(turn)
	})
	k.arm()
}

// end has nobody killed any more.
func (k *killer) end(p *processes) {
	k.disarm()
	k.busy.Wait()
	p.killNobody()
	p.killer.Store(nil)
	k.run.Logf("%d kills happened", k.killed)
}

// arm makes the next point the one to come.
func (k *killer) arm() {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.met, k.turns, k.said = map[string]int{}, 0, stages{}
	if len(k.points) > 0 && k.points[0].what == "time" {
		at := k.points[0]
		k.timer = time.AfterFunc(at.delay, func() { k.hit(at, "") })
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

// hit kills the process, if a point is still the next one. The moment may have a name.
func (k *killer) hit(at point, name string) {
	k.mutex.Lock()
	due := len(k.points) > 0 && k.points[0] == at
	if due {
		k.points = k.points[1:]
		k.killed++
		k.run.Happened(cmp.Or(name, anotherMoment(at.who)))
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
	if !strings.HasPrefix(request.Key, at.of) {
		return nil
	}
	what := string(request.Kind)
	if request.Kind != faults.Get && ofCounter(request) != (at.who == "counter") {
		what = map[string]string{"counter": "monitor's ", "monitor": "counter's "}[at.who] + what
	}
	k.met[what]++
	if at.what != what || at.n != k.met[what] {
		return nil
	}
	name := ""
	if what == string(faults.Put) {
		name = namePut(request.Key, at.after)
	}
	if at.after {
		return faults.After(func() { k.hit(at, name) })
	}
	return faults.Then(func() { k.hit(at, name) }, faults.Reset)
}

// turn kills before a turn with the database.
func (k *killer) turn(turn faults.Turn) faults.DBFault {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.turns++
	name := k.said.name(turn)
	if len(k.points) == 0 || k.points[0].what != "turn" || k.points[0].n != k.turns {
		return faults.DBFault{}
	}
	at := k.points[0]
	if at.who == "monitor" {
		name = ""
	}
	return faults.DBFault{Do: func(int) { k.hit(at, name) }, How: faults.CutBefore}
}

// ofCounter tells whether a request is about one slot's record, as counters send them.
func ofCounter(request faults.Request) bool {
	return strings.HasPrefix(request.Key, "counts/") && !strings.HasSuffix(request.Key, "/") && request.Kind != faults.Get
}
