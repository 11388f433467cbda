package job

import (
	"sort"
	"time"
)

// startOf is the first instant of the hour, day, week or month that holds t, in t's zone.
func startOf(period string, t time.Time) time.Time {
	year, month, day := t.Date()
	switch period {
	case "hour":
		return hourStart(t)
	case "day":
		return dayStart(year, month, day, t.Location())
	case "week":
		sinceMonday := (int(t.Weekday()) + 6) % 7
		return dayStart(year, month, day-sinceMonday, t.Location())
	default: // month
		return dayStart(year, month, 1, t.Location())
	}
}

// hourStart is the first instant of t's hour. It subtracts instead of building a date: where
// clocks go back, an hour comes twice, and a date does not say which of the two. Where
// clocks change by half an hour (Lord Howe), the result may lie before the change; then
// the hour begins with the change.
func hourStart(t time.Time) time.Time {
	begin := t.Add(-sinceFullHour(t))
	if change, _ := t.ZoneBounds(); begin.Before(change) {
		return change
	}
	return begin
}

// sinceFullHour is how long ago t's clock showed a full hour.
func sinceFullHour(t time.Time) time.Duration {
	return time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
}

// farthest is more than any zone is from UTC.
const farthest = 16 * time.Hour

// dayStart is the first instant of a local date, found by search: where clocks skip
// midnight or show it twice, time.Date may return an instant of the day before, or the
// second midnight. A date that a zone left out starts when the next date starts.
func dayStart(year int, month time.Month, day int, zone *time.Location) time.Time {
	date := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	first := date.Add(-farthest)
	const span = int((farthest + 24*time.Hour + farthest) / time.Second)
	seconds := sort.Search(span, func(n int) bool {
		year, month, day := first.Add(time.Duration(n) * time.Second).In(zone).Date()
		return !time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Before(date)
	})
	return first.Add(time.Duration(seconds) * time.Second).In(zone)
}
