package cron

import (
	"strconv"
	"time"
)

// Dialect says which of the two AWS services reads an expression.
type Dialect int

const (
	// Rule is a scheduled EventBridge rule: cron(…) and rate(…), always in UTC.
	// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
	Rule Dialect = iota
	// Scheduler is EventBridge Scheduler: also at(…), in any IANA time zone.
	// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
	Scheduler
)

// String returns "rule" or "scheduler".
func (d Dialect) String() string {
	switch d {
	case Rule:
		return "rule"
	case Scheduler:
		return "scheduler"
	}
	return "Dialect(" + strconv.Itoa(int(d)) + ")"
}

// Kind is the form of a schedule.
type Kind int

const (
	Cron Kind = iota // cron(minutes hours day-of-month month day-of-week year)
	Rate             // rate(value unit)
	At               // at(yyyy-mm-ddThh:mm:ss)
)

// String returns the word in front of the parenthesis: "cron", "rate" or "at".
func (k Kind) String() string {
	switch k {
	case Cron:
		return "cron"
	case Rate:
		return "rate"
	case At:
		return "at"
	}
	return "Kind(" + strconv.Itoa(int(k)) + ")"
}

// Schedule is a parsed expression. It is a plain value: it can be copied,
// compared with == and used by several goroutines. The zero Schedule never
// fires.
type Schedule struct {
	kind   Kind
	text   string
	cron   fields        // if kind is Cron
	every  time.Duration // if kind is Rate; a day is 24 hours, also where clocks change (AWS documents so)
	once   int64         // if kind is At: its wall clock reading, see wall.go
	quirks quirks
}

// String returns the expression as it was written.
func (s Schedule) String() string { return s.text }
