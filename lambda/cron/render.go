package cron

import (
	"strconv"
	"strings"
)

// render writes a set as numbers in documented syntax: "*", "0/15", "9-17" or
// a list of numbers and ranges. Equal sets give equal texts.
func (f *field) render(s set) string {
	if f.full(s) {
		return "*"
	}
	values := f.values(s)
	if step := f.progression(values); step > 0 {
		return strconv.Itoa(values[0]) + "/" + strconv.Itoa(step)
	}
	var list []string
	for _, r := range runsOf(values) {
		list = append(list, r.join("-", strconv.Itoa))
	}
	return strings.Join(list, ",")
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

// run is a stretch of consecutive values.
type run struct{ low, high int }

// runsOf groups ascending values. Two neighbours stay apart: "1,2" reads better
// than "1-2".
func runsOf(values []int) []run {
	var runs []run
	for i := 0; i < len(values); {
		end := i
		for end+1 < len(values) && values[end+1] == values[end]+1 {
			end++
		}
		if end == i+1 {
			end = i
		}
		runs = append(runs, run{values[i], values[end]})
		i = end + 1
	}
	return runs
}

// join writes a run: "1" or low and high with something between.
func (r run) join(between string, word func(int) string) string {
	if r.low == r.high {
		return word(r.low)
	}
	return word(r.low) + between + word(r.high)
}
