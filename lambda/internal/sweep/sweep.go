package sweep

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/job"
)

// Sweeper sweeps one environment. Set its fields once.
type Sweeper struct {
	Environment string
	Stack       string // the id of the stack that is deployed
	Jobs        job.File
	// Timeout is that of the counters. A slot is looked at when a run that began in time,
	// or its retry, has ended: contract.LateAfter and the timeout after it was due.
	Timeout  time.Duration
	Parallel int // invocations of one counter at a time
	// Pause is how long a counter is left alone when Lambda refuses an invocation of it for
	// now. It doubles with each refusal in a row, mostDoublings times.
	Pause    time.Duration
	Counters []contract.Counter
	Lambda   Lambda
	Store    Store
	Checks   Checks // nil: nothing is checked
	Metrics  Metrics
	Now      func() time.Time
	Logger   *slog.Logger
}

// Store holds the records and the schedule history.
type Store interface {
	count.Store
	// Slots calls found for each record of a UTC date.
	Slots(ctx context.Context, day time.Time, found func(job string, slot time.Time)) error
	HistoryStore
	// CreateJSON stores a value, unless the key exists.
	CreateJSON(ctx context.Context, key string, value any) (created bool, err error)
}

// Checks judge what was counted.
type Checks interface {
	// Overdue judges and tells what nobody judged or told in time.
	Overdue(ctx context.Context) error
}

// Metrics publish the results of sweeps.
type Metrics interface {
	// PublishSweep publishes the result of a complete sweep.
	PublishSweep(answer contract.SweepAnswer) error
}

// reportTime is how much of the monitor's time is kept to report, after the last slot.
const reportTime = 5 * time.Second

// checksTime is how much of the monitor's time is kept for the checks. They come after the gaps:
// whatever goes wrong with them, it keeps no slot from being counted.
const checksTime = time.Minute

// lookBack is how far a sweep at that time looks back.
func lookBack(now time.Time) time.Time { return now.Add(-contract.SweepDays * day) }

// latestNextSweep is when the next sweep has begun at the latest: events come some minutes late.
const latestNextSweep = contract.SweepEvery + 10*time.Minute

// Sweep looks for slots of the last days that should have a record and have none. A slot of
// a job with a window is counted by an invocation of its own. For a job without one, a
// record says that the slot was missed. Slots of recount_after are counted again after
// those. Then the checks have the time that is left. An error means that the sweep could not
// find out which slots lack a record.
func (s *Sweeper) Sweep(ctx context.Context) (contract.SweepAnswer, error) {
	now := s.Now().UTC().Truncate(time.Second)
	answer := contract.SweepAnswer{
		Outcome: contract.OutcomeSwept,
		From:    lookBack(now),
		To:      now.Add(-contract.LateAfter - s.Timeout),
	}
	ctx, cancel := endEarlier(ctx, reportTime)
	defer cancel()
	s.ping(ctx)
	failure := s.findAndFill(ctx, now, &answer)
	if s.Checks != nil {
		if err := s.Checks.Overdue(ctx); err != nil {
			answer.ChecksFailed = err.Error() // it ends no sweep
		}
	}
	if failure != nil {
		return answer, failure
	}
	if err := s.Metrics.PublishSweep(answer); err != nil {
		return answer, fmt.Errorf("publish metrics: %w", err)
	}
	return answer, nil
}

// findAndFill finds the gaps and the recounts, and has each counted. It leaves time for the checks.
func (s *Sweeper) findAndFill(ctx context.Context, now time.Time, answer *contract.SweepAnswer) error {
	if s.Checks != nil {
		var cancel context.CancelFunc
		ctx, cancel = endEarlier(ctx, checksTime)
		defer cancel()
	}
	stored, err := s.records(ctx, append(daysBetween(answer.From, now), s.recountDays(now)...))
	if err != nil {
		return err
	}
	history, err := s.history(ctx, stored, answer.From, now)
	if err != nil {
		return err
	}
	gaps, err := SlotsDue(history, s.Jobs, answer.From, answer.To)
	if err != nil {
		return err
	}
	gaps = slices.DeleteFunc(gaps, func(g DueSlot) bool { return stored.have(g.Job.Name, g.Slot.Time) })
	recounts, err := s.recounts(ctx, stored, now)
	if err != nil {
		return err
	}
	s.countSlots(ctx, append(inTurn(gaps, now), inTurn(recounts, now)...), now, answer)
	return nil
}

// endEarlier moves the context's deadline, if it has one.
func endEarlier(ctx context.Context, by time.Duration) (context.Context, context.CancelFunc) {
	deadline, limited := ctx.Deadline()
	if !limited {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, deadline.Add(-by))
}
