package job

import (
	"fmt"
	"strings"
	"time"
)

// Span is the period that a window covers, relative to its slot.
type Span string

// The spans. To-date ones reach from the start of the local period that holds
// the slot up to the slot; previous ones cover the whole local period before.
// Weeks start on Monday.
const (
	HourToDate    Span = "hour-to-date"
	DayToDate     Span = "day-to-date"
	WeekToDate    Span = "week-to-date"
	MonthToDate   Span = "month-to-date"
	PreviousHour  Span = "previous-hour"
	PreviousDay   Span = "previous-day"
	PreviousWeek  Span = "previous-week"
	PreviousMonth Span = "previous-month"
)

// Spans are all spans, in the order that messages list them.
var Spans = []Span{HourToDate, DayToDate, WeekToDate, MonthToDate, PreviousHour, PreviousDay, PreviousWeek, PreviousMonth}

func (s Span) known() bool {
	for _, span := range Spans {
		if s == span {
			return true
		}
	}
	return false
}

// previous is the span of the same period that is complete at any slot.
func (s Span) previous() Span {
	return Span("previous-" + strings.TrimSuffix(string(s), "-to-date"))
}

// Range is the half-open window [from, to) that slot counts, in zone. Days may
// have 23 or 25 hours.
func (s Span) Range(slot time.Time, zone *time.Location) (from, to time.Time, err error) {
	local := slot.In(zone)
	period, toDate := strings.CutSuffix(string(s), "-to-date")
	if !toDate {
		period = strings.TrimPrefix(string(s), "previous-")
	}
	begin, err := startOf(period, local)
	if err != nil {
		return time.Time{}, time.Time{}, fmt.Errorf("span %q: %w", s, err)
	}
	if toDate {
		return begin, local, nil
	}
	// One instant before the period begins lies in the previous one, however
	// long that is.
	before, err := startOf(period, begin.Add(-time.Nanosecond))
	return before, begin, err
}

// startOf is the first instant of the local period that holds t.
func startOf(period string, t time.Time) (time.Time, error) {
	year, month, day := t.Date()
	switch period {
	case "hour":
		return hourStart(t), nil
	case "day":
		return dayStart(year, month, day, t.Location()), nil
	case "week":
		sinceMonday := (int(t.Weekday()) + 6) % 7
		return dayStart(year, month, day-sinceMonday, t.Location()), nil
	case "month":
		return dayStart(year, month, 1, t.Location()), nil
	}
	return time.Time{}, fmt.Errorf("the period is not known")
}

// hourStart is the first instant with t's wall-clock hour. It subtracts instead of
// building a date: in the repeated hour of a DST overlap a date is ambiguous,
// and the two hours are two periods.
func hourStart(t time.Time) time.Time {
	into := time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
	return t.Add(-into)
}

// dayStart is the first instant of a local date. Where DST skips midnight,
// time.Date may land on the day before; the day then starts at the transition.
func dayStart(year int, month time.Month, day int, zone *time.Location) time.Time {
	midnight := time.Date(year, month, day, 0, 0, 0, 0, zone)
	wanted := time.Date(year, month, day, 12, 0, 0, 0, zone)
	if midnight.Day() != wanted.Day() {
		_, end := midnight.ZoneBounds()
		return end
	}
	return midnight
}
