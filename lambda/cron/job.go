package cron

import (
	"strconv"
	"strings"
	"time"
)

// ParseJob reads the schedule of a job, which must be a cron(…). A rate(…) has
// no fixed times, since its phase begins whenever it is created, and an at(…)
// does not repeat: both are refused with the cron to write instead. What
// remains is the same in both dialects. Errors are of type *Error.
func ParseJob(expr string) (Schedule, error) {
	// The Scheduler dialect has at(…), so that it gets the words for jobs.
	s, fault := parse(expr, Scheduler)
	if fault == nil {
		if e := s.notJob(); e != nil {
			return Schedule{}, e
		}
		return s, nil
	}
	e := fault.asError(Scheduler)
	if suggested, fault := parse(e.Suggestion, Scheduler); fault == nil && suggested.kind != Cron {
		also := suggested.notJob()
		e.Message += "; besides, " + also.Message
		e.Suggestion = also.Suggestion
	}
	return Schedule{}, e
}

// notJob explains a schedule that is no cron(…).
func (s Schedule) notJob() *Error {
	e := &Error{Length: len(s.text)}
	switch s.kind {
	case Rate:
		e.Message, e.Suggestion = rateAsCron(s.every)
	case At:
		e.Message = "an at(…) does not repeat, and a job takes cron(…); this fires once, at that minute"
		e.Suggestion = atAsCron(time.Unix(s.once, 0).UTC())
		if _, fault := parse(e.Suggestion, Scheduler); fault != nil {
			e.Suggestion = "" // a year that cron(…) does not have
		}
	default:
		return nil
	}
	return e
}

type interval struct {
	every time.Duration
	cron  string
}

// regularCrons returns the intervals that a cron can keep, ascending.
func regularCrons() []interval {
	list := []interval{{time.Minute, "cron(* * * * ? *)"}}
	for n := 2; n <= 30; n++ {
		if 60%n == 0 {
			list = append(list, interval{time.Duration(n) * time.Minute, "cron(0/" + strconv.Itoa(n) + " * * * ? *)"})
		}
	}
	list = append(list, interval{time.Hour, "cron(0 * * * ? *)"})
	for n := 2; n <= 12; n++ {
		if 24%n == 0 {
			list = append(list, interval{time.Duration(n) * time.Hour, "cron(0 0/" + strconv.Itoa(n) + " * * ? *)"})
		}
	}
	return append(list,
		interval{dayLength, "cron(0 0 * * ? *)"},
		interval{7 * dayLength, "cron(0 0 ? * 2 *)"})
}

// rateAsCron returns why a rate is refused and the cron to write instead, equal
// or the closest one that fires at least as often.
func rateAsCron(every time.Duration) (message, cron string) {
	const why = "a rate(…) has no fixed times, its phase begins when it is created, and a job takes cron(…)"
	var below interval
	for _, r := range regularCrons() {
		switch {
		case r.every == every:
			return why, r.cron
		case r.every < every:
			below = r
			continue
		}
		return why + "; no cron fires exactly every " + words(every) + ", the closest are every " +
			words(below.every) + ", " + below.cron + ", and every " + words(r.every) + ", " + r.cron, below.cron
	}
	return why + "; no cron fires exactly every " + words(every) + ", the closest are every week, " +
		below.cron + ", and the first of every month, cron(0 0 1 * ? *)", below.cron
}

// words writes an interval to stand after "every": "5 minutes", "day".
func words(every time.Duration) string {
	return strings.TrimPrefix(rateBody(every), "1 ")
}
