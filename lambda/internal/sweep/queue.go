package sweep

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/pause"
)

// queue are the gaps of one counter.
type queue struct {
	function string // empty for slots that are gone, or that no counter counts
	mutex    sync.Mutex
	gaps     []DueSlot
	held     map[string]string // why a source's other gaps wait for the next sweep
	heldAll  string            // why all others wait
	refusals int               // in a row
}

// next takes a gap. held is why it must wait, if it must.
func (q *queue) next() (g DueSlot, held string, more bool) {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	if len(q.gaps) == 0 {
		return DueSlot{}, "", false
	}
	g, q.gaps = q.gaps[0], q.gaps[1:]
	return g, cmp.Or(q.heldAll, q.held[g.Job.Source.String()]), true
}

// A counter that refuses mostRefusals times in a row has no room for minutes, and its gaps
// wait for the next sweep. The pause in between doubles mostDoublings times, from a quarter
// of a second to half a minute.
const (
	mostRefusals  = 24
	mostDoublings = 7
)

// retryLater puts a gap whose invocation did not start at the end of the queue, and pauses. It
// is false if the counter has refused for too long: then no gap is tried any more.
func (q *queue) retryLater(ctx context.Context, g DueSlot, first time.Duration, why string) bool {
	q.mutex.Lock()
	q.refusals++
	refusals := q.refusals
	if refusals < mostRefusals {
		q.gaps = append(q.gaps, g)
	} else {
		q.heldAll = why
	}
	q.mutex.Unlock()
	if refusals >= mostRefusals {
		return false
	}
	pause.For(ctx, first<<min(refusals-1, mostDoublings))
	return true
}

// notRefused ends a row of refusals.
func (q *queue) notRefused() {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	q.refusals = 0
}

// hold keeps the other gaps of a source for the next sweep.
func (q *queue) hold(source, why string) {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	q.held[source] = why
}

// inTurn orders gaps so that a slow one cannot keep the same others waiting for ever: after each
// two sweeps the order is another one, as if by chance, and the second of the two goes through
// it from its end.
func inTurn(gaps []DueSlot, now time.Time) []DueSlot {
	turn := now.Unix() / int64(contract.SweepEvery/time.Second)
	places := make(map[DueSlot]string, len(gaps))
	for _, g := range gaps {
		sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %d", turn/2, g.Job.Name, g.Slot.Time.Unix()))
		places[g] = string(sum[:])
	}
	slices.SortFunc(gaps, func(a, b DueSlot) int { return strings.Compare(places[a], places[b]) })
	if turn%2 == 1 {
		slices.Reverse(gaps)
	}
	return gaps
}
