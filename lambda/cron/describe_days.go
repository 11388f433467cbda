package cron

import (
	"fmt"
	"time"
)

var ordinals = [...]string{1: "first", "second", "third", "fourth", "fifth"}

// dayWords words the day fields and the months, with what joins them to the
// words of the clock.
func (f *fields) dayWords() string {
	switch r := f.days; r.kind {
	case lastDay:
		if r.n == 1 {
			return " on the day before the last day of " + f.ofMonths("")
		} else if r.n > 1 {
			return fmt.Sprintf(", %d days before the last day of %s", r.n, f.ofMonths(ifRare(r.n > 27)))
		}
		return " on the last day of " + f.ofMonths("")
	case lastWorkday:
		return " on the last weekday (Monday to Friday) of " + f.ofMonths("")
	case nearWorkday:
		return fmt.Sprintf(" on the weekday (Monday to Friday) nearest to day %d of %s", r.n, f.ofMonths(ifRare(r.n > 28)))
	case weekDays:
		return f.weekWords() + f.inMonths()
	case lastOfWeekday:
		return fmt.Sprintf(" on the last %s of %s", weekdayWord(r.n), f.ofMonths(""))
	case nthOfWeekday:
		return fmt.Sprintf(" on the %s %s of %s", ordinals[r.nth], weekdayWord(r.n), f.ofMonths(ifRare(r.nth == 5)))
	}
	days := dayOfMonthField.values(set{f.days.set})
	switch len(days) {
	case 31:
		return f.everyDayWords() + f.inMonths()
	case 1:
		return fmt.Sprintf(" on day %d of %s", days[0], f.ofMonths(ifRare(days[0] > 28)))
	}
	return " on days " + valueWords(days) + " of " + f.ofMonths("")
}

// ifRare marks a day that some months lack.
func ifRare(rare bool) string {
	if rare {
		return " that has one"
	}
	return ""
}

// everyDayWords is empty after words that cover the day: "every 15 minutes".
func (f *fields) everyDayWords() string {
	if hoursField.full(set{f.hours}) {
		return ""
	}
	return " every day"
}

// weekWords words days of the week: ", Monday to Friday" or " on Mondays".
func (f *fields) weekWords() string {
	days := dayOfWeekField.values(set{f.days.set})
	if len(days) == 7 {
		return f.everyDayWords()
	}
	if first := weekStart(f.days.set); len(days) > 2 {
		last := first
		for f.days.set>>(last%7+1)&1 != 0 {
			last = last%7 + 1
		}
		if (last-first+7)%7 == len(days)-1 {
			return ", " + weekdayWord(first) + " to " + weekdayWord(last)
		}
	}
	if days[0] == 1 {
		days = append(days[1:], 1) // people begin the week on Monday
	}
	var list []string
	for _, d := range days {
		list = append(list, weekdayWord(d)+"s")
	}
	return " on " + and(list)
}

// weekStart returns the first day of a set that follows a day not in it.
func weekStart(days uint64) int {
	for d := 1; d < 7; d++ {
		if days>>d&1 != 0 && days>>((d+5)%7+1)&1 == 0 {
			return d
		}
	}
	return 7
}

// weekdayWord returns "Sunday" for 1.
func weekdayWord(n int) string { return time.Weekday(n - 1).String() }

// inMonths returns " in January and July", or "" for all of them.
func (f *fields) inMonths() string {
	if monthField.full(set{f.months}) {
		return ""
	}
	return " in " + f.ofMonths("")
}

// ofMonths returns "every month" or the months, and a restriction after it.
func (f *fields) ofMonths(restriction string) string {
	if monthField.full(set{f.months}) {
		return "every month" + restriction
	}
	var list []string
	for _, r := range runsOf(monthField.values(set{f.months})) {
		list = append(list, r.join(" to ", func(n int) string { return time.Month(n).String() }))
	}
	return and(list)
}
