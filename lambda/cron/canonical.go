package cron

import (
	"strconv"
	"strings"
	"time"
)

// Canonical returns the schedule in numbers and in documented syntax, for the
// template: what was previewed is what fires, also where AWS's documentation leaves
// the written expression open. Names become numbers, ranges that wrap are split,
// L alone in day-of-week becomes 7, and nW and L-n take only the months that are
// long enough. Different ways to write the same values have one canonical form. It
// is at most 256 characters long.
func (s Schedule) Canonical() string {
	switch s.kind {
	case rateKind:
		return "rate(" + intervalWords(s.every) + ")"
	case atKind:
		return "at(" + time.Unix(s.once, 0).UTC().Format(atLayout) + ")"
	}
	f := s.cron
	f.sets[monthAt] = f.canonicalMonths()
	texts := make([]string, len(cronFields))
	for place, field := range cronFields {
		texts[place] = field.render(f.values(place))
	}
	texts[dayOfMonthAt], texts[dayOfWeekAt] = f.canonicalDays()
	if len(cronOf(texts...)) > maxLength {
		// A hundred single years. As written they are numbers, too.
		texts[yearAt] = lineOf(s.text)[yearAt].text()
	}
	return cronOf(texts...)
}

// canonicalDays returns the two day fields.
func (f *fields) canonicalDays() (dayOfMonth, dayOfWeek string) {
	if f.everyDay() {
		return "*", "?"
	}
	n := strconv.Itoa(f.days.n)
	switch f.days.kind {
	case lastDay:
		if f.days.n > 0 {
			return "L-" + n, "?"
		}
		return "L", "?"
	case lastWorkday:
		return "LW", "?"
	case nearWorkday:
		return n + "W", "?"
	case weekDays:
		return "?", dayOfWeekField.render(f.values(dayOfWeekAt))
	case lastOfWeekday:
		return "?", n + "L"
	case nthOfWeekday:
		return "?", n + "#" + strconv.Itoa(f.days.nth)
	}
	return dayOfMonthField.render(f.values(dayOfMonthAt)), "?"
}

// needs returns the day that a month must have for nW or L-n to fire in it, else 0.
func (r dayRule) needs() int {
	switch r.kind {
	case nearWorkday:
		return r.n
	case lastDay:
		return r.n + 1
	}
	return 0
}

// canonicalMonths leaves out the months that are too short for nW or L-n: AWS does not
// say whether 31W fires in them. If no month would remain, all are kept.
func (f *fields) canonicalMonths() set {
	var months set
	for _, month := range f.values(monthAt) {
		const leapYear = 2000
		if f.days.needs() <= daysIn(leapYear, time.Month(month)) {
			months.add(month)
		}
	}
	if months == (set{}) {
		return f.sets[monthAt]
	}
	return months
}

// render writes ascending values as numbers in documented syntax: "*", "0/15", "9-17"
// or a list of numbers and ranges. Equal values give equal texts.
func (f *field) render(values []int) string {
	if len(values) == f.max-f.min+1 {
		return "*"
	}
	if step := f.progression(values); step > 0 {
		return strconv.Itoa(values[0]) + "/" + strconv.Itoa(step)
	}
	return strings.Join(ranges(values, "-", strconv.Itoa), ",")
}

// progression returns the distance of three or more values that can be written
// start/step: they go in equal steps to the end of the field. Else it returns 0.
// AWS documents no increments in day-of-week.
func (f *field) progression(values []int) int {
	if len(values) < 3 || f == dayOfWeekField {
		return 0
	}
	step := values[1] - values[0]
	for i, v := range values {
		if v != values[0]+i*step {
			return 0
		}
	}
	if step == 1 || values[len(values)-1]+step <= f.max {
		return 0
	}
	return step
}

// runs cuts ascending values into stretches without a gap.
func runs(values []int) [][]int {
	var runs [][]int
	for i, start := 1, 0; i <= len(values); i++ {
		if i == len(values) || values[i] != values[i-1]+1 {
			runs = append(runs, values[start:i])
			start = i
		}
	}
	return runs
}

// ranges writes ascending values, three or more in a row as a range with "to" between:
// 1, 2 and 4-6.
func ranges(values []int, to string, write func(int) string) []string {
	var list []string
	for _, run := range runs(values) {
		if last := len(run) - 1; last > 1 {
			list = append(list, write(run[0])+to+write(run[last]))
			continue
		}
		for _, v := range run {
			list = append(list, write(v))
		}
	}
	return list
}
