package cron

import (
	"strings"
	"time"
)

// Later returns the schedule that fires by so much later on the same clock, or earlier
// if by is negative. It is false if no single cron(…) says that. Fields that stay the
// same stay as written.
func (s Schedule) Later(by time.Duration) (Schedule, bool) {
	if s.kind != cronKind || by%time.Minute != 0 {
		return Schedule{}, false
	}
	f := s.cron
	everyDay := f.everyDay() && f.full(monthAt) && f.full(yearAt)
	hours, ok := f.shift(minutesAt, int(by/time.Minute), everyDay && f.full(hoursAt))
	days := 0
	if ok {
		days, ok = f.shift(hoursAt, hours, everyDay)
	}
	if ok && days != 0 && !everyDay {
		ok = f.moveDays(days)
	}
	if !ok {
		return Schedule{}, false
	}
	texts, written := lineOf(Schedule{kind: cronKind, cron: f, text: s.text}.Canonical()).texts(), lineOf(s.text).texts()
	if f.sets[minutesAt] == s.cron.sets[minutesAt] {
		texts[minutesAt] = written[minutesAt]
	}
	switch {
	case days == 0:
		copy(texts[dayOfMonthAt:], written[dayOfMonthAt:])
	case f.days.kind == weekDays && !everyDay:
		name := func(n int) string { return weekdayNames[n-1] }
		texts[dayOfWeekAt] = strings.Join(ranges(f.values(dayOfWeekAt), "-", name), ",")
	}
	later, err := Parse(cronOf(texts...), Scheduler)
	return later, err == nil
}

// shift moves the values of the field at that place round its cycle, and returns how many
// cycles they go on. That number must be the same for all values, unless anyCarry says
// that it does not matter.
func (f *fields) shift(place, by int, anyCarry bool) (carry int, ok bool) {
	field := cronFields[place]
	var moved set
	for i, v := range f.values(place) {
		n := v - field.min + by
		c := n / field.cycle
		if n%field.cycle < 0 {
			c--
		}
		if i > 0 && c != carry && !anyCarry {
			return 0, false
		}
		carry = c
		moved.add(v + by - c*field.cycle)
	}
	f.sets[place] = moved
	return carry, moved != set{}
}

// moveDays moves the days by one day forward or back, if the fields can say that.
func (f *fields) moveDays(by int) bool {
	const firstDay, inEveryMonth = 1 << 1, 1<<29 - 1<<1 // day 1, days 1 to 28
	days := &f.sets[dayOfMonthAt][0]
	switch kind := f.days.kind; {
	case by != 1 && by != -1:
		return false
	case kind == weekDays && f.full(monthAt) && f.full(yearAt):
		f.shift(dayOfWeekAt, by, true)
		return true
	case kind == lastDay && f.days.n == 0 && by > 0:
		f.days, *days = dayRule{kind: monthDays}, firstDay
	case kind == monthDays && *days == firstDay && by < 0:
		f.days, *days = dayRule{kind: lastDay}, 0
	case kind == monthDays:
		before := *days
		if by > 0 {
			*days <<= 1
		} else {
			*days >>= 1
		}
		return before|*days|inEveryMonth == inEveryMonth
	default:
		return false
	}
	f.shift(monthAt, by, true)
	return f.full(yearAt)
}
