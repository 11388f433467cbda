package history_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"tally/lambda/internal/history"
)

func TestEach(t *testing.T) {
	var sum atomic.Int64
	var seen []int
	failures := history.Each(t.Context(), 100, func(done, _ int) { seen = append(seen, done) }, func(i int) error {
		if sum.Add(int64(i)); i%50 == 0 {
			return errors.New("no")
		}
		return nil
	})
	if sum.Load() != 4950 || len(failures) != 2 || len(seen) != 100 || seen[99] != 100 {
		t.Errorf("the sum is %d, progress %v, failures %v", sum.Load(), seen, failures)
	}
}

// What has not begun when the time ends is not begun.
func TestEachEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var calls atomic.Int64
	history.Each(ctx, 1000, nil, func(int) error {
		calls.Add(1)
		cancel()
		<-ctx.Done()
		return nil
	})
	if got := calls.Load(); got == 0 || got > 100 {
		t.Errorf("%d calls", got)
	}
}
