package history

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/big"
	"slices"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/job"
	"tally/lambda/timezone"
)

// Records are those of a results bucket.
type Records interface {
	// Keys lists the keys with a prefix, ordered.
	Keys(ctx context.Context, prefix string) ([]string, error)
	// ReadAllRows reads the lines of all rows together. The error is count.ErrNoRecord if the
	// object is none.
	ReadAllRows(ctx context.Context, key string) ([]contract.Record, error)
}

// Past are earlier counts of a case, the latest first.
type Past struct {
	Slots  []time.Time
	Counts []int64
}

// A median is that of the last usualSlots counts. There must be fewest.
const (
	usualSlots = 5
	fewest     = 3
)

// ErrFewSlots means that too few earlier slots have a count for a median.
var ErrFewSlots = fmt.Errorf("fewer than %d earlier slots have a count", fewest)

// Median is the counts' median. The error is ErrFewSlots.
func (p Past) Median() (*big.Rat, error) {
	if len(p.Counts) < fewest {
		return nil, ErrFewSlots
	}
	sorted := slices.Sorted(slices.Values(p.Counts))
	middle := len(sorted) / 2
	median := new(big.Rat).SetInt64(sorted[middle])
	if len(sorted)%2 == 0 {
		median.Add(median, new(big.Rat).SetInt64(sorted[middle-1]))
		median.Quo(median, big.NewRat(2, 1))
	}
	return median, nil
}

// mostRequests is how many requests a baseline takes at most.
const mostRequests = 30

// mostWeeks is how many weeks back a weekday is looked for: enough for five slots on the first
// Monday of a month.
const mostWeeks = 25

// Baseline finds the last five counts of each case before a record, at slots of the same
// counting definition. It sees what was stored when the record was counted: of a slot that was
// counted again later, the revision of that time. So the result is the same whenever it is
// asked for. Except are counted days to leave out.
func Baseline(ctx context.Context, records Records, j job.Job, of contract.Record, which job.Baseline, except []string) (map[string]Past, error) {
	b := baseline{records: records, job: j, of: of, requests: mostRequests}
	slots := b.previous(ctx)
	if which == job.BaselineSameWeekday {
		slots = b.weekly(ctx)
	}
	found := map[string]Past{}
	for slot, keys := range slots {
		if slices.Contains(except, j.CountedDay(slot)) {
			continue
		}
		lines := b.lines(ctx, keys)
		if len(lines) > 0 && !j.SameCounting(lines[0]) {
			lines = nil
		}
		for _, line := range lines {
			past := found[line.CaseName]
			if len(past.Counts) < usualSlots && line.Count != nil {
				found[line.CaseName] = Past{append(past.Slots, slot), append(past.Counts, *line.Count)}
			}
		}
		lacks := func(name string) bool { return len(found[name].Counts) < usualSlots }
		if b.err != nil || !slices.ContainsFunc(j.CaseNames(), lacks) {
			break
		}
	}
	return found, b.err
}

// baseline is one search.
type baseline struct {
	records  Records
	job      job.Job
	of       contract.Record
	requests int // that are left
	err      error
}

// weekly are the earlier slots at the same weekday and time that have a record, the latest first,
// with the keys of its revisions, the latest last.
func (b *baseline) weekly(ctx context.Context) iter.Seq2[time.Time, []string] {
	return func(yield func(time.Time, []string) bool) {
		zone, err := timezone.Load(cmp.Or(b.of.ScheduleTimezone, "UTC"))
		if err != nil {
			b.err = fmt.Errorf("zone of the record: %w", err)
			return
		}
		for week := range mostWeeks {
			at, exists := weeksBefore(b.of.ScheduledTime.In(zone), week+1)
			if !exists {
				continue
			}
			keys := b.keys(ctx, contract.SlotPrefix(b.job.Name, at))
			if len(keys) > 0 && !yield(at.UTC(), keys) || b.requests == 0 {
				return
			}
		}
	}
}

// weeksBefore is the time on the same clock, whole weeks earlier. It does not exist where
// clocks skipped it. Where they showed it twice it is the first time, when Scheduler fires.
func weeksBefore(at time.Time, weeks int) (before time.Time, exists bool) {
	year, month, day := at.Date()
	before = time.Date(year, month, day-7*weeks, at.Hour(), at.Minute(), 0, 0, at.Location())
	if start, _ := before.ZoneBounds(); !start.IsZero() {
		_, offset := before.Zone()
		_, earlier := start.Add(-time.Nanosecond).Zone()
		if first := before.Add(time.Duration(offset-earlier) * time.Second); first.Before(start) {
			return first, true
		}
	}
	return before, before.Hour() == at.Hour() && before.Minute() == at.Minute() && before.Weekday() == at.Weekday()
}

// previous are likewise the slots before, on the days on which the schedule fires.
func (b *baseline) previous(ctx context.Context) iter.Seq2[time.Time, []string] {
	return func(yield func(time.Time, []string) bool) {
		var last time.Time
		for at, fires := b.job.Cron.Prev(b.of.ScheduledTime, b.job.ScheduleZone); fires && b.requests > 0; at, fires = b.job.Cron.Prev(last, b.job.ScheduleZone) {
			last = at.UTC().Truncate(day) // the schedule's last slot before this UTC date is next
			slots := map[time.Time][]string{}
			for _, key := range b.keys(ctx, contract.DayPrefix(at)+b.job.Name+"-") {
				if _, slot, _, _ := contract.ParseRecordKey(key); slot.Before(b.of.ScheduledTime) {
					slots[slot] = append(slots[slot], key)
				}
			}
			for _, slot := range slices.SortedFunc(maps.Keys(slots), func(a, b time.Time) int { return b.Compare(a) }) {
				if !yield(slot, slots[slot]) || b.requests == 0 {
					return
				}
			}
		}
	}
}

// keys lists the keys of the job's records with a prefix, by revision.
func (b *baseline) keys(ctx context.Context, prefix string) []string {
	if b.requests == 0 {
		return nil
	}
	b.requests--
	keys, err := b.records.Keys(ctx, prefix)
	if err != nil {
		b.requests, b.err = 0, err
		return nil
	}
	keys = slices.DeleteFunc(keys, func(key string) bool {
		name, _, _, ok := contract.ParseRecordKey(key)
		return !ok || name != b.job.Name
	})
	slices.SortFunc(keys, func(x, y string) int { return revisionOf(x) - revisionOf(y) })
	return keys
}

func revisionOf(key string) int {
	_, _, revision, _ := contract.ParseRecordKey(key)
	return revision
}

// lines are those of the latest revision that was counted before the record was.
func (b *baseline) lines(ctx context.Context, keys []string) []contract.Record {
	for _, key := range slices.Backward(keys) {
		if b.requests == 0 {
			return nil
		}
		b.requests--
		lines, err := b.records.ReadAllRows(ctx, key)
		switch {
		case errors.Is(err, count.ErrNoRecord):
		case err != nil:
			b.requests, b.err = 0, err
		case !lines[0].CountedAt.After(b.of.CountedAt):
			return lines
		}
	}
	return nil
}

// LatestAt finds the latest revision of a slot that was there at a time; nil if none was.
func LatestAt(ctx context.Context, records Records, name string, slot, at time.Time) ([]contract.Record, error) {
	b := baseline{records: records, job: job.Job{Name: name}, of: contract.Record{CountedAt: at}, requests: mostRequests}
	lines := b.lines(ctx, b.keys(ctx, contract.SlotPrefix(name, slot)))
	return lines, b.err
}
