package timezone

import (
	"iter"
	"math"
	"time"
)

// Period is a stretch of time in which a location keeps one offset from UTC. Within it
// readings and instants differ by a constant. A search period by period is exact, while
// time.Date silently moves readings that do not exist.
type Period struct {
	Start, End int64 // Unix seconds, End excluded; math.MinInt64 and MaxInt64 without a bound
	Offset     int64 // seconds east of UTC
	// Fresh is the first reading that this period shows and the one before it did
	// not. EventBridge Scheduler fires a repeated reading once, at its first
	// occurrence, so readings before Fresh do not fire.
	Fresh int64
}

// PeriodAt returns the period of loc (nil means UTC) that holds the instant.
func PeriodAt(unix int64, loc *time.Location) Period {
	if loc == time.UTC || loc == nil {
		return Period{Start: math.MinInt64, End: math.MaxInt64, Fresh: math.MinInt64}
	}
	t := time.Unix(unix, 0).In(loc)
	_, offset := t.Zone()
	p := Period{Start: math.MinInt64, End: math.MaxInt64, Offset: int64(offset), Fresh: math.MinInt64}
	start, end := t.ZoneBounds()
	if !end.IsZero() {
		// On the last day of a leap year beyond the table of a zone, ZoneBounds
		// gives the beginning of that day for the end of the year:
		// https://github.com/golang/go/issues/81583.
		if p.End = end.Unix(); p.End <= unix {
			p.End = max(p.End+24*60*60, unix+1)
		}
	}
	if !start.IsZero() {
		p.Start = start.Unix()
		_, before := time.Unix(p.Start-1, 0).In(loc).Zone()
		p.Fresh = p.Start + int64(max(before, offset))
	}
	return p
}

// Changes yields the periods before and after each change of clocks, from one instant to
// before another, both in Unix seconds, the earliest first.
func Changes(loc *time.Location, from, until int64) iter.Seq2[Period, Period] {
	return func(yield func(before, after Period) bool) {
		before := PeriodAt(from, loc)
		for before.End < until {
			after := PeriodAt(before.End, loc)
			// A zone's table may also split a stretch of one offset.
			if after.Offset != before.Offset && !yield(before, after) {
				return
			}
			before = after
		}
	}
}
