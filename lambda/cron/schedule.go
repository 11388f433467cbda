// Package cron parses the schedule expressions of Amazon EventBridge and computes
// when they fire.
//
//	s, err := cron.ParseJob("cron(55 14 * * ? *)")
//	next, ok := s.Next(time.Now(), time.UTC)
//
// A cron(…) has six fields: minutes hours day-of-month month day-of-week year.
// Weekdays count 1-7 from SUN, and exactly one of the day fields is "?".
// Rules run in UTC. EventBridge Scheduler runs in an IANA time zone (package timezone):
// a local time that daylight saving time skips does not fire, and one that it
// repeats fires once, at its first occurrence.
//
// Parse refuses what AWS refuses, with an expression to write instead. Some
// expressions are accepted by AWS but not documented. Canonical writes these in
// documented syntax, and Warnings names them. Sources:
//
//   - https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
//   - https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
//   - the Quartz CronTrigger tutorial, whose dialect EventBridge follows
package cron

import "time"

// Dialect says which of the two AWS services reads an expression.
type Dialect string

const (
	// Rule is a scheduled EventBridge rule: cron(…) and rate(…), always in UTC.
	// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
	Rule Dialect = "rule"
	// Scheduler is EventBridge Scheduler: also at(…), in any IANA time zone.
	// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
	Scheduler Dialect = "scheduler"
)

// kind is the word in front of the parenthesis.
type kind string

const (
	cronKind kind = "cron" // cron(minutes hours day-of-month month day-of-week year)
	rateKind kind = "rate" // rate(value unit)
	atKind   kind = "at"   // at(yyyy-mm-ddThh:mm:ss)
)

// Schedule is a parsed expression. It is a plain value: it can be copied,
// compared with == and used by several goroutines. The zero Schedule never
// fires.
type Schedule struct {
	kind  kind
	text  string
	cron  fields        // of a cron(…)
	every time.Duration // of a rate(…); AWS documents that a day is 24 hours, also where clocks change
	once  int64         // of an at(…): its wall clock reading, see wall.go
}

// String returns the expression as it was written.
func (s Schedule) String() string { return s.text }

// IsRate reports whether it is a rate(…), which has no fixed times.
func (s Schedule) IsRate() bool { return s.kind == rateKind }

// EveryHour reports whether it is a cron(…) with all hours.
func (s Schedule) EveryHour() bool { return s.cron.full(hoursAt) }
