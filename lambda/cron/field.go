package cron

import "strings"

// field is what AWS allows in one place of a cron(…).
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html#eb-cron-expressions
type field struct {
	name     string
	min, max int
	base     int      // the value of bit 0 of a set
	cycle    int      // how far a range that wraps goes round: 60 minutes; 0: it cannot
	names    []string // names[i] stands for min + i
	// maxStep is the largest increment. AWS refuses */60 in minutes
	// (https://github.com/aws/aws-sdk-js/issues/4212); the bounds are those of
	// Quartz, whose dialect EventBridge follows.
	maxStep int
}

var (
	minutesField    = &field{name: "minutes", min: 0, max: 59, cycle: 60, maxStep: 59}
	hoursField      = &field{name: "hours", min: 0, max: 23, cycle: 24, maxStep: 23}
	dayOfMonthField = &field{name: "day-of-month", min: 1, max: 31, cycle: 31, maxStep: 31}
	monthField      = &field{name: "month", min: 1, max: 12, cycle: 12, maxStep: 12, names: monthNames}
	dayOfWeekField  = &field{name: "day-of-week", min: 1, max: 7, cycle: 7, maxStep: 7, names: weekdayNames}
	yearField       = &field{name: "year", min: firstYear, max: lastYear, base: firstYear, maxStep: lastYear - firstYear}
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

var (
	monthNames   = []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
	weekdayNames = []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}
)

// named returns the value of a name, in any case: Quartz ignores case, and so
// does EventBridge (https://github.com/grumBit/aws_cron_expression_validator/issues/18).
func (f *field) named(word string) (int, bool) {
	for i, name := range f.names {
		if strings.EqualFold(name, word) {
			return f.min + i, true
		}
	}
	return 0, false
}

// full reports whether the set has every value of the field.
func (f *field) full(s set) bool {
	for v := f.min; v <= f.max; v++ {
		if !s.has(v - f.base) {
			return false
		}
	}
	return true
}

// values returns the set as ascending numbers.
func (f *field) values(s set) []int {
	var values []int
	for v := f.min; v <= f.max; v++ {
		if s.has(v - f.base) {
			values = append(values, v)
		}
	}
	return values
}
