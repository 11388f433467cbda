package cron

import (
	"fmt"
	"math/bits"
	"strings"
	"time"
)

// Warnings returns what AWS leaves open in the expression and what surprises
// people, in loc (nil means UTC) after from: that it never fires, fires no more,
// or meets daylight saving time. There are none for most schedules.
func (s Schedule) Warnings(from time.Time, loc *time.Location) []string {
	switch s.kind {
	case Rate:
		return []string{"a rate(…) has no fixed times: its phase begins when it is created"}
	case At:
		return s.timing(from, loc)
	}
	timing := s.timing(from, loc)
	if s.neverMatches() {
		return timing // nothing else matters
	}
	return append(append(s.undocumented(), s.cron.surprises()...), timing...)
}

// undocumented words the quirks.
func (s Schedule) undocumented() []string {
	var list []string
	add := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	canonical := fieldsOf(s.Canonical())
	for i, f := range cronFields[:yearAt] {
		switch {
		case s.quirks&wrapped(i) == 0:
		case i != hoursAt:
			add("%s: AWS documents ranges that wrap for hours only; the template says %s", f.name, canonical[i])
		case !s.cron.everyDay():
			// AWS on "0/30 20-2 ? * MON-FRI *": "Run from 12:00 am to 2:00 am on Monday morning".
			add("hours: the range wraps past midnight; the hours after it count on their own day, with MON-FRI early on Monday and not on Saturday")
		}
	}
	if s.quirks&steppedWeekDays != 0 {
		add("day-of-week: AWS documents no increments here; the template says %s", canonical[dayOfWeekAt])
	}
	if s.quirks&bareL != 0 {
		add("day-of-week: L alone is the last day of the week, taken as Saturday (7); the last Friday of a month is 6L")
	}
	day, n := canonical[dayOfMonthAt], s.cron.days.needs()
	if day == "LW" || strings.HasPrefix(day, "L-") {
		add("day-of-month: AWS takes %s but does not document it", day)
	}
	switch {
	case s.cron.months != s.cron.canonicalMonths():
		add("day-of-month: AWS does not say what %s means in months without a day %d; the template leaves them out", day, n)
	case n > 0 && s.cron.monthsLack(n):
		add("day-of-month: AWS does not say what %s means in a February of 28 days; taken as skipped", day)
	}
	return list
}

// surprises words what is well defined and yet often not meant.
func (f *fields) surprises() []string {
	var list []string
	add := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	minutes, hours := minutesField.values(set{f.minutes}), hoursField.values(set{f.hours})
	if len(minutes) == 60 && len(hours) < 24 {
		add("minutes: * fires every minute, %d times a day; once an hour is 0", 60*len(hours))
	}
	if step := minutesField.progression(minutes); step > 0 && 60%step != 0 {
		add("minutes: the increment %d begins anew every hour, so the last interval is shorter", step)
	}
	if step := hoursField.progression(hours); step > 0 && 24%step != 0 {
		add("hours: the increment %d begins anew every day, so the last interval is shorter", step)
	}
	switch r := f.days; {
	case r.kind == monthDays && f.monthsLack(bits.TrailingZeros64(r.set)):
		add("day-of-month: months without a day %d are skipped; the last day of every month is L", bits.TrailingZeros64(r.set))
	case r.kind == monthDays && dayOfMonthField.progression(dayOfMonthField.values(set{r.set})) > 0:
		add("day-of-month: the increment begins anew every month")
	case r.kind == nthOfWeekday && r.nth == 5:
		add("day-of-week: months without a fifth %s are skipped; the last is %dL", weekdayWord(r.n), r.n)
	}
	return list
}

// monthsLack reports whether one of the months has no such day in a common year.
func (f *fields) monthsLack(day int) bool {
	const commonYear = 2001
	for m := time.January; m <= time.December; m++ {
		if f.months>>m&1 != 0 && daysIn(commonYear, m) < day {
			return true
		}
	}
	return false
}

// everyDay reports whether no field restricts the days within its months.
func (f *fields) everyDay() bool {
	switch f.days.kind {
	case monthDays:
		return dayOfMonthField.full(set{f.days.set})
	case weekDays:
		return dayOfWeekField.full(set{f.days.set})
	}
	return false
}
