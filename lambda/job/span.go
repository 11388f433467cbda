package job

import (
	"fmt"
	"slices"
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
	return slices.Contains(Spans, s)
}

// previous is the span of the same period that is complete at any slot.
func (s Span) previous() Span {
	return Span("previous-" + strings.TrimSuffix(string(s), "-to-date"))
}

// Range is the half-open window [from, to) that slot counts, in zone. Days may
// have 23 or 25 hours.
func (s Span) Range(slot time.Time, zone *time.Location) (from, to time.Time, err error) {
	if !s.known() {
		return time.Time{}, time.Time{}, fmt.Errorf("%q is not a span", s)
	}
	local := slot.In(zone)
	if period, toDate := strings.CutSuffix(string(s), "-to-date"); toDate {
		return startOf(period, local), local, nil
	}
	period := strings.TrimPrefix(string(s), "previous-")
	to = startOf(period, local)
	// One instant before the period begins lies in the previous one, however
	// long that is.
	return startOf(period, to.Add(-time.Nanosecond)), to, nil
}
