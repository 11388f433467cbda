package sweep

import (
	"context"
	"slices"
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
	// permanent is failed, and the counter says that it fails until somebody changes something.
	permanent verdict = "permanent"
	recounted verdict = "recounted"
	// notStarted means that Lambda did not begin the invocation, for a reason that may be gone in
	// a moment.
	notStarted verdict = "not started"
)

// countSlots counts each gap and recount, or records it as missed, in their order, and reports
// what became of it.
func (s *Sweeper) countSlots(ctx context.Context, slots []DueSlot, now time.Time, answer *contract.SweepAnswer) {
	report := &report{answer: answer}
	var workers sync.WaitGroup
	for _, queue := range s.queues(slots) {
		for range s.Parallel {
			workers.Go(func() { s.work(ctx, queue, now, report) })
		}
	}
	workers.Wait()
}

// work takes gaps from a queue until it has none.
func (s *Sweeper) work(ctx context.Context, queue *queue, now time.Time, report *report) {
	for g, held, more := queue.next(); more; g, held, more = queue.next() {
		result, why := pending, held
		if held == "" {
			result, why = s.countOrMiss(ctx, queue, g, now)
		}
		if result == notStarted {
			if queue.retryLater(ctx, g, s.Pause, why) {
				continue
			}
			result = pending
		}
		if g.Recount != nil && result != pending {
			s.mark(ctx, g, result, why)
		}
		report.add(g, result, why)
	}
}

// countOrMiss has the counter count a slot, or records it as missed. One of a job without a
// window may have a query that began in time. It is missed as soon as the counter says that
// there is none, or if no later sweep looks at it.
func (s *Sweeper) countOrMiss(ctx context.Context, queue *queue, g DueSlot, now time.Time) (verdict, string) {
	if g.isGone() {
		return s.recordMissed(ctx, g, now)
	}
	result, why := s.invokeCounter(ctx, queue, g)
	if g.Job.Window == nil && (result == permanent || result == failed && g.isLast(lookBack(now))) {
		return s.recordMissed(ctx, g, now)
	}
	if result == permanent {
		return failed, why
	}
	return result, why
}

// queues divides gaps by the counter of their source. Those that are gone, and those that no
// counter of the environment can count, are in one without a function.
func (s *Sweeper) queues(gaps []DueSlot) map[string]*queue {
	all := map[string]*queue{}
	for _, g := range gaps {
		function := ""
		if !g.isGone() {
			function = s.counterOf(g)
		}
		if all[function] == nil {
			all[function] = &queue{function: function, held: map[string]string{}}
		}
		all[function].gaps = append(all[function].gaps, g)
	}
	return all
}

// recordMissed stores that a slot was missed: the state of its time is gone.
func (s *Sweeper) recordMissed(ctx context.Context, g DueSlot, now time.Time) (verdict, string) {
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
func (s *Sweeper) counterOf(g DueSlot) string {
	for _, counter := range s.Counters {
		if slices.Contains(counter.Sources, g.Job.Source.String()) {
			return counter.Function
		}
	}
	return ""
}

// report notes in a sweep's answer what became of each gap and recount. It may be used
// concurrently.
type report struct {
	mutex  sync.Mutex
	answer *contract.SweepAnswer
}

func (r *report) add(g DueSlot, result verdict, why string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	swept := contract.SweptSlot{Job: g.Job.Name, Slot: g.Slot.Time, Reason: why}
	lastChance := g.isLast(r.answer.From)
	if g.Recount != nil {
		switch {
		case result != pending:
			r.answer.Recounted.Add(swept)
		case lastChance: // else the next sweep tries it
			swept.Reason = "not counted again " + g.Recount.Reason + ": " + why
			r.answer.GivenUp.Add(swept)
		}
		return
	}
	if result == pending && lastChance {
		result = failed
	}
	switch result {
	case recovered:
		r.answer.Recovered.Add(swept)
	case missed:
		r.answer.Missed.Add(swept)
	case pending:
		r.answer.Pending.Add(swept)
	case failed:
		r.answer.Failed.Add(swept)
		if lastChance {
			r.answer.GivenUp.Add(swept)
		}
	}
}
