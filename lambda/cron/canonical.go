package cron

import (
	"strconv"
	"strings"
	"time"
)

// Canonical returns the schedule in numbers and in documented syntax, for the
// template: what was previewed is what fires, also where the expression as
// written leaves room for interpretation. Names become numbers, ranges that wrap
// are split, L alone in day-of-week becomes 7, and a day nW takes only the
// months that have a day n. Different ways to write the same values have one
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
		texts[yearAt] = strings.Fields(strings.TrimSuffix(s.text, ")"))[yearAt]
	}
	return cronOf(texts...)
}

// canonical returns the two day fields.
func (r dayRule) canonical() (dayOfMonth, dayOfWeek string) {
	switch r.kind {
	case lastDay:
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

// canonicalMonths leaves out the months that have no day n for nW: AWS does not
// say whether 31W fires in them. If none would remain they are kept.
func (f *fields) canonicalMonths() uint64 {
	if f.days.kind != nearWorkday {
		return f.months
	}
	var months uint64
	for m := time.January; m <= time.December; m++ {
		const leapYear = 2000
		if f.months>>m&1 != 0 && f.days.n <= daysIn(leapYear, m) {
			months |= 1 << m
		}
	}
	if months == 0 {
		return f.months
	}
	return months
}
