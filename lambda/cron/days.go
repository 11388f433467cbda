package cron

import (
	"regexp"
	"strings"
	"sync"
	"time"
)

// dayKind is the form of the day-of-month or day-of-week field.
type dayKind uint8

const (
	monthDays     dayKind = iota // 1,15 or 1-7: numbers of days
	lastDay                      // L or L-n: the last day of the month, or n days before it
	lastWorkday                  // LW: the last Monday to Friday of the month
	nearWorkday                  // nW: the Monday to Friday nearest to day n
	weekDays                     // MON-FRI: days of the week
	lastOfWeekday                // nL: the last such day of the month
	nthOfWeekday                 // n#k: the k-th such day of the month
)

// dayRule says on which days of a month a schedule fires. The days of monthDays and
// weekDays stand in fields.sets.
type dayRule struct {
	kind dayKind
	n    int // lastDay: days before it; nearWorkday: day of the month; lastOfWeekday, nthOfWeekday: weekday 1-7
	nth  int // nthOfWeekday: 1-5
}

// daysOf returns the days of that month on which the schedule may fire: bit n is day n.
func (f *fields) daysOf(year int, month time.Month) uint64 {
	const everySeventh = 1 | 1<<7 | 1<<14 | 1<<21 | 1<<28
	last := daysIn(year, month)
	all := uint64(1)<<(last+1) - 2 // bits 1 to last
	if f.days.kind == monthDays {
		return f.sets[dayOfMonthAt][0] & all
	}
	n, first := f.days.n, time.Date(year, month, 1, 0, 0, 0, 0, time.UTC).Weekday()
	switch f.days.kind {
	case lastDay:
		if n >= last {
			return 0
		}
		return 1 << (last - n)
	case lastWorkday:
		return 1 << nearestWorkday(last, last, first)
	case nearWorkday:
		if n > last {
			return 0
		}
		return 1 << nearestWorkday(n, last, first)
	case lastOfWeekday:
		day := firstOn(n, first)
		return 1 << (day + (last-day)/7*7)
	case nthOfWeekday:
		return 1 << (firstOn(n, first) + 7*(f.days.nth-1)) & all
	}
	var days uint64 // weekDays
	for weekday := 1; weekday <= 7; weekday++ {
		if f.sets[dayOfWeekAt].has(weekday) {
			days |= everySeventh << firstOn(weekday, first)
		}
	}
	return days & all
}

// firstOn returns the first day of a month that is such a weekday (Sunday is
// 1), in a month that begins on first.
func firstOn(weekday int, first time.Weekday) int {
	return 1 + (weekday-1-int(first)+7)%7
}

// nearestWorkday moves a day that is a Saturday or a Sunday to the nearest
// Monday to Friday of the same month, which has last days and begins on first.
func nearestWorkday(day, last int, first time.Weekday) int {
	switch (first + time.Weekday(day-1)) % 7 {
	case time.Saturday:
		if day == 1 {
			return 3
		}
		return day - 1
	case time.Sunday:
		if day == last {
			return day - 2
		}
		return day + 1
	}
	return day
}

func daysIn(year int, month time.Month) int {
	if leap := year%4 == 0 && (year%100 != 0 || year%400 == 0); leap && month == time.February {
		return 29
	}
	return [...]int{1: 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month]
}

// offsetField is the n of L-n. Quartz takes 0 to 30 (CronExpression.storeExpressionVals).
var offsetField = &field{name: "day-of-month: the offset from the last day", min: 0, max: 30}

// dayForms are the ways to write a day field that are no lists. AWS takes LW and L-n, as
// Quartz does, but does not document them:
// https://github.com/serverless/serverless-local-schedule/issues/12
// https://github.com/grumBit/aws_cron_expression_validator/issues/18
var dayForms = sync.OnceValue(func() []dayForm {
	return []dayForm{
		{dayOfMonthAt, pattern(`L`), lastDay, nil},
		{dayOfMonthAt, pattern(`L-([^,/W]+)`), lastDay, offsetField},
		{dayOfMonthAt, pattern(`LW`), lastWorkday, nil},
		{dayOfMonthAt, pattern(`(\d[^,/-]*)W`), nearWorkday, dayOfMonthField},
		{dayOfWeekAt, pattern(`([^,/#-]+)L`), lastOfWeekday, dayOfWeekField},
		{dayOfWeekAt, pattern(`([^,#-]+)#([^,#]*)`), nthOfWeekday, dayOfWeekField},
	}
})

type dayForm struct {
	place   int
	pattern *regexp.Regexp
	kind    dayKind
	n       *field // what the first group of the pattern is; it becomes dayRule.n
}

// inDayForms are the signs of which each of dayForms has one.
const inDayForms = "LlWw#"

// day reads a day field that is not "?". The set is that of a list.
func (l line) day(place int) (rule dayRule, values set, fault *fault) {
	t := l[place]
	var forms []dayForm
	if strings.ContainsAny(t.text(), inDayForms) {
		forms = dayForms()
	}
	for _, form := range forms {
		group := form.pattern.FindStringSubmatchIndex(t.text())
		if form.place != place || group == nil {
			continue
		}
		rule.kind = form.kind
		if form.n == nil {
			return rule, values, nil
		}
		n := t.sub(group[2], group[3]).as(form.n)
		rule.n, fault = n.value()
		switch {
		case form.kind == lastOfWeekday && fault != nil && fault.fix == "":
			fault = t.notValue() // APRIL, not APRI
		case form.kind == nthOfWeekday && fault != nil:
			fault = unixNumbers(n, fault)
		case form.kind == nthOfWeekday:
			if rule.nth, _ = number(t.text()[group[4]:]); rule.nth < 1 || rule.nth > 5 {
				var instead string
				fault, instead = t.misused(nthMisuses())
				fault.replace(instead)
			}
		}
		return rule, values, fault
	}
	misuses := monthMisuses
	if place == dayOfWeekAt {
		rule.kind, misuses = weekDays, weekMisuses
	}
	if rule.kind == weekDays && strings.EqualFold(t.text(), "L") {
		// AWS: "the last day of the … week", which it numbers 1 to 7, SUN-SAT.
		return rule, set{1 << 7}, nil
	}
	if fault = l.misusedDay(place, misuses()); fault == nil {
		values, fault = t.values()
	}
	return rule, values, unixNumbers(t, fault)
}
