package cron

import (
	"strconv"
	"time"
)

// Canonical returns the schedule in numbers and in documented syntax, for the
// template: what was previewed is what fires, also where the expression as
// written leaves room for interpretation. Names become numbers, ranges that wrap
// are split, L alone in day-of-week becomes 7, and nW and L-n take only
// the months that are long enough. Different ways to write the same values have one
// canonical form. It is at most 256 characters long.
func (s Schedule) Canonical() string {
	switch s.kind {
	case Rate:
		return rateOf(s.every)
	case At:
		return "at(" + time.Unix(s.once, 0).UTC().Format(atLayout) + ")"
	}
	f := s.cron
	month, week := f.days.canonical()
	texts := []string{
		minutesField.render(set{f.minutes}), hoursField.render(set{f.hours}),
		month, monthField.render(set{f.canonicalMonths()}), week, yearField.render(set(f.years)),
	}
	if len(cronOf(texts...)) > maxLength {
		// A hundred single years; as written they are numbers in any case.
		texts[yearAt] = fieldsOf(s.text)[yearAt]
	}
	return cronOf(texts...)
}

// canonical returns the two day fields.
func (r dayRule) canonical() (dayOfMonth, dayOfWeek string) {
	switch r.kind {
	case lastDay:
		if r.n > 0 {
			return "L-" + strconv.Itoa(r.n), "?"
		}
		return "L", "?"
	case lastWorkday:
		return "LW", "?"
	case nearWorkday:
		return strconv.Itoa(r.n) + "W", "?"
	case weekDays:
		if week := dayOfWeekField.render(set{r.set}); week != "*" {
			return "?", week
		}
		return "*", "?"
	case lastOfWeekday:
		return "?", strconv.Itoa(r.n) + "L"
	case nthOfWeekday:
		return "?", strconv.Itoa(r.n) + "#" + strconv.Itoa(r.nth)
	}
	return dayOfMonthField.render(set{r.set}), "?"
}

// needs is the day that a month must have for nW or L-n to mean something in it, else 0.
func (r dayRule) needs() int {
	switch r.kind {
	case nearWorkday:
		return r.n
	case lastDay:
		return r.n + 1
	}
	return 0
}

// canonicalMonths leaves out the months that are too short for nW or L-n: AWS does not
// say whether 31W fires in them. If none would remain they are kept.
func (f *fields) canonicalMonths() uint64 {
	var months uint64
	for m := time.January; m <= time.December; m++ {
		const leapYear = 2000
		if f.months>>m&1 != 0 && f.days.needs() <= daysIn(leapYear, m) {
			months |= 1 << m
		}
	}
	if months == 0 {
		return f.months
	}
	return months
}
