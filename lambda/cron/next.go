package cron

import (
	"time"

	"tally/lambda/timezone"
)

const secondsPerMinute = 60

// farthest is more than any zone is away from UTC, in seconds.
const farthest = 26 * 60 * secondsPerMinute

// earliest and latest bound the instants that are searched from, so that arithmetic
// cannot overflow. They leave room for any year of an at(…) and any offset.
var (
	earliest = time.Date(0, time.January, 1, 0, 0, 0, 0, time.UTC).Unix() - farthest
	latest   = time.Date(10000, time.January, 1, 0, 0, 0, 0, time.UTC).Unix() + farthest
)

// Next returns the first occurrence strictly after the given time, in loc (nil
// means UTC), on a whole local minute; an at(…) has seconds. The result is
// false when there is none until the end of 2199.
//
// With daylight saving time a local time that is skipped does not fire, and one
// that is repeated fires at its first occurrence. EventBridge Scheduler documents
// this for cron(…); at(…) is treated alike:
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
//
// A rate(…) has no fixed times: its phase begins when it is created. Next takes
// after, cut to the minute, as its start. Prev and Matches find nothing for it.
func (s Schedule) Next(after time.Time, loc *time.Location) (time.Time, bool) {
	if s.kind == rateKind {
		return in(after.Truncate(time.Minute).Add(s.every), loc), true
	}
	unix := max(min(after.Unix(), latest)+1, earliest)
	for unix <= latest {
		p := timezone.PeriodAt(unix, loc)
		wall, ok := s.nearest(max(unix+p.Offset, p.Fresh), forward)
		if !ok {
			break
		}
		if wall-p.Offset < p.End {
			return in(time.Unix(wall-p.Offset, 0), loc), true
		}
		unix = max(p.End, wall-farthest)
	}
	return time.Time{}, false
}

// Prev returns the last occurrence strictly before the given time, else like Next.
func (s Schedule) Prev(before time.Time, loc *time.Location) (time.Time, bool) {
	unix := min(max(before.Unix(), earliest), latest)
	if before.Nanosecond() == 0 {
		unix--
	}
	for unix >= earliest {
		p := timezone.PeriodAt(unix, loc)
		if unix+p.Offset < p.Fresh {
			// Nothing fires in a repeated time. The first pass through it, in the
			// period before, went on to later readings than this one.
			unix = p.Start - 1
			continue
		}
		wall, ok := s.nearest(unix+p.Offset, back)
		if !ok {
			break
		}
		if wall >= p.Fresh {
			return in(time.Unix(wall-p.Offset, 0), loc), true
		}
		unix = min(p.Start-1, wall+farthest)
	}
	return time.Time{}, false
}

// Matches reports whether the local minute that holds t is an occurrence. The
// second pass through a repeated local time is not.
func (s Schedule) Matches(t time.Time, loc *time.Location) bool {
	s.once = wholeMinute(s.once) // an at(…) has seconds
	next, ok := s.Next(t.Add(-time.Minute), loc)
	return ok && !next.After(t) && s.kind != rateKind
}

// nearest returns the reading that comes first in the direction, from wall on and with
// it, at which the schedule fires if no clock is changed.
func (s *Schedule) nearest(wall int64, d direction) (int64, bool) {
	if s.kind == atKind {
		return s.once, d == forward && wall <= s.once || d == back && s.once <= wall
	}
	if d == forward {
		wall += secondsPerMinute - 1
	}
	return s.cron.nearest(wholeMinute(wall), d)
}

// in is time.Time.In that takes nil for UTC.
func in(t time.Time, loc *time.Location) time.Time {
	if loc == nil {
		loc = time.UTC
	}
	return t.In(loc)
}

// wholeMinute returns the beginning of the minute of an instant or reading, in Unix seconds.
func wholeMinute(unix int64) int64 {
	return unix - (unix%secondsPerMinute+secondsPerMinute)%secondsPerMinute
}
