package cron

import (
	"iter"
	"math"
	"time"
)

const (
	secondsPerMinute = 60
	secondsPerDay    = 24 * 60 * secondsPerMinute
	// farthest is more than any zone is away from UTC, in seconds.
	farthest = 26 * 60 * secondsPerMinute
)

// period is a stretch of time in which a location keeps one offset from UTC. Within it
// readings and instants differ by a constant. A search period by period is exact, while
// time.Date silently moves readings that do not exist.
type period struct {
	start, end int64 // Unix seconds, end excluded
	offset     int64 // seconds east of UTC
	// fresh is the first reading that this period shows and the one before it did
	// not. EventBridge Scheduler fires a repeated reading once, at its first
	// occurrence, so readings before fresh do not fire.
	fresh int64
}

// periodAt returns the period of loc that holds the instant.
func periodAt(unix int64, loc *time.Location) period {
	if loc == time.UTC || loc == nil {
		return period{start: math.MinInt64, end: math.MaxInt64, fresh: math.MinInt64}
	}
	t := time.Unix(unix, 0).In(loc)
	_, offset := t.Zone()
	p := period{start: math.MinInt64, end: math.MaxInt64, offset: int64(offset), fresh: math.MinInt64}
	start, end := t.ZoneBounds()
	if !end.IsZero() {
		// On the last day of a leap year beyond the table of a zone, ZoneBounds
		// gives the beginning of that day for the end of the year:
		// https://github.com/golang/go/issues/81583.
		if p.end = end.Unix(); p.end <= unix {
			p.end = max(p.end+secondsPerDay, unix+1)
		}
	}
	if !start.IsZero() {
		p.start = start.Unix()
		_, before := time.Unix(p.start-1, 0).In(loc).Zone()
		p.fresh = p.start + int64(max(before, offset))
	}
	return p
}

// changes yields the periods before and after each change of clocks, from one instant to
// before another, the earliest first.
func changes(loc *time.Location, from, until int64) iter.Seq2[period, period] {
	return func(yield func(before, after period) bool) {
		before := periodAt(min(max(from, earliest), latest), loc)
		for before.end < until {
			after := periodAt(before.end, loc)
			// A zone's table may also split a stretch of one offset.
			if after.offset != before.offset && !yield(before, after) {
				return
			}
			before = after
		}
	}
}

// Changes returns the instants, from one time to before another, at which the clocks of
// loc change, the earliest first.
func Changes(loc *time.Location, from, until time.Time) []time.Time {
	var list []time.Time
	for _, p := range changes(loc, from.Unix(), until.Unix()) {
		list = append(list, time.Unix(p.start, 0).UTC())
	}
	return list
}
