// Package pause waits, for as long as a context goes on.
package pause

import (
	"context"
	"time"
)

// For waits and returns true. If the context ends first, it returns false at once.
func For(ctx context.Context, wait time.Duration) bool {
	select {
	case <-time.After(wait):
		return true
	case <-ctx.Done():
		return false
	}
}
