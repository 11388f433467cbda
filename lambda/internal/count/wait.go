package count

import (
	"context"
	"fmt"
	"time"

	"tally/lambda/internal/pause"
)

// MaxSlotWait is how long a run waits for its slot. EventBridge may fire some seconds early,
// and clocks differ. An event that comes earlier is a mistake.
const MaxSlotWait = 60 * time.Second

// waitForSlot returns at the slot's time. Earlier, rows of its window may be missing.
func (e *Engine) waitForSlot(ctx context.Context, slot time.Time) error {
	early := slot.Sub(e.Now())
	if early <= 0 {
		return nil
	}
	if early > MaxSlotWait {
		return fmt.Errorf("%w by %s; send the event again when it has come", ErrFuture, early.Round(time.Second))
	}
	if !pause.For(ctx, early) {
		return fmt.Errorf("wait %s for the slot: %w", early.Round(time.Second), ctx.Err())
	}
	return nil
}

// How much of an invocation's time is kept for what comes afterwards.
const (
	storeTime  = 10 * time.Second // after counting, to store the record and report
	reportTime = time.Second      // after storing, to report
)

// fullTimeOf is how long counting may take if it begins now and loses no time. It is 0 if
// ctx has no deadline.
func fullTimeOf(ctx context.Context) time.Duration {
	counting, cancel := leaveRoom(ctx, storeTime)
	defer cancel()
	deadline, limited := counting.Deadline()
	if !limited {
		return 0
	}
	return time.Until(deadline)
}

// leaveRoom ends an invocation's work that much before its deadline. A short invocation
// keeps two thirds of its time.
func leaveRoom(ctx context.Context, room time.Duration) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, deadline.Add(-min(room, time.Until(deadline)/3)))
}
