package cron

import (
	"fmt"
	"strings"
	"time"

	"tally/lambda/timezone"
)

// Warnings returns what AWS leaves open in the expression and what surprises
// people, in loc (nil means UTC) after from: for example that it never fires, that
// it will not fire again, or that daylight saving time skips it. Most schedules
// have none.
func (s Schedule) Warnings(from time.Time, loc *time.Location) []string {
	var list warnings
	switch _, matches := s.nearest(floor(earliest, secondsPerMinute), forward); {
	case s.kind == rateKind:
		list.add("a rate(…) has no fixed times: its phase begins when it is created")
	case !matches: // such as 30 February
		list.add("it never fires: no day from 1970 to 2199 matches")
	default:
		if s.kind == cronKind {
			list.undocumented(s)
			list.surprises(&s.cron)
		}
		list.timing(s, from, loc)
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
	for _, month := range f.values(monthAt) {
		if daysIn(commonYear, time.Month(month)) < day {
			return true
		}
	}
	return false
}

// timing adds when a schedule does not fire although it looks as if it did.
func (w *warnings) timing(s Schedule, now time.Time, loc *time.Location) {
	if _, ok := s.Next(now, loc); !ok {
		if gaps := s.skipped(now, latest, 1, loc); len(gaps) > 0 {
			w.add("it does not fire: clocks in %s skip %s and whenever else it matches", loc, gaps[0].Wall)
		} else if last, ok := s.Prev(now, loc); ok {
			w.add("it fires no more: the last time was %s", last.Format(wallLayout))
		} else {
			w.add("it fires no more")
		}
		return
	}
	const ahead = 5 * 365 * 24 * time.Hour
	until := min(now.Add(ahead).Unix(), latest)
	// A schedule of every hour loses nothing when the clocks leave one out.
	if !s.cron.full(hoursAt) {
		for _, skip := range s.skipped(now, until, 1, loc) {
			w.add("daylight saving time: clocks in %s skip %s, it does not fire then", loc, skip.Wall)
		}
	}
	for _, p := range timezone.Changes(loc, now.Unix(), until+1) {
		if wall, ok := s.nearest(p.Start+p.Offset, forward); ok && wall < p.Fresh {
			w.add("daylight saving time: clocks in %s show %s twice, it fires the first time only", loc, wallText(wall))
			break
		}
	}
}
