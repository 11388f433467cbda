// Package pause waits between two tries.
package pause

import (
	"context"
	"time"
)

// For waits. It returns false at once when the context ends.
func For(ctx context.Context, wait time.Duration) bool {
	select {
	case <-time.After(wait):
		return true
	case <-ctx.Done():
		return false
	}
}
