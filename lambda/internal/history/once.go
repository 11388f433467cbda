package history

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
)

// Once are records of which each day is listed once and each record is read once, however
// often they are asked for.
type Once struct {
	records Records
	mutex   sync.Mutex
	days    map[string]func() ([]string, error)
	lines   map[string]func() ([]contract.Record, error)
}

var _ Records = (*Once)(nil)

// NewOnce has read nothing yet.
func NewOnce(records Records) *Once {
	return &Once{records: records, days: map[string]func() ([]string, error){}, lines: map[string]func() ([]contract.Record, error){}}
}

// Keys implements [Records] for prefixes that name a day.
func (o *Once) Keys(ctx context.Context, prefix string) ([]string, error) {
	folder := prefix[:strings.LastIndexByte(prefix, '/')+1]
	keys, err := once(o, o.days, folder, func() ([]string, error) { return o.records.Keys(ctx, folder) })
	first, _ := slices.BinarySearch(keys, prefix)
	end := first
	for end < len(keys) && strings.HasPrefix(keys[end], prefix) {
		end++
	}
	return slices.Clone(keys[first:end]), err
}

// ReadAllRows implements [Records].
func (o *Once) ReadAllRows(ctx context.Context, key string) ([]contract.Record, error) {
	return once(o, o.lines, key, func() ([]contract.Record, error) { return o.records.ReadAllRows(ctx, key) })
}

func once[T any](o *Once, asked map[string]func() (T, error), key string, ask func() (T, error)) (T, error) {
	o.mutex.Lock()
	answer, known := asked[key]
	if !known {
		answer = sync.OnceValues(ask)
		asked[key] = answer
	}
	o.mutex.Unlock()
	return answer()
}

// Ahead reads the records of the wanted jobs' slots from a time to before another, in all
// revisions, and returns their keys, ordered, and why some are no records. Progress may be nil.
func (o *Once) Ahead(ctx context.Context, wanted func(job string) bool, from, to time.Time, progress func(read, of int)) (keys []string, unreadable []error, err error) {
	var mutex sync.Mutex
	group, working := errgroup.WithContext(ctx)
	group.SetLimit(requests)
	for at := from.Truncate(day); at.Before(to); at = at.Add(day) {
		group.Go(func() error {
			found, err := o.Keys(working, contract.DayPrefix(at))
			mutex.Lock()
			defer mutex.Unlock()
			for _, key := range found {
				if name, slot, _, ok := contract.ParseRecordKey(key); ok && wanted(name) && !slot.Before(from) && slot.Before(to) {
					keys = append(keys, key)
				}
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, nil, fmt.Errorf("list the records: %w", err)
	}
	slices.Sort(keys)
	done := 0
	group, working = errgroup.WithContext(ctx)
	group.SetLimit(requests)
	for _, key := range keys {
		group.Go(func() error {
			_, err := o.ReadAllRows(working, key)
			mutex.Lock()
			defer mutex.Unlock()
			if done++; progress != nil {
				progress(done, len(keys))
			}
			if errors.Is(err, count.ErrNoRecord) {
				unreadable = append(unreadable, err)
				return nil
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, nil, fmt.Errorf("read the records: %w", err)
	}
	return keys, unreadable, nil
}
