package job

import (
	"fmt"
	"time"
)

// Warnings are what is valid and yet often not meant: a window to date whose last slot
// of a period comes earlier or later when clocks change, so that the record that is
// taken for the period's leaves another part of it out.
func (j Job) Warnings() []string {
	if !j.hasWindows() || !j.Window.Span.toDate() {
		return nil
	}
	if moved, found := j.movedSlot(); found {
		return []string{moved.String() + j.advice(moved.change)}
	}
	return nil
}

// movedSlot is the last slot of a period that clocks move.
type movedSlot struct {
	change
	span         Span
	start        time.Time // of the period
	last, frozen time.Time // as readings; zero if the period has no slot
}

func (m movedSlot) String() string {
	clock := func(reading time.Time) string {
		if m.span.period() == "week" || m.span.period() == "month" {
			return reading.Format("15:04 on Monday 2 January")
		}
		return reading.Format("15:04")
	}
	because, period := fmt.Sprintf("clocks change in %s, so ", m.zone), m.span.name(m.start)
	switch {
	case m.last.IsZero():
		return because + fmt.Sprintf("%s has no slot; its last one would be at %s", period, clock(m.frozen))
	case m.frozen.IsZero():
		return because + fmt.Sprintf("the last slot of %s is at %s; it would have none", period, clock(m.last))
	}
	return because + fmt.Sprintf("the last slot of %s is at %s instead of %s", period, clock(m.last), clock(m.frozen))
}

// movedSlot finds the first period around a change of clocks whose last slot would be
// at another time if the clocks had stayed as they were.
func (j Job) movedSlot() (movedSlot, bool) {
	span := j.Window.Span
	for _, c := range j.changes() {
		// Where both zones change within hours, what counts is how they were before.
		c.was = j.ahead(c.at.Add(-24 * time.Hour))
		for _, at := range []time.Time{c.before, c.at, c.after} {
			start := startOf(span.period(), at.In(j.Zone))
			moved := movedSlot{change: c, span: span, start: start}
			if last, fires := j.Cron.Prev(span.after(start), j.ScheduleZone); fires && !last.Before(start) {
				moved.last = reading(last, j.Zone)
			}
			calm := startOf(span.period(), reading(start, j.Zone))
			last, fires := j.Cron.Prev(span.after(calm).Add(-c.was), time.UTC)
			if last = last.Add(c.was); fires && !last.Before(calm) {
				moved.frozen = last
			}
			if !moved.last.Equal(moved.frozen) {
				return moved, true
			}
		}
	}
	return movedSlot{}, false
}
