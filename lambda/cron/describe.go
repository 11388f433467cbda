package cron

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Describe says in plain English when the schedule fires, without time zone:
// "at 14:55 every day".
func (s Schedule) Describe() string {
	switch s.kind {
	case cronKind:
		return s.cron.clockWords() + s.cron.dayWords() + s.cron.yearWords()
	case rateKind:
		return "every " + afterEvery(s.every) + ", counted from when it is created"
	case atKind:
		return "once, at " + time.Unix(s.once, 0).UTC().Format("15:04:05 on 2 January 2006")
	}
	return "never" // the zero Schedule
}

// clockWords describes minutes and hours.
func (f *fields) clockWords() string {
	const mostTimes = 6 // that are listed
	minutes, hours := f.values(minutesAt), f.values(hoursAt)
	switch {
	case len(minutes)*len(hours) <= mostTimes:
		return "at " + times(minutes, hours)
	case len(hours) == 24:
		return minuteWords(minutes)
	case len(minutes) == 1:
		return hourlyWords(minutes[0], hours)
	}
	var ranges []string
	for _, run := range runs(hours) {
		ranges = append(ranges, fmt.Sprintf("from %02d:00 to %02d:59", run[0], run[len(run)-1]))
	}
	return minuteWords(minutes) + " " + and(ranges)
}

// times lists the times of a day.
func times(minutes, hours []int) string {
	var times []string
	for _, hour := range hours {
		for _, minute := range minutes {
			times = append(times, fmt.Sprintf("%02d:%02d", hour, minute))
		}
	}
	return and(times)
}

// hourlyWords describes one minute of many hours.
func hourlyWords(minute int, hours []int) string {
	if step := hoursField.progression(hours); step > 0 && 24%step == 0 && hours[0] < step {
		return fmt.Sprintf("every %d hours from %02d:%02d", step, hours[0], minute)
	}
	if last := len(hours) - 1; hours[last]-hours[0] == last {
		return fmt.Sprintf("every hour from %02d:%02d to %02d:%02d", hours[0], minute, hours[last], minute)
	}
	return "at " + times([]int{minute}, hours)
}

// minuteWords describes the minutes of every hour.
func minuteWords(minutes []int) string {
	step := minutesField.progression(minutes)
	switch {
	case len(minutes) == 60:
		return "every minute"
	case slices.Equal(minutes, []int{0, 30}):
		return "every 30 minutes"
	case step > 0 && minutes[0] == 0 && 60%step == 0:
		return fmt.Sprintf("every %d minutes", step)
	case step > 0:
		return fmt.Sprintf("every %d minutes from minute %d of every hour", step, minutes[0])
	case len(minutes) == 1:
		return fmt.Sprintf("at minute %d of every hour", minutes[0])
	}
	return "at minutes " + valueWords(minutes) + " of every hour"
}

// yearWords describes the years, with a blank or comma before. It is empty for every year.
func (f *fields) yearWords() string {
	if f.full(yearAt) {
		return ""
	}
	years := f.values(yearAt)
	first, last := years[0], years[len(years)-1]
	step := yearField.progression(years)
	switch {
	case step > 0:
		return fmt.Sprintf(", every %d years from %d", step, first)
	case first == last || last-first != len(years)-1:
		return " in " + valueWords(years)
	case last == lastYear:
		return fmt.Sprintf(" from %d on", first)
	}
	return fmt.Sprintf(" from %d to %d", first, last)
}

// valueWords lists numbers: "1, 2 and 10 to 15".
func valueWords(values []int) string { return and(ranges(values, " to ", strconv.Itoa)) }

// and joins words the English way.
func and(words []string) string {
	if last := len(words) - 1; last > 0 {
		return strings.Join(words[:last], ", ") + " and " + words[last]
	}
	return strings.Join(words, "")
}

var ordinals = [...]string{1: "first", "second", "third", "fourth", "fifth"}

// dayWords describes the day fields and the months, with what joins them to the
// words of the clock.
func (f *fields) dayWords() string {
	switch {
	case f.everyDay() && f.full(hoursAt): // after "every 15 minutes"
		return f.inMonths()
	case f.everyDay():
		return " every day" + f.inMonths()
	}
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
	if len(days) == 1 {
		return fmt.Sprintf(" on day %d of %s", days[0], f.ofMonths(days[0] > 28))
	}
	return " on days " + valueWords(days) + " of " + f.ofMonths(false)
}

// weekWords describes days of the week: ", Monday to Friday" or " on Mondays".
func (f *fields) weekWords() string {
	days := f.values(dayOfWeekAt)
	for _, first := range days {
		count := 1 // of days in a row, which may go past Saturday
		for f.sets[dayOfWeekAt].has((first+count-1)%7 + 1) {
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
