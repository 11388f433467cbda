package job

import (
	"fmt"
	"strings"
	"time"
)

// Gaps says which periods belong to no slot in the year after a time (of hours: in the
// week after it), because the schedule leaves them out. It is empty if each period has
// a slot, and for a job without a window.
func (j Job) Gaps(from time.Time) string {
	if !j.hasWindows() {
		return ""
	}
	span, until := j.Window.Span, from.AddDate(1, 0, 0)
	if span.period() == "hour" {
		until = from.AddDate(0, 0, 7)
	}
	var first time.Time
	lost, all := 0, 0
	var counted, missing [7]bool // weekdays on which such periods start
	for end := startOf(span.period(), until.In(j.Zone)); end.After(from); {
		start := span.before(end)
		slot, fires := j.Cron.Next(start.Add(-time.Nanosecond), j.ScheduleZone)
		period := start
		if !span.toDate() {
			period = span.before(start)
		}
		if fires && slot.Before(end) {
			counted[period.Weekday()] = true
		} else {
			missing[period.Weekday()] = true
			first = period
			lost++
		}
		all++
		end = start
	}
	if lost == 0 {
		return ""
	}
	if names := weekdays(missing, counted); span.period() == "day" && lost < all && names != "" {
		return names + " belong to no slot"
	}
	return fmt.Sprintf("%d of %d %ss belong to no slot, such as %s", lost, all, span.period(), span.name(first))
}

// weekdays names those that are always missing, from Monday on. It is empty if one of
// them is counted at times.
func weekdays(missing, counted [7]bool) string {
	var names []string
	for i := range 7 {
		day := time.Weekday((i + 1) % 7)
		switch {
		case missing[day] && counted[day]:
			return ""
		case missing[day]:
			names = append(names, day.String()+"s")
		}
	}
	return strings.Join(names, " and ")
}
