package history

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// Recounts are the slots of a job that were counted more than once.
type Recounts struct {
	Stored     int         // how many slots have a record
	Slots      []Countings // the earliest first
	Unreadable []error     // each is a slot that is left out
}

// Countings are the times that a slot was counted, the earliest first: those that made a
// revision, and those that found what the latest revision has.
type Countings struct {
	Slot time.Time
	All  []Counting
}

// Counting is one time that a slot was counted.
type Counting struct {
	At    time.Time
	Lines []contract.Record // of all rows
}

// Recounts reads every revision of a job's slots from a time to before another, and the
// markers of their recounts. If none can be read, that is an error.
func (r Reader) Recounts(ctx context.Context, j job.Job, from, to time.Time) (Recounts, error) {
	slots, err := r.countedKeys(ctx, j, from, to)
	if err != nil {
		return Recounts{}, err
	}
	all := Recounts{Stored: len(slots)}
	maps.DeleteFunc(slots, func(_ time.Time, keys []string) bool { return len(keys) == 1 })
	again := slices.SortedFunc(maps.Keys(slots), time.Time.Compare)
	found := make([]Countings, len(again))
	all.Unreadable, err = r.each(ctx, len(again), func(i int) (err error) {
		found[i].Slot = again[i]
		found[i].All, err = r.countings(ctx, again[i], slots[again[i]])
		return err
	})
	if err != nil {
		return Recounts{}, err
	}
	all.Slots = slices.DeleteFunc(found, func(c Countings) bool { return len(c.All) < 2 })
	return all, nil
}

// countedKeys lists the keys of the records of each slot, and after them those of the markers
// of its recounts.
func (r Reader) countedKeys(ctx context.Context, j job.Job, from, to time.Time) (map[time.Time][]string, error) {
	of := func(prefix func(time.Time) string) func(time.Time) string {
		return func(day time.Time) string { return prefix(day) + j.Name + "-" }
	}
	keys, err := KeysOfDays(ctx, r.Store.Keys, from, to, of(contract.DayPrefix), of(contract.RecountedPrefix))
	if err != nil {
		return nil, fmt.Errorf("list the recounts: %w", err)
	}
	slots := map[time.Time][]string{}
	for _, key := range keys { // records come first
		name, slot, _, ok := contract.ParseRecordKey(key)
		if !ok {
			name, slot, _, ok = contract.ParseRecountedKey(key)
			ok = ok && slots[slot] != nil // says nothing without a record
		}
		if ok && name == j.Name && !slot.Before(from) && slot.Before(to) {
			slots[slot] = append(slots[slot], key)
		}
	}
	return slots, nil
}

// countings reads one slot.
func (r Reader) countings(ctx context.Context, slot time.Time, keys []string) ([]Counting, error) {
	var all, unchanged []Counting
	for _, key := range keys {
		if strings.HasPrefix(key, contract.RecordPrefix) {
			lines, err := r.Store.ReadAllRows(ctx, key)
			if err != nil {
				return nil, err
			}
			all = append(all, Counting{lines[0].CountedAt, lines})
			continue
		}
		_, _, age, _ := contract.ParseRecountedKey(key)
		var marker contract.Recounted
		if err := r.Store.ReadJSON(ctx, key, &marker); err != nil {
			return nil, err
		}
		before := slices.DeleteFunc(slices.Clone(all), func(c Counting) bool { return c.At.After(marker.Time) })
		if marker.Outcome != contract.OutcomeUnchanged || len(before) == 0 {
			continue // it failed, or there is a revision of it
		}
		// What was counted after that age is not counted again for it: by a backfill, say.
		if latest := slices.MaxFunc(before, byRevision); latest.At.Before(slot.Add(job.Age(age).Duration())) {
			unchanged = append(unchanged, Counting{marker.Time, latest.Lines})
		}
	}
	all = append(all, unchanged...)
	slices.SortFunc(all, func(a, b Counting) int { return cmp.Or(a.At.Compare(b.At), byRevision(a, b)) })
	return all, nil
}

func byRevision(a, b Counting) int { return a.Lines[0].Revision - b.Lines[0].Revision }
