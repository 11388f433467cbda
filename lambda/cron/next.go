package cron

import "time"

// Instants outside the years of a schedule, with room for any offset, are
// clamped before arithmetic so that no time.Time overflows.
var (
	earliest = time.Date(firstYear, time.January, 1, 0, 0, 0, 0, time.UTC).Unix() - farthest
	latest   = time.Date(lastYear+1, time.January, 1, 0, 0, 0, 0, time.UTC).Unix() + farthest
)

// Next returns the first occurrence strictly after the given time, in loc (nil
// means UTC), on a whole local minute; an at(…) has seconds. The result is
// false when there is none until the end of 2199.
//
// With daylight saving time a local time that is skipped does not fire and one
// that is repeated fires at its first occurrence, as EventBridge Scheduler
// documents for cron(…); an at(…) is taken alike:
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
//
// A rate(…) has no fixed times: its phase begins when it is created. Next takes
// after, cut to the minute, as its start (or as its occurrence before).
func (s Schedule) Next(after time.Time, loc *time.Location) (time.Time, bool) {
	switch s.kind {
	case Rate:
		return in(after.Truncate(time.Minute).Add(s.every), loc), true
	case At:
		if once, ok := s.only(loc); ok && once.After(after) {
			return once, true
		}
		return time.Time{}, false
	}
	return s.cron.next(after, loc)
}

// Prev returns the last occurrence strictly before the given time, else like
// Next. For a rate(…) it is one interval before.
func (s Schedule) Prev(before time.Time, loc *time.Location) (time.Time, bool) {
	switch s.kind {
	case Rate:
		start := before.Truncate(time.Minute)
		if start.Before(before) {
			start = start.Add(time.Minute)
		}
		return in(start.Add(-s.every), loc), true
	case At:
		if once, ok := s.only(loc); ok && once.Before(before) {
			return once, true
		}
		return time.Time{}, false
	}
	return s.cron.prev(before, loc)
}

// Matches reports whether the local minute that holds t is an occurrence; the
// second pass through a repeated local time is none. A rate(…) has no fixed
// times, so nothing matches it.
func (s Schedule) Matches(t time.Time, loc *time.Location) bool {
	unix := t.Unix()
	if s.kind == Rate || unix < earliest || unix > latest {
		return false
	}
	p := periodAt(unix, loc)
	wall := floorMinute(unix + p.offset)
	if wall < p.fresh {
		return false
	}
	if s.kind == At {
		return wall == floorMinute(s.once)
	}
	return s.cron.has(wall)
}

func (f *fields) next(after time.Time, loc *time.Location) (time.Time, bool) {
	unix := max(min(after.Unix(), latest)+1, earliest)
	for unix <= latest {
		p := periodAt(unix, loc)
		wall, ok := f.nextWall(ceilMinute(max(unix+p.offset, p.fresh)))
		if !ok {
			break
		}
		if wall-p.offset < p.end {
			return in(time.Unix(wall-p.offset, 0), loc), true
		}
		unix = max(p.end, wall-farthest)
	}
	return time.Time{}, false
}

func (f *fields) prev(before time.Time, loc *time.Location) (time.Time, bool) {
	unix := min(max(before.Unix(), earliest), latest)
	if before.Nanosecond() == 0 {
		unix--
	}
	for unix >= earliest {
		p := periodAt(unix, loc)
		if unix+p.offset < p.fresh {
			// Nothing fires in a repeated time, and the first pass through it,
			// in the period before, went on to later readings than this one.
			unix = p.start - 1
			continue
		}
		wall, ok := f.prevWall(floorMinute(unix + p.offset))
		if !ok {
			break
		}
		if wall >= p.fresh {
			return in(time.Unix(wall-p.offset, 0), loc), true
		}
		unix = min(p.start-1, wall+farthest)
	}
	return time.Time{}, false
}

// only returns the occurrence of an at(…): when loc's clocks first show its time,
// false if they skip it.
func (s Schedule) only(loc *time.Location) (time.Time, bool) {
	p := periodAt(s.once-farthest, loc)
	for s.once-p.offset >= p.end {
		p = periodAt(p.end, loc)
	}
	return in(time.Unix(s.once-p.offset, 0), loc), s.once >= p.fresh
}

// in is time.Time.In that takes nil for UTC.
func in(t time.Time, loc *time.Location) time.Time {
	if loc == nil {
		loc = time.UTC
	}
	return t.In(loc)
}

func floorMinute(seconds int64) int64 {
	rest := seconds % secondsPerMinute
	if rest < 0 {
		rest += secondsPerMinute
	}
	return seconds - rest
}

func ceilMinute(seconds int64) int64 { return floorMinute(seconds + secondsPerMinute - 1) }
