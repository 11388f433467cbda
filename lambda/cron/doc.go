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
