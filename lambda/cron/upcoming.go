package cron

import (
	"math"
	"time"

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

// Upcoming returns the next n occurrences strictly after from, in loc (nil means
// UTC), or fewer if there are no more. Among them stand the times that daylight
// saving time skips, marked, at most n of these.
func (s Schedule) Upcoming(from time.Time, n int, loc *time.Location) []Occurrence {
	var list []Occurrence
	skips := n
	for range n {
		next, ok := s.Next(from, loc)
		until := next.Unix()
		if !ok {
			until = latest
		}
		skipped := s.skipped(from, until, skips, loc)
		skips -= len(skipped)
		list = append(list, skipped...)
		if !ok {
			break
		}
		twice := s.kind != rateKind && repeated(until, loc)
		list = append(list, Occurrence{Time: next, Wall: next.Format(wallLayout), Repeated: twice})
		from = next
	}
	return list
}

// repeated reports whether the clocks will go back over an instant.
func repeated(unix int64, loc *time.Location) bool {
	p := timezone.PeriodAt(unix, loc)
	return p.End < math.MaxInt64 && unix+p.Offset >= p.End+timezone.PeriodAt(p.End, loc).Offset
}

// skipped returns at most n occurrences that clocks leave out after from and up to
// an instant.
func (s Schedule) skipped(from time.Time, until int64, n int, loc *time.Location) []Occurrence {
	var list []Occurrence
	for before, p := range timezone.Changes(loc, from.Unix(), until+1) {
		for wall := p.Start + before.Offset; ; wall++ {
			var fires bool
			if wall, fires = s.nearest(wall, forward); !fires || len(list) >= n {
				return list
			}
			if wall >= p.Start+p.Offset {
				break
			}
			list = append(list, Occurrence{Time: in(time.Unix(p.Start, 0), loc), Wall: wallText(wall), Skipped: true})
		}
	}
	return list
}

// wallText writes a wall clock reading.
func wallText(wall int64) string { return time.Unix(wall, 0).UTC().Format(wallLayout) }
