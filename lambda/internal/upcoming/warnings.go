package upcoming

import (
	"fmt"
	"time"

	"tally/lambda/cron"
	"tally/lambda/timezone"
)

// Warnings returns the schedule's own warnings and those about its times in loc after from:
// that it never fires, that it will not fire again, or that daylight saving time skips it.
// Most schedules have none.
func Warnings(s cron.Schedule, from time.Time, loc *time.Location) []string {
	if _, matches := s.Next(earliest, time.UTC); !matches { // such as 30 February
		return []string{"it never fires: no day from 1970 to 2199 matches"}
	}
	if s.IsRate() {
		return s.Warnings()
	}
	return append(s.Warnings(), ofTimes(s, from, loc)...)
}

// ofTimes says when a schedule does not fire although it looks as if it did.
func ofTimes(s cron.Schedule, now time.Time, loc *time.Location) []string {
	if _, ok := s.Next(now, loc); !ok {
		if gaps := skippedTimes(s, now, latest, 1, loc); len(gaps) > 0 {
			return []string{fmt.Sprintf("it does not fire: clocks in %s skip %s and whenever else it matches", loc, gaps[0].Wall)}
		}
		if last, ok := s.Prev(now, loc); ok {
			return []string{"it fires no more: the last time was " + last.Format(wallLayout)}
		}
		return []string{"it fires no more"}
	}
	const ahead = 5 * 365 * 24 * time.Hour
	until := min(now.Add(ahead).Unix(), latest)
	var list []string
	// A schedule of every hour loses nothing when the clocks leave one out.
	if !s.EveryHour() {
		for _, skip := range skippedTimes(s, now, until, 1, loc) {
			list = append(list, fmt.Sprintf("daylight saving time: clocks in %s skip %s, it does not fire then", loc, skip.Wall))
		}
	}
	for _, p := range timezone.Changes(loc, now.Unix(), until+1) {
		if at, ok := s.Next(justBefore(p.Start+p.Offset), time.UTC); ok && at.Unix() < p.Fresh {
			return append(list, fmt.Sprintf("daylight saving time: clocks in %s show %s twice, it fires the first time only", loc, at.Format(wallLayout)))
		}
	}
	return list
}
