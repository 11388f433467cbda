package cron

import (
	"fmt"
	"time"
)

// timing says when a schedule does not fire although it looks as if it did.
func (s Schedule) timing(now time.Time, loc *time.Location) []string {
	if s.neverMatches() {
		return []string{"it never fires: no day from 1970 to 2199 matches"}
	}
	if _, ok := s.Next(now, loc); !ok {
		if gaps := s.skipped(now, latest, 1, loc); len(gaps) > 0 {
			return []string{fmt.Sprintf("it does not fire: clocks in %s skip %s and whenever else it matches", loc, gaps[0].Wall)}
		}
		if last, ok := s.Prev(now, loc); ok {
			return []string{"it fires no more: the last time was " + last.Format(wallLayout)}
		}
		return []string{"it fires no more"}
	}
	var list []string
	const ahead = 5 * 365 * 24 * time.Hour
	until := now.Add(ahead)
	// A schedule of every hour loses nothing when the clocks leave one out.
	if !s.cron.full(hoursAt) {
		for _, skip := range s.skipped(now, until.Unix(), 1, loc) {
			list = append(list, fmt.Sprintf("daylight saving time: clocks in %s skip %s, it does not fire then", loc, skip.Wall))
		}
	}
	if twice, ok := s.nextRepeated(now, until, loc); ok {
		list = append(list, fmt.Sprintf("daylight saving time: clocks in %s show %s twice, it fires the first time only", loc, twice))
	}
	return list
}

// neverMatches reports whether a cron(…) has no day at all, like 30 February.
func (s Schedule) neverMatches() bool {
	_, ok := s.nearest(floor(earliest, secondsPerMinute), forward)
	return !ok
}

// nextRepeated returns the first reading after now at which the schedule fires
// and that comes again.
func (s Schedule) nextRepeated(now, until time.Time, loc *time.Location) (string, bool) {
	for _, p := range changes(loc, now.Unix(), min(until.Unix(), latest)+1) {
		if wall, ok := s.nearest(p.start+p.offset, forward); ok && wall < p.fresh {
			return wallText(wall), true
		}
	}
	return "", false
}
