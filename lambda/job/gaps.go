package job

import (
	"fmt"
	"slices"
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
	all, lost := 0, []time.Time{}      // the starts of periods without a slot, the latest first
	counted := map[time.Weekday]bool{} // on which other periods start
	for end := startOf(span.period(), until.In(j.Zone)); end.After(from); all++ {
		start := span.before(end)
		slot, fires := j.Cron.Next(start.Add(-time.Nanosecond), j.ScheduleZone)
		period := start
		if !span.toDate() {
			period = span.before(start)
		}
		if fires && slot.Before(end) {
			counted[period.Weekday()] = true
		} else {
			lost = append(lost, period)
		}
		end = start
	}
	if len(lost) == 0 {
		return ""
	}
	atTimes := slices.ContainsFunc(lost, func(start time.Time) bool { return counted[start.Weekday()] })
	if span.period() != "day" || len(lost) == all || atTimes {
		return fmt.Sprintf("%d of %d %ss belong to no slot, such as %s", len(lost), all, span.period(), span.name(lost[len(lost)-1]))
	}
	var names []string
	for i := range 7 {
		if day := time.Weekday((i + 1) % 7); !counted[day] {
			names = append(names, day.String()+"s")
		}
	}
	return strings.Join(names, " and ") + " belong to no slot"
}
