package count

import (
	"context"
	"fmt"
	"time"
)

// MaxWait is how long a run waits for its slot. EventBridge may fire some
// seconds early, and clocks differ; an event for a later slot is a mistake.
const MaxWait = 60 * time.Second

// await returns when the slot has come: before, rows of its window may be missing.
func (e *Engine) await(ctx context.Context, slot time.Time) error {
	early := slot.Sub(e.Now())
	if early <= 0 {
		return nil
	}
	if early > MaxWait {
		return fmt.Errorf("%w by %s; send the event again when it has come", ErrFuture, early.Round(time.Second))
	}
	timer := time.NewTimer(early)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait %s for the slot: %w", early.Round(time.Second), ctx.Err())
	}
}

// storeTime is what counting leaves of an invocation's time to store the record
// and report.
const storeTime = 10 * time.Second

// leaveRoom ends counting before the invocation ends: storeTime before, but in a
// short invocation no more than a third of it.
func leaveRoom(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, deadline.Add(-min(storeTime, time.Until(deadline)/3)))
}
