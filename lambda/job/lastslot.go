package job

import (
	"fmt"
	"time"
)

// movedSlot finds the first period, around a change of clocks, whose last slot would be
// at another time if clocks had not changed.
func (j Job) movedSlot() []clockFault {
	span := j.Window.Span
	for _, c := range j.changes() {
		// Both zones may change within hours. What counts is the time before either.
		c.was = j.ahead(c.at.Add(-24 * time.Hour))
		for _, at := range []time.Time{c.before, c.at, c.after} {
			start := startOf(span.period(), at.In(j.Zone))
			var last, unchanged time.Time // as clocks show them; zero if the period has no slot
			if slot, fires := j.Cron.Prev(span.after(start), j.ScheduleZone); fires && !slot.Before(start) {
				last = Shown(slot.In(j.Zone))
			}
			shownStart := startOf(span.period(), Shown(start))
			slot, fires := j.Cron.Prev(span.after(shownStart).Add(-c.was), time.UTC)
			if slot = slot.Add(c.was); fires && !slot.Before(shownStart) {
				unchanged = slot
			}
			if !last.Equal(unchanged) {
				return []clockFault{{c, fmt.Sprintf("clocks change in %s, so %s", c.zone, span.moved(start, last, unchanged))}}
			}
		}
	}
	return nil
}

// moved says which last slot the period that starts then has, and which one it would
// have if clocks had not changed.
func (s Span) moved(start, last, unchanged time.Time) string {
	layout := "15:04"
	if s.period() == "week" || s.period() == "month" {
		layout = "15:04 on Monday 2 January"
	}
	switch {
	case last.IsZero():
		return fmt.Sprintf("%s has no slot; its last one would be at %s", s.name(start), unchanged.Format(layout))
	case unchanged.IsZero():
		return fmt.Sprintf("the last slot of %s is at %s; it would have none", s.name(start), last.Format(layout))
	}
	return fmt.Sprintf("the last slot of %s is at %s instead of %s", s.name(start), last.Format(layout), unchanged.Format(layout))
}
