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

// What is left of an invocation's time for what comes after.
const (
	storeTime  = 10 * time.Second // by counting, to store the record and report
	reportTime = time.Second      // by the store, and by a sweep, to report
)

// wholeRun is how long counting may take in an invocation that has just begun, and ends
// with ctx; 0 if it does not end.
func wholeRun(ctx context.Context) time.Duration {
	counting, cancel := leaveRoom(ctx, storeTime)
	defer cancel()
	if _, limited := counting.Deadline(); !limited {
		return 0
	}
	return timeLeft(counting)
}

// leaveRoom ends an invocation's work that much before its end, but in a short one no
// more than a third of it.
func leaveRoom(ctx context.Context, room time.Duration) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, deadline.Add(-min(room, time.Until(deadline)/3)))
}
