package cron

import (
	"fmt"
	"time"
)

var ordinals = [...]string{1: "first", "second", "third", "fourth", "fifth"}

// dayWords describes the day fields and the months, with what joins them to the
// words of the clock.
func (f *fields) dayWords() string {
	n := f.days.n
	switch f.days.kind {
	case lastDay:
		switch n {
		case 0:
			return " on the last day of " + f.ofMonths(false)
		case 1:
			return " on the day before the last day of " + f.ofMonths(false)
		}
		return fmt.Sprintf(", %d days before the last day of %s", n, f.ofMonths(n > 27))
	case lastWorkday:
		return " on the last weekday (Monday to Friday) of " + f.ofMonths(false)
	case nearWorkday:
		return fmt.Sprintf(" on the weekday (Monday to Friday) nearest to day %d of %s", n, f.ofMonths(n > 28))
	case weekDays:
		return f.weekWords() + f.inMonths()
	case lastOfWeekday:
		return fmt.Sprintf(" on the last %s of %s", weekdayWord(n), f.ofMonths(false))
	case nthOfWeekday:
		return fmt.Sprintf(" on the %s %s of %s", ordinals[f.days.nth], weekdayWord(n), f.ofMonths(f.days.nth == 5))
	}
	days := f.values(dayOfMonthAt)
	switch len(days) {
	case 31:
		return f.everyDayWords() + f.inMonths()
	case 1:
		return fmt.Sprintf(" on day %d of %s", days[0], f.ofMonths(days[0] > 28))
	}
	return " on days " + valueWords(days) + " of " + f.ofMonths(false)
}

// everyDayWords is empty after words that cover the day: "every 15 minutes".
func (f *fields) everyDayWords() string {
	if f.full(hoursAt) {
		return ""
	}
	return " every day"
}

// weekWords describes days of the week: ", Monday to Friday" or " on Mondays".
func (f *fields) weekWords() string {
	days := f.values(dayOfWeekAt)
	if len(days) == 7 {
		return f.everyDayWords()
	}
	for _, first := range days {
		count := 1 // of days in a row, which may go past Saturday
		for f.sets[dayOfWeekAt]>>((first+count-1)%7+1)&1 != 0 {
			count++
		}
		if count == len(days) && count > 2 {
			return ", " + weekdayWord(first) + " to " + weekdayWord((first+count-2)%7+1)
		}
	}
	if days[0] == 1 {
		days = append(days[1:], 1) // people begin the week on Monday
	}
	var list []string
	for _, day := range days {
		list = append(list, weekdayWord(day)+"s")
	}
	return " on " + and(list)
}

// weekdayWord returns "Sunday" for 1.
func weekdayWord(n int) string { return time.Weekday(n - 1).String() }

// inMonths returns " in January and July", or "" for all months.
func (f *fields) inMonths() string {
	if f.full(monthAt) {
		return ""
	}
	return " in " + f.ofMonths(false)
}

// ofMonths returns "every month" or the names of the months. If some months lack the
// day, it says so of every month.
func (f *fields) ofMonths(someLack bool) string {
	switch {
	case !f.full(monthAt):
		return and(ranges(f.values(monthAt), " to ", func(n int) string { return time.Month(n).String() }))
	case someLack:
		return "every month that has one"
	}
	return "every month"
}
