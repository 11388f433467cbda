package job

import (
	"cmp"
	"fmt"
	"math"
	"time"
)

// lostAndDoubled finds the first period that belongs to no slot, and the first one that
// belongs to two, only because clocks change. It compares the windows around each change
// with those that the schedule would give if clocks never changed. Elsewhere there is no
// difference; a test compares this with a walk over all slots.
func (j Job) lostAndDoubled() (faults []clockFault) {
	span := j.Window.Span
	found := map[string]bool{}
	for _, c := range j.changes() {
		periods := span.between(c.before, c.after, j.Zone)
		if periods == 0 {
			continue
		}
		least, most, start := j.unchanged(c)
		slots, fault := "no slot", periods > most
		if periods < 0 {
			slots, fault = "two slots", least >= 0
			start, _, _ = span.Range(c.after, j.Zone)
		} else if span == PreviousHour && most > 0 {
			fault = false // half hours make gaps vary; only a schedule of every hour loses one
		}
		if fault && !found[slots] {
			found[slots] = true
			faults = append(faults, clockFault{c, fmt.Sprintf("%s belongs to %s because clocks change in %s", span.name(start), slots, c.zone)})
		}
	}
	return faults
}

// manyPeriods is where between stops counting, for schedules that hardly ever fire.
const manyPeriods = 400

// between is how many periods lie between the windows of two slots: 0 if the windows
// touch, -1 if they are the same.
func (s Span) between(earlier, later time.Time, zone *time.Location) int {
	_, end, _ := s.Range(earlier, zone)
	begin, same, _ := s.Range(later, zone)
	if same.Equal(end) {
		return -1
	}
	periods := 0
	for ; begin.After(end) && periods < manyPeriods; periods++ {
		begin = s.before(begin)
	}
	return periods
}

// unchanged is what the schedule would give around a change if clocks stayed as they
// were before it, or as they are after it: the least and the most periods between two
// windows. lost is the start, as clocks show it, of a period that only the clocks before
// the change would count.
func (j Job) unchanged(c change) (least, most int, lost time.Time) {
	span := j.Window.Span
	_, end, _ := span.Range(c.before, j.Zone)
	least, most = math.MaxInt, -1
	until := Shown(c.after.In(j.ScheduleZone))
	for at := Shown(c.before.In(j.ScheduleZone)); at.Before(until); {
		next, _ := j.Cron.Next(at, time.UTC)
		for _, ahead := range []time.Duration{c.was, c.is} {
			periods := span.between(at.Add(ahead), next.Add(ahead), time.UTC)
			least, most = min(least, periods), max(most, periods)
		}
		start, _, _ := span.Range(next.Add(c.was), time.UTC)
		if lost.IsZero() && !start.Before(Shown(end)) {
			lost = start
		}
		at = next
	}
	return least, most, cmp.Or(lost, Shown(end))
}

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
