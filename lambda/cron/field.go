package cron

import (
	"slices"
	"strconv"
	"strings"
)

// field is what AWS allows in one place of a cron(…).
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html#eb-cron-expressions
type field struct {
	name     string
	min, max int
	base     int      // the value of bit 0 of a set
	cycle    int      // the number of values, where a range may wrap; 0 where it may not
	names    []string // names[i] stands for min + i
}

// set holds the values of a field. Bit n stands for field.base + n.
type set [4]uint64

func (s *set) add(n int)      { s[n/64] |= 1 << (n % 64) }
func (s *set) has(n int) bool { return s[n/64]>>(n%64)&1 != 0 }

const firstYear, lastYear = 1970, 2199

// Names of values, as they stand in a pattern.
const (
	months   = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"
	weekdays = "SUN|MON|TUE|WED|THU|FRI|SAT"
)

var (
	monthNames   = strings.Split(months, "|")
	weekdayNames = strings.Split(weekdays, "|")

	minutesField    = &field{name: "minutes", min: 0, max: 59, cycle: 60}
	hoursField      = &field{name: "hours", min: 0, max: 23, cycle: 24}
	dayOfMonthField = &field{name: "day-of-month", min: 1, max: 31, cycle: 31}
	monthField      = &field{name: "month", min: 1, max: 12, cycle: 12, names: monthNames}
	dayOfWeekField  = &field{name: "day-of-week", min: 1, max: 7, cycle: 7, names: weekdayNames}
	yearField       = &field{name: "year", min: firstYear, max: lastYear, base: firstYear}
)

// cronFields are the fields in the order of an expression.
var cronFields = [6]*field{minutesField, hoursField, dayOfMonthField, monthField, dayOfWeekField, yearField}

// The places of cronFields.
const (
	minutesAt = iota
	hoursAt
	dayOfMonthAt
	monthAt
	dayOfWeekAt
	yearAt
)

// values returns a set of the field as ascending numbers.
func (f *field) values(s set) []int {
	var values []int
	for v := f.min; v <= f.max; v++ {
		if s.has(v - f.base) {
			values = append(values, v)
		}
	}
	return values
}

// maxStep is the largest increment. AWS refuses */60 in minutes
// (https://github.com/aws/aws-sdk-js/issues/4212). The bounds are those of Quartz.
func (f *field) maxStep() int { return f.max - f.base }

// named returns the value of a name, in any case: Quartz ignores case, and so
// does EventBridge (https://github.com/grumBit/aws_cron_expression_validator/issues/18).
func (f *field) named(word string) (int, bool) {
	i := slices.IndexFunc(f.names, func(name string) bool { return strings.EqualFold(name, word) })
	return f.min + i, i >= 0
}

// nearest returns the valid value that was probably meant by one out of range.
func (f *field) nearest(n int) int {
	if n == f.cycle && f.min == 0 {
		return 0 // hour 24, or minute 60
	}
	return max(f.min, min(n, f.max))
}

// scale says what the field allows: "1-12 or JAN-DEC".
func (f *field) scale() string {
	numbers := strconv.Itoa(f.min) + "-" + strconv.Itoa(f.max)
	if len(f.names) == 0 {
		return numbers
	}
	return numbers + " or " + f.names[0] + "-" + f.names[len(f.names)-1]
}

// fields are the six fields of a cron(…).
type fields struct {
	sets [6]set // by place; a day field has none unless days.kind says so
	days dayRule
}

// values returns the numbers of the field at that place, ascending.
func (f *fields) values(place int) []int { return cronFields[place].values(f.sets[place]) }

// full reports whether the field at that place has all its values.
func (f *fields) full(place int) bool {
	return len(f.values(place)) == cronFields[place].max-cronFields[place].min+1
}

// everyDay reports whether no day field restricts the days of a month.
func (f *fields) everyDay() bool { return f.full(dayOfMonthAt) || f.full(dayOfWeekAt) }
