package signed

import (
	"context"
	"time"
)

// Wait pauses. It tells whether the context still goes on.
func Wait(ctx context.Context, pause time.Duration) bool {
	select {
	case <-time.After(pause):
		return true
	case <-ctx.Done():
		return false
	}
}
