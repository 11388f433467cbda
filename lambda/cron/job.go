package cron

import (
	"fmt"
	"strings"
	"time"
)

// ParseJob reads the schedule of a job, which must be a cron(…). A rate(…) has no
// fixed times, since its phase begins when it is created, and an at(…) does not
// repeat: both are refused with the cron to write instead. Both dialects read a
// cron(…) alike. Errors are of type *Error.
func ParseJob(expr string) (Schedule, error) {
	// The Scheduler dialect reads at(…), so that it can be explained here.
	s, fault := parse(expr, Scheduler)
	if fault == nil {
		if message, instead := s.notJob(); message != "" {
			return Schedule{}, &Error{Message: message, Length: len(expr), Suggestion: instead}
		}
		return s, nil
	}
	e := fault.asError(Scheduler)
	if suggested, fault := parse(e.Suggestion, Scheduler); fault == nil {
		if message, instead := suggested.notJob(); message != "" {
			e.Message, e.Suggestion = e.Message+"; besides, "+message, instead
		}
	}
	return Schedule{}, e
}

// notJob says why no job takes the schedule, and what to write instead; nothing of a cron(…).
func (s Schedule) notJob() (message, instead string) {
	switch s.kind {
	case rateKind:
		return rateAsCron(s.every)
	case atKind:
		instead = atAsCron(time.Unix(s.once, 0).UTC())
		if _, fault := parse(instead, Scheduler); fault != nil {
			instead = "" // cron(…) does not have all years
		}
		return "an at(…) does not repeat, and a job takes cron(…); this fires once, at that minute", instead
	}
	return "", ""
}

// cronEvery returns the cron that fires at that interval, or nothing if none does.
func cronEvery(interval time.Duration) string {
	minutes, hours := int(interval/time.Minute), int(interval/time.Hour)
	switch {
	case interval == week:
		return "cron(0 0 ? * 2 *)"
	case interval == dayLength:
		return "cron(0 0 * * ? *)"
	case interval == time.Hour:
		return "cron(0 * * * ? *)"
	case interval == time.Minute:
		return "cron(* * * * ? *)"
	case minutes < 60 && 60%minutes == 0:
		return fmt.Sprintf("cron(0/%d * * * ? *)", minutes)
	case interval%time.Hour == 0 && hours < 24 && 24%hours == 0:
		return fmt.Sprintf("cron(0 0/%d * * ? *)", hours)
	}
	return ""
}

// rateAsCron returns why a rate of whole minutes is refused, and the cron to write
// instead: an equal one, or the closest one that fires at least as often.
func rateAsCron(every time.Duration) (message, cron string) {
	const why = "a rate(…) has no fixed times, its phase begins when it is created, and a job takes cron(…)"
	if cron := cronEvery(every); cron != "" {
		return why, cron
	}
	above, below := every, min(every, week)
	for cronEvery(below) == "" {
		below -= time.Minute
	}
	const none = why + "; no cron fires exactly every %s, the closest are every %s, %s, and "
	if every > week {
		return fmt.Sprintf(none+"the first of every month, cron(0 0 1 * ? *)", afterEvery(every), "week", cronEvery(week)), cronEvery(week)
	}
	for cronEvery(above) == "" {
		above += time.Minute
	}
	return fmt.Sprintf(none+"every %s, %s", afterEvery(every), afterEvery(below), cronEvery(below), afterEvery(above), cronEvery(above)), cronEvery(below)
}

// afterEvery writes an interval to stand after "every": "5 minutes", "day".
func afterEvery(interval time.Duration) string {
	return strings.TrimPrefix(intervalWords(interval), "1 ")
}
