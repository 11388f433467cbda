package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"tally/lambda/contract"
)

// Overdue tells of what is to be told for 16 minutes or more, in one message, and judges the
// records of the last days that have no result. It tells first: to judge may take all the time.
func (c *Checker) Overdue(ctx context.Context) error {
	now := c.now()
	return errors.Join(c.tellOverdue(ctx, now), c.judgeOverdue(ctx, now), c.summaryOverdue(ctx, now))
}

// judgeOverdue judges each job's records in the order of their slots: whether one is as usual
// again depends on those before.
func (c *Checker) judgeOverdue(ctx context.Context, now time.Time) error {
	unjudged, err := c.unjudged(ctx, now)
	if err != nil {
		return err
	}
	of := map[string][]string{}
	for _, key := range unjudged {
		name, _, _, _ := contract.ParseRecordKey(key)
		of[name] = append(of[name], key)
	}
	return each(ctx, slices.Sorted(maps.Keys(of)), func(name string) (first error) {
		for _, key := range of[name] {
			if ctx.Err() != nil {
				return cmp.Or(first, ctx.Err())
			}
			_, err := c.Stored(ctx, key)
			first = cmp.Or(first, err)
		}
		return first
	})
}

// unjudged are the keys of records without a result, the oldest first: of a checked job, or of
// a compared one whose comparison may be missing.
func (c *Checker) unjudged(ctx context.Context, now time.Time) ([]string, error) {
	records, err := c.listDays(ctx, now, contract.SweepDays, contract.DayPrefix)
	if err != nil {
		return nil, err
	}
	results, err := c.listDays(ctx, now, contract.SweepDays, contract.ChecksDayPrefix)
	if err != nil {
		return nil, err
	}
	var all []string
	for key := range records {
		name, slot, revision, ok := contract.ParseRecordKey(key)
		j, known := c.Jobs.Lookup(name)
		if ok && known && len(j.Checks.Cases) > 0 && !results[contract.CheckKey(name, slot, revision)] {
			all = append(all, key)
		}
	}
	compared, err := c.uncompared(records, results)
	slices.Sort(all)
	return append(all, compared...), err
}

// uncompared are the keys of records whose comparison is missing: of both sides, as the later
// one makes it.
func (c *Checker) uncompared(records, results map[string]bool) ([]string, error) {
	last := func(name string, slot time.Time) (key string, revision int) {
		for n := 1; records[contract.RecordKey(name, slot, n)]; n++ {
			key, revision = contract.RecordKey(name, slot, n), n
		}
		return key, revision
	}
	var all []string
	for _, reconcile := range c.Jobs.Reconcile {
		left, known := c.Jobs.Lookup(reconcile.Left.Job())
		right, alsoKnown := c.Jobs.Lookup(reconcile.Right.Job())
		if !known || !alsoKnown {
			continue
		}
		for key := range records {
			name, slot, number, _ := contract.ParseRecordKey(key)
			if name != left.Name || number != 1 {
				continue
			}
			from, to, _, err := left.Range(slot)
			if err != nil {
				return nil, fmt.Errorf("compare %s: %w", reconcile.Name, err)
			}
			own, first := slotOf(left, from, to)
			partner, found := slotOf(right, from, to)
			key, revision := last(left.Name, slot)
			otherKey, other := last(right.Name, partner)
			if first && own.Equal(slot) && found && other > 0 && !results[contract.ReconcileKey(reconcile.Name, to, revision, other)] {
				all = append(all, key, otherKey)
			}
		}
	}
	return all, nil
}

// toldDays is how many days back markers are looked for. A record that is judged just before it
// is too old is told an hour later.
const toldDays = contract.SweepDays + 2

// listDays lists the keys of the last days.
func (c *Checker) listDays(ctx context.Context, now time.Time, days int, prefix func(time.Time) string) (map[string]bool, error) {
	all := map[string]bool{}
	var mutex sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(inParallel)
	for ago := range days + 1 {
		group.Go(func() error {
			keys, err := c.Store.Keys(ctx, prefix(now.AddDate(0, 0, -ago)))
			mutex.Lock()
			defer mutex.Unlock()
			for _, key := range keys {
				all[key] = true
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("list the last days: %w", err)
	}
	return all, nil
}

// tellOverdue tells of what was to be told, and was not.
func (c *Checker) tellOverdue(ctx context.Context, now time.Time) error {
	wanted, err := c.listDays(ctx, now, toldDays, contract.ToTellPrefix)
	if err != nil {
		return err
	}
	told, err := c.listDays(ctx, now, toldDays, contract.ToldPrefix)
	if err != nil {
		return err
	}
	var keys []string
	for key := range wanted {
		if !told[contract.ToldKey(key)] {
			keys = append(keys, key)
		}
	}
	all, err := c.toTell(ctx, keys, now)
	if len(all) == 0 {
		return err
	}
	claimed, problem := c.claimOverdue(ctx, kindSeveral)
	switch {
	case problem != nil || !claimed:
		return errors.Join(err, problem)
	case len(all) == 1:
		return errors.Join(err, c.publish(ctx, c.message(all[0]), all[0]))
	}
	return errors.Join(err, c.publish(ctx, c.table(all), all...))
}

// toTell reads what markers are about, in the order of the slots. It leaves out those that are
// not due yet.
func (c *Checker) toTell(ctx context.Context, keys []string, now time.Time) (all []verdict, err error) {
	var mutex sync.Mutex
	err = each(ctx, keys, func(key string) error {
		v, due, err := c.untold(ctx, key, now)
		mutex.Lock()
		defer mutex.Unlock()
		if due {
			all = append(all, v)
		}
		return err
	})
	slices.SortFunc(all, func(a, b verdict) int {
		return cmp.Or(a.results[0].ScheduledTime.Compare(b.results[0].ScheduledTime), cmp.Compare(a.key, b.key))
	})
	return all, err
}

// untold reads what a marker is about. It is not due if somebody may still be telling it.
func (c *Checker) untold(ctx context.Context, key string, now time.Time) (v verdict, due bool, err error) {
	var marker contract.ToTell
	if err := c.Store.ReadJSON(ctx, key, &marker); err != nil {
		return verdict{}, false, fmt.Errorf("read what is to be told: %w", err)
	}
	if now.Sub(marker.Time) < patience {
		return verdict{}, false, nil
	}
	stored, err := c.Store.Keys(ctx, marker.Checks)
	if err == nil && len(stored) == 0 { // whoever was to store them was killed
		_, err = c.Stored(ctx, marker.Record)
		return verdict{}, false, err
	}
	var results []contract.CheckResult
	if err == nil {
		results, err = c.Store.ReadResults(ctx, marker.Checks)
	}
	if err != nil {
		return verdict{}, false, fmt.Errorf("read what is to be told: %w", err)
	}
	if len(results) == 0 {
		return verdict{}, false, nil
	}
	j, known := c.Jobs.Lookup(results[0].Job)
	v = verdict{key: marker.Checks, job: j, results: results, toTell: key, since: marker.Time}
	v.again = !v.fails()
	return v, known, nil // if the job is gone, so is who wanted to know
}
