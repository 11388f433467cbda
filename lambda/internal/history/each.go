package history

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Each calls do for the index of each of many things, some at a time, until the context ends. It
// returns the errors. Progress is told how many of how many are done; it may be nil.
func Each(ctx context.Context, things int, progress func(done, of int), do func(index int) error) (failures []error) {
	done := 0
	var mutex sync.Mutex
	var group errgroup.Group
	group.SetLimit(requests)
	for i := 0; i < things && ctx.Err() == nil; i++ {
		group.Go(func() error {
			err := do(i)
			mutex.Lock()
			defer mutex.Unlock()
			if done++; err != nil {
				failures = append(failures, err)
			}
			if progress != nil {
				progress(done, things)
			}
			return nil
		})
	}
	_ = group.Wait() // each error is in failures
	return failures
}
