package cron

import (
	"fmt"
	"strconv"
	"time"
)

// atLayout is at(yyyy-mm-ddThh:mm:ss) as AWS documents it.
const atLayout = "2006-01-02T15:04:05"

// parseAt reads a date and time without zone: the schedule has its own.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#one-time
func parseAt(body token, d Dialect) (int64, *fault) {
	// time.Parse alone would take fractions and single digits.
	t, err := time.Parse(atLayout, body.text())
	if err != nil || t.Format(atLayout) != body.text() {
		return 0, wrongDate(body.as(&field{name: "date"}))
	}
	if d == Rule {
		return 0, wholeToken(body.expr).fault("at(…) is for EventBridge Scheduler, a rule takes cron(…) and rate(…)").write(atAsCron(t))
	}
	return t.Unix(), nil
}

// atAsCron returns the cron that fires once, at that minute.
func atAsCron(t time.Time) string {
	return fmt.Sprintf("cron(%d %d %d %d ? %d)", t.Minute(), t.Hour(), t.Day(), t.Month(), t.Year())
}

// datePattern takes what people write for a date and time.
const datePattern = `(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)? *(Z|[+-]\d{2}:?\d{2})?`

// wrongDate explains a date that is not written as AWS wants it.
func wrongDate(body token) *fault {
	unreadable := body.fault("%q is not yyyy-mm-ddThh:mm:ss", body.text())
	parts := pattern(datePattern).FindStringSubmatch(body.text())
	if parts == nil {
		return unreadable
	}
	var n [7]int // year to second
	for i := 1; i <= 6; i++ {
		n[i], _ = strconv.Atoi(parts[i]) // an absent part is 0
	}
	year, month, day := n[1], time.Month(n[2]), n[3]
	if month < 1 || month > 12 || day < 1 || n[4] > 23 || n[5] > 59 || n[6] > 59 {
		return unreadable
	}
	fault, last := unreadable, daysIn(year, month)
	switch {
	case day > last:
		fault = body.fault("%s: that month has %d days", body.text(), last)
	case parts[7] != "":
		fault = body.fault("at(…) takes no zone or offset (%s), the time is in the schedule's own time zone", parts[7])
	case parts[4] == "":
		fault = body.fault("the time is missing")
	}
	return fault.replace(time.Date(year, month, min(day, last), n[4], n[5], n[6], 0, time.UTC).Format(atLayout))
}
