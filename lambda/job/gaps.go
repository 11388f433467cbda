package job

import (
	"fmt"
	"strings"
	"time"
)

// Gaps says which periods belong to no slot in the year (the hours: in the week) after
// a time: what a schedule of weekdays means to leave out. It is empty if each period
// has one, and for a job without a window.
func (j Job) Gaps(from time.Time) string {
	if !j.hasWindows() {
		return ""
	}
	span, reach := j.Window.Span, from.AddDate(1, 0, 0)
	if span.period() == "hour" {
		reach = from.AddDate(0, 0, 7)
	}
	var all, missing [7]int // by the weekday on which the periods start
	var first time.Time
	for end := startOf(span.period(), reach.In(j.Zone)); end.After(from); {
		start := span.before(end)
		next, fires := j.Cron.Next(start.Add(-time.Nanosecond), j.ScheduleZone)
		counted := start
		if !span.toDate() {
			counted = span.before(start)
		}
		all[counted.Weekday()]++
		if !fires || !next.Before(end) {
			missing[counted.Weekday()]++
			first = counted
		}
		end = start
	}
	if first.IsZero() {
		return ""
	}
	if weekdays, only := whole(all, missing); span.period() == "day" && only {
		return weekdays + " belong to no slot"
	}
	return fmt.Sprintf("%d of %d %ss belong to no slot, such as %s", sum(missing), sum(all), span.period(), span.name(first))
}

// whole names the weekdays that are always missing; only is false if another is missing
// now and then, or if all are.
func whole(all, missing [7]int) (weekdays string, only bool) {
	var names []string
	for day := range all {
		day = (day + 1) % len(all) // weeks start on Monday
		switch missing[day] {
		case 0:
		case all[day]:
			names = append(names, time.Weekday(day).String()+"s")
		default:
			return "", false
		}
	}
	if len(names) == len(all) {
		return "", false
	}
	return strings.Join(names, " and "), true
}

func sum(numbers [7]int) (total int) {
	for _, n := range numbers {
		total += n
	}
	return total
}
