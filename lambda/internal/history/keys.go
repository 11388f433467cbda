package history

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"tally/lambda/contract"
)

// list lists the keys with a prefix.
type list = func(ctx context.Context, prefix string) ([]string, error)

// RecordKeys lists the records of the wanted jobs' slots from a time to before another, in all
// revisions, ordered.
func RecordKeys(ctx context.Context, list list, wanted func(job string) bool, from, to time.Time) ([]string, error) {
	keys, err := KeysOfDays(ctx, list, from, to, contract.DayPrefix)
	if err != nil {
		return nil, fmt.Errorf("list the records: %w", err)
	}
	return slices.DeleteFunc(keys, func(key string) bool {
		name, slot, _, ok := contract.ParseRecordKey(key)
		return !ok || !wanted(name) || slot.Before(from) || !slot.Before(to)
	}), nil
}

// KeysOfDays lists what has a prefix of one of the UTC days from a time to before another, some
// days at a time. The keys are ordered.
func KeysOfDays(ctx context.Context, list list, from, to time.Time, prefixes ...func(day time.Time) string) ([]string, error) {
	var mutex sync.Mutex
	var keys []string
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(requests)
	for at := from.Truncate(day); at.Before(to); at = at.Add(day) {
		for _, prefix := range prefixes {
			group.Go(func() error {
				found, err := list(ctx, prefix(at))
				mutex.Lock()
				defer mutex.Unlock()
				keys = append(keys, found...)
				return err
			})
		}
	}
	err := group.Wait()
	slices.Sort(keys)
	return keys, err
}

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
