// Package upcoming shows people when a schedule fires next, and warns of times at which it
// does not fire although it looks as if it did.
package upcoming

import (
	"math"
	"time"

	"tally/lambda/cron"
	"tally/lambda/timezone"
)

// Occurrence is one line of a preview.
type Occurrence struct {
	// Time is the instant, in the zone of the preview. Of a skipped one it is the
	// instant at which the clocks go forward.
	Time time.Time
	// Wall is the local time as the schedule says it, 2006-01-02 15:04.
	Wall string
	// Skipped: daylight saving time leaves this local time out; it does not fire.
	Skipped bool
	// Repeated: this local time comes twice; it fires at the first only.
	Repeated bool
}

// wallLayout is the layout of Occurrence.Wall.
const wallLayout = "2006-01-02 15:04"

// earliest and latest bound what is searched, the latter in Unix seconds: an at(…) may have
// any year of four digits.
var (
	earliest = time.Date(-1, time.January, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(10_000, time.January, 3, 0, 0, 0, 0, time.UTC).Unix()
)

// Occurrences returns the next n occurrences strictly after from, in loc, or fewer if there
// are no more. Among them stand the times that daylight saving time skips, marked, at most
// n of these.
func Occurrences(s cron.Schedule, from time.Time, n int, loc *time.Location) []Occurrence {
	var list []Occurrence
	skips := n
	for range n {
		next, ok := s.Next(from, loc)
		until := next.Unix()
		if !ok {
			until = latest
		}
		skipped := skippedTimes(s, from, until, skips, loc)
		skips -= len(skipped)
		list = append(list, skipped...)
		if !ok {
			break
		}
		list = append(list, Occurrence{Time: next, Wall: next.Format(wallLayout), Repeated: !s.IsRate() && repeated(until, loc)})
		from = next
	}
	return list
}

// repeated reports whether the clocks will go back over an instant.
func repeated(unix int64, loc *time.Location) bool {
	p := timezone.PeriodAt(unix, loc)
	return p.End < math.MaxInt64 && unix+p.Offset >= p.End+timezone.PeriodAt(p.End, loc).Offset
}

// skippedTimes returns at most n occurrences that clocks leave out after from and up to an
// instant.
func skippedTimes(s cron.Schedule, from time.Time, until int64, n int, loc *time.Location) []Occurrence {
	var list []Occurrence
	if s.IsRate() {
		return nil
	}
	for before, p := range timezone.Changes(loc, from.Unix(), until+1) {
		at := justBefore(p.Start + before.Offset)
		for {
			var fires bool
			if at, fires = s.Next(at, time.UTC); !fires || len(list) >= n {
				return list
			}
			if at.Unix() >= p.Start+p.Offset {
				break
			}
			list = append(list, Occurrence{Time: time.Unix(p.Start, 0).In(loc), Wall: at.Format(wallLayout), Skipped: true})
		}
	}
	return list
}

// justBefore is the last moment before a clock shows a reading, as a time of UTC. The next
// occurrence after it in UTC is the first reading from that one on at which a schedule fires.
func justBefore(wall int64) time.Time { return time.Unix(wall, -1).UTC() }
