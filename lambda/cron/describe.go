package cron

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Describe says in plain English when the schedule fires, without time zone:
// "at 14:55 every day".
func (s Schedule) Describe() string {
	switch s.kind {
	case Rate:
		return "every " + words(s.every) + ", counted from when it is created"
	case At:
		return "once, at " + time.Unix(s.once, 0).UTC().Format("15:04:05 on 2 January 2006")
	}
	f := s.cron
	if f == (fields{}) {
		return "never" // the zero Schedule
	}
	return f.clockWords() + f.dayWords() + f.yearWords()
}

// clockWords words minutes and hours.
func (f *fields) clockWords() string {
	const mostTimes = 6 // that are better listed than summed up
	minutes, hours := minutesField.values(set{f.minutes}), hoursField.values(set{f.hours})
	switch {
	case len(minutes)*len(hours) <= mostTimes:
		return "at " + times(minutes, hours)
	case len(minutes) == 1 && len(hours) < 24:
		return hourlyWords(minutes[0], hours)
	case len(hours) == 24 && len(minutes) == 60:
		return "every minute"
	case len(hours) == 24 && f.evenMinutes() > 0:
		return fmt.Sprintf("every %d minutes", f.evenMinutes())
	case len(hours) == 24:
		return minuteWords(minutes) + " of every hour"
	case len(minutes) == 60:
		return "every minute " + hourRanges(hours)
	case f.evenMinutes() > 0:
		return fmt.Sprintf("every %d minutes ", f.evenMinutes()) + hourRanges(hours)
	}
	return minuteWords(minutes) + " of every hour " + hourRanges(hours)
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

// hourlyWords words one minute of many hours.
func hourlyWords(minute int, hours []int) string {
	if step := hoursField.progression(hours); step > 0 && 24%step == 0 && hours[0] < step {
		return fmt.Sprintf("every %d hours from %02d:%02d", step, hours[0], minute)
	}
	if last := len(hours) - 1; hours[last]-hours[0] == last {
		return fmt.Sprintf("every hour from %02d:%02d to %02d:%02d", hours[0], minute, hours[last], minute)
	}
	return "at " + times([]int{minute}, hours)
}

// evenMinutes returns the interval of minutes that go round the hour evenly, as
// 0/15 or 0,30 do, else 0.
func (f *fields) evenMinutes() int {
	minutes := minutesField.values(set{f.minutes})
	if len(minutes) < 2 || 60%len(minutes) != 0 {
		return 0
	}
	step := 60 / len(minutes)
	for i, minute := range minutes {
		if minute != i*step {
			return 0
		}
	}
	return step
}

func minuteWords(minutes []int) string {
	if step := minutesField.progression(minutes); step > 0 {
		return fmt.Sprintf("every %d minutes from minute %d", step, minutes[0])
	}
	if len(minutes) == 1 {
		return "at minute " + strconv.Itoa(minutes[0])
	}
	return "at minutes " + valueWords(minutes)
}

func hourRanges(hours []int) string {
	var ranges []string
	for i := 0; i < len(hours); {
		end := i
		for end+1 < len(hours) && hours[end+1] == hours[end]+1 {
			end++
		}
		ranges = append(ranges, fmt.Sprintf("from %02d:00 to %02d:59", hours[i], hours[end]))
		i = end + 1
	}
	return and(ranges)
}

// yearWords words the years, with a blank before, or is empty for every year.
func (f *fields) yearWords() string {
	if yearField.full(set(f.years)) {
		return ""
	}
	years := yearField.values(set(f.years))
	if step := yearField.progression(years); step > 0 {
		return fmt.Sprintf(", every %d years from %d", step, years[0])
	}
	if first, last := years[0], years[len(years)-1]; last-first == len(years)-1 && first != last {
		if last == lastYear {
			return fmt.Sprintf(" from %d on", first)
		}
		return fmt.Sprintf(" from %d to %d", first, last)
	}
	return " in " + valueWords(years)
}

// valueWords lists numbers: "1, 2 and 10 to 15".
func valueWords(values []int) string {
	var list []string
	for _, r := range runsOf(values) {
		list = append(list, r.join(" to ", strconv.Itoa))
	}
	return and(list)
}

// and joins words the English way.
func and(words []string) string {
	if last := len(words) - 1; last > 0 {
		return strings.Join(words[:last], ", ") + " and " + words[last]
	}
	return strings.Join(words, "")
}
