package sweep

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// records are the slots that have a record: seconds since 1970, by job.
type records map[string]map[int64]bool

func (r records) have(job string, slot time.Time) bool { return r[job][slot.Unix()] }

// last is the latest slot with a record until now; zero if there is none.
func (r records) last(now time.Time) time.Time {
	var last int64
	for _, slots := range r {
		for at := range slots {
			if at <= now.Unix() {
				last = max(last, at)
			}
		}
	}
	return time.Unix(last, 0).UTC()
}

// listings is how many days are listed at a time.
const listings = 8

const day = 24 * time.Hour

// records lists the records of the file's jobs, of whole UTC days.
func (s *Sweeper) records(ctx context.Context, from, to time.Time) (records, error) {
	all := records{}
	for _, j := range s.Jobs.Jobs {
		all[j.Name] = map[int64]bool{}
	}
	var mutex sync.Mutex
	days, ctx := errgroup.WithContext(ctx)
	days.SetLimit(listings)
	for at := from.Truncate(day); at.Before(to); at = at.Add(day) {
		days.Go(func() error {
			return s.Store.Slots(ctx, at, func(job string, slot time.Time) {
				mutex.Lock()
				defer mutex.Unlock()
				if slots, known := all[job]; known {
					slots[slot.Unix()] = true
				}
			})
		})
	}
	if err := days.Wait(); err != nil {
		return nil, fmt.Errorf("list the records: %w", err)
	}
	return all, nil
}
