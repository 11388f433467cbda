package cron

import (
	"regexp"
	"strconv"
	"time"
)

// dateField names the inside of at(…) in errors.
var dateField = &field{name: "date"}

// atLayout is at(yyyy-mm-ddThh:mm:ss) as AWS documents it.
const atLayout = "2006-01-02T15:04:05"

// parseAt reads a date and time without zone: the schedule has its own.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#one-time
func parseAt(body token, d Dialect) (int64, *fault) {
	// time.Parse alone would take fractions and single digits.
	t, err := time.Parse(atLayout, body.text())
	if err != nil || t.Format(atLayout) != body.text() {
		return 0, wrongDate(body)
	}
	if d == Rule {
		return 0, &fault{span{0, len(body.expr)}, "", "at(…) is for EventBridge Scheduler, a rule takes cron(…) and rate(…)", atAsCron(t)}
	}
	return t.Unix(), nil
}

// atAsCron is the cron that fires once, at that minute.
func atAsCron(t time.Time) string {
	return cronOf(strconv.Itoa(t.Minute()), strconv.Itoa(t.Hour()), strconv.Itoa(t.Day()),
		strconv.Itoa(int(t.Month())), "?", strconv.Itoa(t.Year()))
}

// datePattern takes what people write for a date and time. It is compiled when
// something is wrong, not at start: the Lambda never needs it.
func datePattern() *regexp.Regexp {
	return regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?[ ]*([Zz]|[+-]\d{2}:?\d{2})?$`)
}

// wrongDate explains a date that is not written as AWS wants it.
func wrongDate(body token) *fault {
	fault := body.hopeless(dateField, "%q is not yyyy-mm-ddThh:mm:ss", body.text())
	parts := datePattern().FindStringSubmatch(body.text())
	if parts == nil {
		return fault
	}
	var n [7]int
	for i := 1; i <= 6; i++ {
		n[i], _ = strconv.Atoi(parts[i]) // an absent part is 0
	}
	if n[4] > 23 || n[5] > 59 || n[6] > 59 || n[2] < 1 || n[2] > 12 || n[3] < 1 {
		return fault
	}
	last := daysIn(n[1], time.Month(n[2]))
	switch {
	case n[3] > last:
		fault.message = "date: " + body.text() + ": that month has " + strconv.Itoa(last) + " days"
	case parts[7] != "":
		fault.message = "date: at(…) takes no zone or offset (" + parts[7] + "), the time is in the schedule's own time zone"
	case parts[4] == "":
		fault.message = "date: the time is missing"
	}
	t := time.Date(n[1], time.Month(n[2]), min(n[3], last), n[4], n[5], n[6], 0, time.UTC)
	fault.fix = body.with(t.Format(atLayout))
	return fault
}
