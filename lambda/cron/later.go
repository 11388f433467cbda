package cron

import (
	"strings"
	"time"
)

// Later returns the schedule that fires by so much later on the same clock, if a single
// cron(…) says that; by may be negative. Fields that stay the same stay as written.
func (s Schedule) Later(by time.Duration) (Schedule, bool) {
	if s.kind != Cron || by%time.Minute != 0 {
		return Schedule{}, false
	}
	f := s.cron
	everyDay := f.everyDay() && monthField.full(set{f.months}) && yearField.full(set(f.years))
	var carry int
	var ok bool
	f.minutes, carry, ok = shifted(f.minutes, int(by/time.Minute), minutesField.cycle, everyDay && hoursField.full(set{f.hours}))
	if ok {
		f.hours, carry, ok = shifted(f.hours, carry, hoursField.cycle, everyDay)
	}
	if !ok || carry != 0 && !everyDay && !f.moveDays(carry) {
		return Schedule{}, false
	}
	texts, written := fieldsOf(Schedule{cron: f, text: s.text}.Canonical()), fieldsOf(s.text)
	for i := range texts {
		if carry == 0 && i > hoursAt || i == minutesAt && f.minutes == s.cron.minutes {
			texts[i] = written[i]
		}
	}
	if days := f.days; carry != 0 && days.kind == weekDays && !everyDay {
		var names []string
		for _, r := range runsOf(dayOfWeekField.values(set{days.set})) {
			names = append(names, r.join("-", func(n int) string { return weekdayNames[n-1] }))
		}
		texts[dayOfWeekAt] = strings.Join(names, ",")
	}
	later, err := Parse(cronOf(texts...), Scheduler)
	return later, err == nil
}

// shifted moves the values of a set round a cycle and returns how many cycles they go
// on. That must be the same for all values, unless any number means the same.
func shifted(values uint64, by, cycle int, anyCarry bool) (moved uint64, carry int, ok bool) {
	first := true
	for v := range cycle {
		if values>>v&1 == 0 {
			continue
		}
		n := (v + by + 2*cycle*cycle) % cycle // never negative
		c := (v + by - n) / cycle
		if !first && c != carry && !anyCarry {
			return 0, 0, false
		}
		first, carry = false, c
		moved |= 1 << n
	}
	return moved, carry, !first
}

// moveDays moves the days by one, if that can be said.
func (f *fields) moveDays(by int) bool {
	everyYear := yearField.full(set(f.years))
	nextMonth := func(kind dayKind, days uint64) bool {
		f.days = dayRule{kind: kind, set: days}
		f.months = rotated(f.months, by, 12)
		return everyYear
	}
	switch r := f.days; {
	case by != 1 && by != -1:
	case r.kind == weekDays && monthField.full(set{f.months}) && everyYear:
		f.days.set = rotated(r.set, by, 7)
		return true
	case r.kind == lastDay && r.n == 0 && by > 0:
		return nextMonth(monthDays, 1<<1)
	case r.kind == monthDays && r.set == 1<<1 && by < 0:
		return nextMonth(lastDay, 0)
	case r.kind == monthDays:
		const inEveryMonth = 1<<29 - 1<<1 // days 1 to 28
		f.days.set = r.set << 1
		if by < 0 {
			f.days.set = r.set >> 1
		}
		return r.set|f.days.set|inEveryMonth == inEveryMonth
	}
	return false
}

// rotated moves the bits 1 to cycle of a set round by one.
func rotated(set uint64, by, cycle int) uint64 {
	if by > 0 {
		return set<<1&(1<<(cycle+1)-1) | set>>cycle&1<<1
	}
	return set>>1&^1 | set&2<<(cycle-1)
}
