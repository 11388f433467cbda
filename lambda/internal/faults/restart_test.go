package faults_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"tally/test/faults"
)

// restarts are those of a server that several runs share.
type restarts struct {
	one   sync.Mutex   // restarts the server
	peace sync.RWMutex // held while somebody counts and no restart may come
}

// testRestarts restarts the server at the turns of counts, and so at any moment of the counts
// that run beside them.
func (d *databases) testRestarts(t *testing.T, name string) {
	full := 60
	if name == "postgres" {
		full = 200
	}
	faults.Campaign{
		Name: "restart-" + name, Short: 4, Full: full, Parallel: 4, Must: faults.Each(3, "restart", "crash"), Run: d.restart, After: d.mustHaveWritten(),
	}.Test(t)
}

// restart makes one run: the server restarts at a turn of a count. Lambda tries three times,
// whether the server is there again or not, and then a sweep does in peace.
func (d *databases) restart(r *faults.Run) error {
	w, err := d.newWorld(r, d.jobs)
	if err != nil {
		return err
	}
	defer w.close()
	name := faults.Pick(r.Random, "moving", "apart")
	event, key := movingSlotOf(name)
	at, crash := 1+r.Random.IntN(d.turns[name]), r.Random.IntN(2) == 0
	r.Logf("a restart at turn %d, by a crash: %t", at, crash)
	w.db.Plan(func(turn faults.Turn) faults.DBFault {
		if turn.N != at {
			return faults.DBFault{}
		}
		return faults.DBFault{Do: func(int) { d.restarts.restart(w, d.first, crash) }}
	})
	for range 3 {
		stored := d.try(w, event, 4*time.Second) == nil
		w.checkNothingChanged()
		if stored {
			break
		}
		time.Sleep(time.Duration(r.Random.IntN(300)) * time.Millisecond)
	}
	w.db.Plan(nil)
	d.restarts.peace.RLock()
	defer d.restarts.peace.RUnlock()
	if err := d.try(w, event, unlimited); err != nil {
		r.Wrongf("the last try: %v; sessions:%s", err, d.first.sessions())
	}
	return d.judge(w, key, name == "moving")
}

// restart restarts a server, unless somebody else does.
func (s *restarts) restart(w *world, server *server, crash bool) {
	if !s.one.TryLock() {
		return
	}
	defer s.one.Unlock()
	s.peace.Lock()
	defer s.peace.Unlock()
	if err := server.Restart(context.Background(), crash); err != nil {
		w.mutex.Lock()
		defer w.mutex.Unlock()
		w.run.Wrongf("the server did not restart: %v", err)
		return
	}
	w.run.Happened(map[bool]string{false: "restart", true: "crash"}[crash])
}
