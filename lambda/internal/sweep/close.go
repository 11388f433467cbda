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
	"tally/lambda/internal/count"
)

// verdict is what became of a gap.
type verdict string

const (
	recovered verdict = "recovered"
	missed    verdict = "missed"
	failed    verdict = "failed"
	pending   verdict = "pending"
	filled    verdict = "filled" // by another run, meanwhile
	recounted verdict = "recounted"
	// refused means that Lambda did not begin the invocation, for a reason that may be gone in
	// a moment.
	refused verdict = "refused"
)

// close records or counts each slot, in their order, and notes what became of it.
func (s *Sweeper) close(ctx context.Context, slots []Due, now time.Time, answer *contract.SweepAnswer) {
	lists := map[verdict]*contract.SweptSlots{
		recovered: &answer.Recovered, missed: &answer.Missed, failed: &answer.Failed, pending: &answer.Pending, filled: {},
	}
	var mutex sync.Mutex
	note := func(g Due, result verdict, why string) {
		if g.Recount != nil && result != pending {
			s.mark(ctx, g, result, why)
		}
		mutex.Lock()
		defer mutex.Unlock()
		leaving := g.due().Before(answer.From.Add(interval)) // there is no next sweep for it
		if g.Recount != nil {
			if result != pending {
				answer.Recounted.Add(g.swept(why))
			} else if leaving {
				answer.Leaving.Add(g.swept("not counted again " + g.Recount.Reason + ": " + why))
			}
			return
		}
		if result == pending && leaving {
			result = failed
		}
		lists[result].Add(g.swept(why))
		if result == failed && leaving {
			answer.Leaving.Add(g.swept(why))
		}
	}
	var workers sync.WaitGroup
	for _, queue := range s.queues(slots, now) {
		for range s.Parallel {
			workers.Go(func() {
				for g, held, more := queue.next(); more; g, held, more = queue.next() {
					if held != "" {
						note(g, pending, held)
						continue
					}
					result, why := queue.try(ctx, queue, g)
					if result == refused {
						if queue.retryLater(ctx, g, s.Pause, why) {
							continue
						}
						result = pending
					}
					note(g, result, why)
				}
			})
		}
	}
	workers.Wait()
}

// countOrMiss has the counter count a gap. One of a job without a window may have a query that
// began in time; if it cannot be counted by that, the slot is missed.
func (s *Sweeper) countOrMiss(now time.Time) func(context.Context, *queue, Due) (verdict, string) {
	return func(ctx context.Context, queue *queue, g Due) (verdict, string) {
		result, why := s.invokeCounter(ctx, queue, g)
		if result == failed && g.Job.Window == nil {
			return s.recordMissed(ctx, g, now)
		}
		return result, why
	}
}

// queues divides gaps: those to be recorded as missed, and those of each counter.
func (s *Sweeper) queues(gaps []Due, now time.Time) []*queue {
	missing := &queue{try: func(ctx context.Context, _ *queue, g Due) (verdict, string) { return s.recordMissed(ctx, g, now) }}
	all, of := []*queue{missing}, map[string]*queue{} // of a function
	for _, g := range gaps {
		to := missing
		if g.Job.Window != nil || g.Job.Source.Outlives() {
			function := s.counterOf(g)
			if of[function] == nil {
				of[function] = &queue{function: function, try: s.countOrMiss(now), held: map[string]string{}}
				all = append(all, of[function])
			}
			to = of[function]
		}
		to.gaps = append(to.gaps, g)
	}
	return all
}

// inTurn orders gaps so that none that takes all the time of a sweep keeps others waiting for
// good: every two hours the order is another one, as if by chance, and the second of the two
// sweeps goes through it from its end.
func inTurn(gaps []Due, now time.Time) []Due {
	hour := now.Unix() / 3600
	places := make(map[Due]string, len(gaps))
	for _, g := range gaps {
		sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %d", hour/2, g.Job.Name, g.Slot.Time.Unix()))
		places[g] = string(sum[:])
	}
	slices.SortFunc(gaps, func(a, b Due) int { return strings.Compare(places[a], places[b]) })
	if hour%2 == 1 {
		slices.Reverse(gaps)
	}
	return gaps
}

// recordMissed stores that a slot was missed: the state of its time is gone.
func (s *Sweeper) recordMissed(ctx context.Context, g Due, now time.Time) (verdict, string) {
	if ctx.Err() != nil {
		return pending, noTime
	}
	_, created, err := s.Store.Create(ctx, count.Missed(*g.Job, g.Slot, now))
	switch {
	case err != nil && ctx.Err() != nil:
		return pending, noTime
	case err != nil:
		return failed, err.Error()
	case !created:
		return filled, ""
	}
	return missed, ""
}

// counterOf is the function that counts a gap's source.
func (s *Sweeper) counterOf(g Due) string {
	for _, counter := range s.Counters {
		for _, source := range counter.Sources {
			if source == g.Job.Source.String() {
				return counter.Function
			}
		}
	}
	return ""
}

// queue are the gaps of one counter, or those to be recorded as missed.
type queue struct {
	function string
	try      func(context.Context, *queue, Due) (verdict, string)
	mutex    sync.Mutex
	gaps     []Due
	held     map[string]string // why a source's other gaps wait for the next sweep
	heldAll  string            // why all others wait
	refusals int               // in a row
}

// next takes a gap. held is why it must wait, if it must.
func (q *queue) next() (g Due, held string, more bool) {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	if len(q.gaps) == 0 {
		return Due{}, "", false
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

// retryLater puts a refused gap behind the others and pauses. It is false if the counter has
// refused for too long: then no gap is tried any more.
func (q *queue) retryLater(ctx context.Context, g Due, pause time.Duration, why string) bool {
	refusals := q.countRefusal(g, why)
	if refusals >= mostRefusals {
		return false
	}
	select {
	case <-time.After(pause << min(refusals-1, mostDoublings)):
	case <-ctx.Done():
	}
	return true
}

// countRefusal returns how many refusals there were in a row.
func (q *queue) countRefusal(g Due, why string) int {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	q.refusals++
	if q.refusals < mostRefusals {
		q.gaps = append(q.gaps, g)
	} else {
		q.heldAll = why
	}
	return q.refusals
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
