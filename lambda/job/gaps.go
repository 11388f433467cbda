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
	var counted, missing weekdays
	for end := startOf(span.period(), until.In(j.Zone)); end.After(from); {
		start := span.before(end)
		slot, fires := j.Cron.Next(start.Add(-time.Nanosecond), j.ScheduleZone)
		period := start
		if !span.toDate() {
			period = span.before(start)
		}
		if fires && slot.Before(end) {
			counted[period.Weekday()]++
		} else {
			missing[period.Weekday()]++
			first = period
		}
		end = start
	}
	if first.IsZero() {
		return ""
	}
	if names := missing.names(counted); span.period() == "day" && names != "" {
		return names + " belong to no slot"
	}
	return fmt.Sprintf("%d of %d %ss belong to no slot, such as %s",
		missing.sum(), missing.sum()+counted.sum(), span.period(), span.name(first))
}

// weekdays counts periods by the weekday on which they start.
type weekdays [7]int

func (w weekdays) sum() (total int) {
	for _, n := range w {
		total += n
	}
	return total
}

// names names the weekdays. It is empty if the other ones have one of them too, or if
// there are no others.
func (w weekdays) names(others weekdays) string {
	var names []string
	for i := range w {
		day := time.Weekday((i + 1) % len(w)) // weeks start on Monday
		if w[day] > 0 && others[day] > 0 {
			return ""
		}
		if w[day] > 0 {
			names = append(names, day.String()+"s")
		}
	}
	if others.sum() == 0 {
		return ""
	}
	return strings.Join(names, " and ")
}
