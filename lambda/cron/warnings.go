package cron

import (
	"fmt"
	"strings"
	"time"
)

// Warnings returns what AWS leaves open in the expression and what surprises
// people, in loc (nil means UTC) after from: for example that it never fires, that
// it will not fire again, or that daylight saving time skips it. Most schedules
// have none.
func (s Schedule) Warnings(from time.Time, loc *time.Location) []string {
	if s.kind == rateKind {
		return []string{"a rate(…) has no fixed times: its phase begins when it is created"}
	}
	timing := s.timing(from, loc)
	if s.kind != cronKind || s.neverMatches() {
		return timing
	}
	return append(append(s.undocumented(), s.cron.surprises()...), timing...)
}

// warnings is a list to which formatted texts are added.
type warnings []string

func (w *warnings) add(format string, args ...any) { *w = append(*w, fmt.Sprintf(format, args...)) }

// undocumented names what AWS takes without saying what it means.
func (s Schedule) undocumented() (list warnings) {
	written, canonical := lineOf(s.text), lineOf(s.Canonical()).texts()
	for place, t := range written {
		switch l, _ := t.list(); {
		case l.wraps && place != hoursAt:
			list.add("%s: AWS documents ranges that wrap for hours only; the template says %s", t.field.name, canonical[place])
		case l.wraps && !s.cron.everyDay():
			// AWS on "0/30 20-2 ? * MON-FRI *": "Run from 12:00 am to 2:00 am on Monday morning".
			list.add("hours: the range wraps past midnight; the hours after it count on their own day, with MON-FRI early on Monday and not on Saturday")
		}
	}
	week := written[dayOfWeekAt]
	if l, _ := week.list(); l.steps {
		list.add("day-of-week: AWS documents no increments here; the template says %s", canonical[dayOfWeekAt])
	}
	if strings.EqualFold(week.text(), "L") {
		list.add("day-of-week: L alone is the last day of the week, taken as Saturday (7); the last Friday of a month is 6L")
	}
	day, n := canonical[dayOfMonthAt], s.cron.days.needs()
	if day == "LW" || strings.HasPrefix(day, "L-") {
		list.add("day-of-month: AWS takes %s but does not document it", day)
	}
	switch {
	case s.cron.sets[monthAt] != s.cron.canonicalMonths():
		list.add("day-of-month: AWS does not say what %s means in months without a day %d; the template leaves them out", day, n)
	case s.cron.monthsLack(n):
		list.add("day-of-month: AWS does not say what %s means in a February of 28 days; taken as skipped", day)
	}
	return list
}

// surprises names what is well defined and yet often not meant.
func (f *fields) surprises() (list warnings) {
	minutes, hours, days := f.values(minutesAt), f.values(hoursAt), f.values(dayOfMonthAt)
	if len(minutes) == 60 && len(hours) < 24 {
		list.add("minutes: * fires every minute, %d times a day; once an hour is 0", 60*len(hours))
	}
	if step := minutesField.progression(minutes); step > 0 && 60%step != 0 {
		list.add("minutes: the increment %d begins anew every hour, so the last interval is shorter", step)
	}
	if step := hoursField.progression(hours); step > 0 && 24%step != 0 {
		list.add("hours: the increment %d begins anew every day, so the last interval is shorter", step)
	}
	switch {
	case len(days) > 0 && f.monthsLack(days[0]):
		list.add("day-of-month: months without a day %d are skipped; the last day of every month is L", days[0])
	case dayOfMonthField.progression(days) > 0:
		list.add("day-of-month: the increment begins anew every month")
	case f.days.kind == nthOfWeekday && f.days.nth == 5:
		list.add("day-of-week: months without a fifth %s are skipped; the last is %dL", weekdayWord(f.days.n), f.days.n)
	}
	return list
}

// monthsLack reports whether one of the months has no such day in a common year.
func (f *fields) monthsLack(day int) bool {
	const commonYear = 2001
	for _, month := range f.values(monthAt) {
		if daysIn(commonYear, time.Month(month)) < day {
			return true
		}
	}
	return false
}
