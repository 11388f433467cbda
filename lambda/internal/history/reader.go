package history

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/sweep"
	"tally/lambda/job"
)

// Reader reads the records of one environment.
type Reader struct {
	Store       Store
	Environment string
	// Timeout is that of the counters. A slot without a record is Pending until a run that
	// began in time, or its retry, has ended: contract.LateAfter and the timeout after it was
	// due.
	Timeout time.Duration
	Now     func() time.Time
	// Progress is told how many of how many records are read. It may be nil.
	Progress func(read, of int)
}

// Store holds the records and the schedule history.
type Store interface {
	sweep.HistoryStore
	Records
	// Read reads all lines of a record.
	Read(ctx context.Context, key string) ([]contract.Record, error)
}

// Options say what to read.
type Options struct {
	From, To time.Time // of the slots: from From to before To
	Groups   bool      // read the lines of groups, too
	// Unwatched adds slots of times when a job was not deployed, by its present schedule.
	Unwatched bool
	// Wanted tells whether to read the record of the slot with an index; nil reads all. The
	// others are Stored.
	Wanted func(series Series, index int) bool
}

// requests is how many requests are under way at a time. S3 takes thousands a second; a
// connection each is what the machine has to hold.
const requests = 32

const day = 24 * time.Hour

// Read reads jobs, each as one series, in their order. The latest revision of each slot
// counts. Slots without a record are those that the schedule history says there should be:
// none before the first sweep of the environment. A record that cannot be read is a slot that
// is Unreadable; if none can be read, that is an error, and what the listing tells is returned
// all the same.
func (r Reader) Read(ctx context.Context, jobs []job.Job, options Options) ([]Series, error) {
	now := r.Now()
	history, _, err := sweep.ReadHistory(ctx, r.Store, r.Environment, options.From)
	if err != nil {
		return nil, err
	}
	if options.Unwatched {
		history = sweep.WithUnwatched(history, jobs, options.From)
	}
	until := options.To
	if now.Before(until) {
		until = now
	}
	due, err := sweep.SlotsDue(history, job.File{Jobs: jobs}, options.From, until)
	if err != nil {
		return nil, err
	}
	latest, err := r.latest(ctx, jobs, options.From, options.To)
	if err != nil {
		return nil, err
	}
	for _, slot := range due {
		if slots, at := latest[slot.Job.Name], slot.Slot.Time.Unix(); slots[at].Key == "" {
			slots[at] = Slot{Time: slot.Slot.Time.UTC(), State: Missing, Schedule: slot.Slot.Schedule, Timezone: slot.Slot.Timezone}
		}
	}
	all := make([]Series, len(jobs))
	for i, j := range jobs {
		all[i].Job = j
		for _, slot := range latest[j.Name] {
			if slot.State == Missing && now.Sub(slot.Time) < contract.LateAfter+r.Timeout {
				slot.State = Pending
			}
			all[i].Slots = append(all[i].Slots, slot)
		}
		slices.SortFunc(all[i].Slots, func(a, b Slot) int { return a.Time.Compare(b.Time) })
	}
	err = r.fill(ctx, all, options)
	for i := range all {
		all[i] = all[i].Indexed()
	}
	return all, err
}

// latest lists the latest revision of each slot, by job and seconds since 1970.
func (r Reader) latest(ctx context.Context, jobs []job.Job, from, to time.Time) (map[string]map[int64]Slot, error) {
	all := map[string]map[int64]Slot{}
	for _, j := range jobs {
		all[j.Name] = map[int64]Slot{}
	}
	prefix := contract.DayPrefix
	if len(jobs) == 1 {
		prefix = func(day time.Time) string { return contract.DayPrefix(day) + jobs[0].Name + "-" }
	}
	keys, err := KeysOfDays(ctx, r.Store.Keys, from, to, prefix)
	if err != nil {
		return nil, fmt.Errorf("list the records: %w", err)
	}
	for _, key := range keys {
		name, slot, revision, ok := contract.ParseRecordKey(key)
		if slots := all[name]; ok && slots != nil && !slot.Before(from) && slot.Before(to) && revision > slots[slot.Unix()].Revision {
			slots[slot.Unix()] = Slot{Time: slot, State: Stored, Key: key, Revision: revision}
		}
	}
	return all, nil
}

// each reads things, many at a time. What cannot be read is in unreadable; if that is all, or
// if the context ends, it is an error.
func (r Reader) each(ctx context.Context, things int, read func(index int) error) (unreadable []error, err error) {
	unreadable = Each(ctx, things, r.Progress, read)
	if ctx.Err() != nil {
		return unreadable, fmt.Errorf("read the records: %w", ctx.Err())
	}
	if things > 0 && len(unreadable) == things {
		return unreadable, fmt.Errorf("no record can be read: %w", unreadable[0])
	}
	return unreadable, nil
}

// fill reads the wanted records.
func (r Reader) fill(ctx context.Context, all []Series, options Options) error {
	read := r.Store.ReadAllRows
	if options.Groups {
		read = r.Store.Read
	}
	var slots []*Slot
	for i := range all {
		for j := range all[i].Slots {
			if slot := &all[i].Slots[j]; slot.Key != "" && (options.Wanted == nil || options.Wanted(all[i], j)) {
				slots = append(slots, slot)
			}
		}
	}
	_, err := r.each(ctx, len(slots), func(i int) error {
		slots[i].Lines, slots[i].Err = read(ctx, slots[i].Key)
		slots[i].State = stateOf(*slots[i])
		return slots[i].Err
	})
	return err
}

// stateOf is the state of a slot whose record was read, or could not be.
func stateOf(slot Slot) State {
	if slot.Err != nil {
		return Unreadable
	}
	state := Counted
	for _, line := range slot.Lines {
		switch line.Status {
		case contract.StatusMissed:
			return Missed
		case contract.StatusFailed:
			state = Failed
		}
	}
	return state
}
