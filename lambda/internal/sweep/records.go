package sweep

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// records are the slots that have a record, as seconds since 1970.
type records struct {
	ofJob map[string]map[int64]bool // by the names of the file's jobs
	ofAny map[int64]bool            // of whatever job
}

func (r records) have(job string, slot time.Time) bool { return r.ofJob[job][slot.Unix()] }

// lastBefore is the latest slot with a record before a time; 1970 if there is none.
func (r records) lastBefore(until time.Time) time.Time {
	var last int64
	for at := range r.ofAny {
		if at < until.Unix() {
			last = max(last, at)
		}
	}
	return time.Unix(last, 0).UTC()
}

// listings is how many days are listed at a time.
const listings = 8

const day = 24 * time.Hour

// daysBetween are the UTC days of [from, to).
func daysBetween(from, to time.Time) []time.Time {
	var all []time.Time
	for at := from.Truncate(day); at.Before(to); at = at.Add(day) {
		all = append(all, at)
	}
	return all
}

// records lists the records of UTC days.
func (s *Sweeper) records(ctx context.Context, of []time.Time) (records, error) {
	all := records{ofJob: map[string]map[int64]bool{}, ofAny: map[int64]bool{}}
	for _, j := range s.Jobs.Jobs {
		all.ofJob[j.Name] = map[int64]bool{}
	}
	var mutex sync.Mutex
	days, ctx := errgroup.WithContext(ctx)
	days.SetLimit(listings)
	slices.SortFunc(of, time.Time.Compare)
	for _, at := range slices.Compact(of) {
		days.Go(func() error {
			return s.Store.Slots(ctx, at, func(job string, slot time.Time) {
				mutex.Lock()
				defer mutex.Unlock()
				all.ofAny[slot.Unix()] = true
				if slots, known := all.ofJob[job]; known {
					slots[slot.Unix()] = true
				}
			})
		})
	}
	if err := days.Wait(); err != nil {
		return records{}, fmt.Errorf("list the records: %w", err)
	}
	return all, nil
}
