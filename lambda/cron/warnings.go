package cron

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Warnings returns what AWS leaves open in the expression and what surprises people. Most
// schedules have none. Package upcoming adds those about the times.
func (s Schedule) Warnings() []string {
	var list warnings
	switch s.kind {
	case rateKind:
		list.add("a rate(…) has no fixed times: its phase begins when it is created")
	case cronKind:
		list.undocumented(s)
		list.surprises(&s.cron)
	}
	return list
}

// warnings is a list to which formatted texts are added.
type warnings []string

func (w *warnings) add(format string, args ...any) { *w = append(*w, fmt.Sprintf(format, args...)) }

// undocumented adds what AWS takes without saying what it means.
func (w *warnings) undocumented(s Schedule) {
	written, canonical := lineOf(s.text), lineOf(s.Canonical()).texts()
	for place, t := range written {
		switch l, _ := t.list(); {
		case l.wraps && place != hoursAt:
			w.add("%s: AWS documents ranges that wrap for hours only; the template says %s", t.field.name, canonical[place])
		case l.wraps && !s.cron.everyDay():
			// AWS on "0/30 20-2 ? * MON-FRI *": "Run from 12:00 am to 2:00 am on Monday morning".
			w.add("hours: the range wraps past midnight; the hours after it count on their own day, with MON-FRI early on Monday and not on Saturday")
		}
	}
	week := written[dayOfWeekAt]
	if l, _ := week.list(); l.steps {
		w.add("day-of-week: AWS documents no increments here; the template says %s", canonical[dayOfWeekAt])
	}
	if strings.EqualFold(week.text(), "L") {
		w.add("day-of-week: L alone is the last day of the week, taken as Saturday (7); the last Friday of a month is 6L")
	}
	day, n := canonical[dayOfMonthAt], s.cron.days.needs()
	if day == "LW" || strings.HasPrefix(day, "L-") {
		w.add("day-of-month: AWS takes %s but does not document it", day)
	}
	switch {
	case s.cron.sets[monthAt] != s.cron.canonicalMonths():
		w.add("day-of-month: AWS does not say what %s means in months without a day %d; the template leaves them out", day, n)
	case s.cron.monthsLack(n):
		w.add("day-of-month: AWS does not say what %s means in a February of 28 days; taken as skipped", day)
	}
}

// surprises adds what is well defined and yet often not meant.
func (w *warnings) surprises(f *fields) {
	minutes, hours, days := f.values(minutesAt), f.values(hoursAt), f.values(dayOfMonthAt)
	if len(minutes) == 60 && len(hours) < 24 {
		w.add("minutes: * fires every minute, %d times a day; once an hour is 0", 60*len(hours))
	}
	if step := minutesField.progression(minutes); step > 0 && 60%step != 0 {
		w.add("minutes: the increment %d begins anew every hour, so the last interval is shorter", step)
	}
	if step := hoursField.progression(hours); step > 0 && 24%step != 0 {
		w.add("hours: the increment %d begins anew every day, so the last interval is shorter", step)
	}
	switch {
	case len(days) > 0 && f.monthsLack(days[0]):
		w.add("day-of-month: months without a day %d are skipped; the last day of every month is L", days[0])
	case dayOfMonthField.progression(days) > 0:
		w.add("day-of-month: the increment begins anew every month")
	case f.days.kind == nthOfWeekday && f.days.nth == 5:
		w.add("day-of-week: months without a fifth %s are skipped; the last is %dL", weekdayWord(f.days.n), f.days.n)
	}
}

// monthsLack reports whether one of the months has no such day in a common year.
func (f *fields) monthsLack(day int) bool {
	const commonYear = 2001
	return slices.ContainsFunc(f.values(monthAt), func(month int) bool { return daysIn(commonYear, time.Month(month)) < day })
}
