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

	"tally/lambda/contract"
	"tally/lambda/internal/history"
)

// Overdue tells of what is to be told for 16 minutes or more, in one message, and of the latest
// summary. Then it judges the records of the last days that have no result, which may take all
// the time.
func (c *Checker) Overdue(ctx context.Context) error {
	now := c.now()
	return errors.Join(c.tellOverdue(ctx, now), c.summaryOverdue(ctx, now), c.judgeOverdue(ctx, now))
}

// judgeOverdue judges what has no result. News come last, each job's in the order of their
// slots: whether one is as usual again depends on those before. What the time is too short for
// is left to the next sweep. To get nowhere is a failure.
func (c *Checker) judgeOverdue(ctx context.Context, now time.Time) error {
	keys, err := c.unjudged(ctx, now)
	if err != nil {
		return err
	}
	var mutex sync.Mutex
	left, news := len(keys), map[string][]string{} // by job
	judge := func(key string, alsoNews bool) error {
		lines, err := c.record(ctx, key)
		wait := lines != nil && c.isNews(lines[0]) && !alsoNews
		if lines != nil && !wait {
			_, _, err = c.judgeAndTell(ctx, lines)
		}
		mutex.Lock()
		defer mutex.Unlock()
		switch {
		case ctx.Err() != nil:
			return nil
		case wait:
			news[lines[0].Job] = append(news[lines[0].Job], key)
		default:
			left--
		}
		return err
	}
	problems := history.Each(ctx, len(keys), nil, func(i int) error { return judge(keys[i], false) })
	jobs := slices.Collect(maps.Keys(news))
	problems = append(problems, history.Each(ctx, len(jobs), nil, func(i int) (err error) {
		for _, key := range slices.Sorted(slices.Values(news[jobs[i]])) {
			err = cmp.Or(err, judge(key, true))
		}
		return err
	})...)
	switch {
	case ctx.Err() != nil && left == len(keys):
		problems = append(problems, ctx.Err())
	case ctx.Err() != nil:
		c.Logger.Warn("the next sweep judges the rest", "judged", len(keys)-left, "left", left)
	}
	return firstErrors(problems)
}

// unjudged are the keys of records without a result: of a checked job, or of a compared one
// whose comparison is missing.
func (c *Checker) unjudged(ctx context.Context, now time.Time) ([]string, error) {
	there, err := c.lastDays(ctx, now, contract.SweepDays, contract.DayPrefix, contract.ChecksDayPrefix)
	if err != nil {
		return nil, err
	}
	all, err := c.uncompared(ctx, there)
	for key := range there {
		name, slot, revision, ok := contract.ParseRecordKey(key)
		j, known := c.Jobs.Lookup(name)
		if ok && known && len(j.Checks.Cases) > 0 && !there[contract.CheckKey(name, slot, revision)] {
			all = append(all, key)
		}
	}
	slices.Sort(all)
	return slices.Compact(all), err
}

// uncompared are the keys of records whose comparison is missing: of both sides, as the later
// one makes it. It leaves out those of other windows, from before a job was changed.
func (c *Checker) uncompared(ctx context.Context, there map[string]bool) ([]string, error) {
	last := func(name string, slot time.Time) (key string, revision int) {
		for n := 1; there[contract.RecordKey(name, slot, n)]; n++ {
			key, revision = contract.RecordKey(name, slot, n), n
		}
		return key, revision
	}
	type sides struct {
		keys     []string
		from, to time.Time
	}
	var all []sides
	for _, reconcile := range c.Jobs.Reconcile {
		left, _ := c.Jobs.Lookup(reconcile.Left.Job())
		right, _ := c.Jobs.Lookup(reconcile.Right.Job())
		for key := range there {
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
			if first && own.Equal(slot) && found && other > 0 && !there[contract.ReconcileKey(reconcile.Name, to, revision, other)] {
				all = append(all, sides{[]string{key, otherKey}, from, to})
			}
		}
	}
	err := each(ctx, len(all), func(i int) error {
		for _, key := range all[i].keys {
			if lines, err := c.record(ctx, key); err != nil || lines == nil || !hasWindow(lines[0], all[i].from, all[i].to) {
				all[i].keys = nil
				return err
			}
		}
		return nil
	})
	var keys []string
	for _, sides := range all {
		keys = append(keys, sides.keys...)
	}
	return keys, err
}

// toldDays is how many days back markers are looked for. A record that is judged just before it
// is too old is told an hour later.
const toldDays = contract.SweepDays + 2

// lastDays lists the keys of the last days with prefixes.
func (c *Checker) lastDays(ctx context.Context, now time.Time, days int, prefixes ...func(time.Time) string) (map[string]bool, error) {
	keys, err := history.KeysOfDays(ctx, c.Store.Keys, now.AddDate(0, 0, -days), now.Add(time.Second), prefixes...)
	if err != nil {
		return nil, fmt.Errorf("list the last days: %w", err)
	}
	there := make(map[string]bool, len(keys))
	for _, key := range keys {
		there[key] = true
	}
	return there, nil
}

// tellOverdue tells of what was to be told, and was not.
func (c *Checker) tellOverdue(ctx context.Context, now time.Time) error {
	keys, err := history.KeysOfDays(ctx, c.Store.Keys, now.AddDate(0, 0, -toldDays), now.Add(time.Second), contract.ToTellPrefix)
	if err != nil {
		return fmt.Errorf("list what is to be told: %w", err)
	}
	told, err := c.lastDays(ctx, now, toldDays, contract.ToldPrefix)
	if err != nil {
		return err
	}
	keys = slices.DeleteFunc(keys, func(key string) bool { return told[contract.ToldKey(key)] })
	all, err := c.toTell(ctx, keys, now)
	if len(all) == 0 {
		return err
	}
	ours, problem := c.attempt(ctx, contract.OverduePrefix(c.Environment, now))
	switch {
	case problem != nil || !ours:
		return errors.Join(err, problem)
	case len(all) == 1:
		return errors.Join(err, c.publish(ctx, c.messageOfOne(all[0]), all[0]))
	}
	return errors.Join(err, c.publish(ctx, c.messageOfSeveral(all), all...))
}

// toTell reads what markers are about, in the order of the slots. It leaves out those that are
// not due yet.
func (c *Checker) toTell(ctx context.Context, keys []string, now time.Time) (all []verdict, err error) {
	all = make([]verdict, len(keys))
	err = each(ctx, len(keys), func(i int) (err error) {
		all[i], err = c.untold(ctx, keys[i], now)
		return err
	})
	all = slices.DeleteFunc(all, func(v verdict) bool { return v.results == nil })
	slices.SortFunc(all, func(a, b verdict) int {
		return cmp.Or(a.results[0].ScheduledTime.Compare(b.results[0].ScheduledTime), cmp.Compare(a.key, b.key))
	})
	return all, err
}

// untold reads what a marker is about. It has no results if somebody may still be telling it, if
// there is nothing to tell any more, as checks changed before anybody judged the record, and if
// the job is gone.
func (c *Checker) untold(ctx context.Context, key string, now time.Time) (verdict, error) {
	var marker contract.ToTell
	if err := c.Store.ReadJSON(ctx, key, &marker); err != nil {
		return verdict{}, fmt.Errorf("read what is to be told: %w", err)
	}
	if now.Sub(marker.Time) < patience {
		return verdict{}, nil
	}
	stored, err := c.Store.Keys(ctx, marker.Checks)
	if err == nil && len(stored) == 0 { // whoever was to store them was killed
		_, err = c.Stored(ctx, marker.Record)
		return verdict{}, err
	}
	var results []contract.CheckResult
	if err == nil {
		results, err = c.Store.ReadResults(ctx, marker.Checks)
	}
	if err != nil {
		return verdict{}, fmt.Errorf("read what is to be told: %w", err)
	}
	j, known := c.Jobs.Lookup(results[0].Job)
	if fails := slices.ContainsFunc(results, failed); !known || fails == (marker.Again != "") {
		return verdict{}, nil
	}
	return verdict{key: marker.Checks, job: j, results: results, toTell: key, since: marker.Time, again: marker.Again}, nil
}
