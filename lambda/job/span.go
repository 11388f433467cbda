package job

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"
)

// Span is the period that a window covers, relative to its slot.
type Span string

// The spans. To-date spans reach from the start of the slot's period up to the slot.
// Previous spans are the whole period before that. Periods are those of the job's zone.
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

func (s Span) known() bool { return slices.Contains(Spans, s) }

// period is what the span covers, in whole or up to the slot: hour, day, week or month.
func (s Span) period() string {
	return strings.TrimPrefix(strings.TrimSuffix(string(s), "-to-date"), "previous-")
}

// toDate tells whether the span ends with the slot.
func (s Span) toDate() bool { return strings.HasSuffix(string(s), "-to-date") }

// nameLayouts are how messages name a period, by its start.
var nameLayouts = map[string]string{
	"hour":  "the hour from 15:04 on Monday 2 January 2006",
	"day":   "Monday 2 January 2006",
	"week":  "the week from Monday 2 January 2006",
	"month": "January 2006",
}

// name is what a message calls the period that starts then.
func (s Span) name(start time.Time) string { return start.Format(nameLayouts[s.period()]) }

// previous is the span of the same period that is complete at any slot.
func (s Span) previous() Span { return Span("previous-" + s.period()) }

// Range is the half-open window [from, to) of a slot, in zone. Days may have 23 or 25
// hours.
func (s Span) Range(slot time.Time, zone *time.Location) (from, to time.Time, err error) {
	if !s.known() {
		return time.Time{}, time.Time{}, fmt.Errorf("%q is not a span", s)
	}
	local := slot.In(zone)
	from = startOf(s.period(), local)
	if s.toDate() {
		return from, local, nil
	}
	return s.before(from), from, nil
}

// before is the start of the period before the one that starts then.
func (s Span) before(start time.Time) time.Time {
	return startOf(s.period(), start.Add(-time.Nanosecond))
}

// after is the start of the period after the one that starts then.
func (s Span) after(start time.Time) time.Time {
	// Each is longer than one period and shorter than two.
	longer := map[string]time.Duration{"day": 36 * time.Hour, "week": 10 * 24 * time.Hour, "month": 45 * 24 * time.Hour}
	if s.period() != "hour" {
		return startOf(s.period(), start.Add(longer[s.period()]))
	}
	end := start.Add(time.Hour - sinceFullHour(start))
	if _, change := start.ZoneBounds(); !change.IsZero() && change.Before(end) {
		return change // where clocks change by half an hour, or at a quarter to
	}
	return end
}

// startOf is the first instant of the hour, day, week or month that holds t, in t's zone.
func startOf(period string, t time.Time) time.Time {
	year, month, day := t.Date()
	switch period {
	case "hour":
		return hourStart(t)
	case "week":
		day -= (int(t.Weekday()) + 6) % 7 // since Monday
	case "month":
		day = 1
	}
	return dayStart(year, month, day, t.Location())
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
