package s3source

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"tally/lambda/expression"
	"tally/lambda/internal/count"
	"tally/lambda/job"
)

// filter tells whether a row is in the window.
type filter struct {
	window *count.Window // nil takes every row
	slot   int           // of the row's time
	kind   job.ColumnType
	zone   *time.Location // of times without one; nil if they must have one
}

// newFilter makes the filter of a query: on the column of records, on when an
// object was modified, or none where the prefix alone is the window.
func newFilter(query count.Query, set *expression.Set) filter {
	window := query.Job.Window
	switch {
	case query.Window == nil || window == nil:
		return filter{}
	case window.Column != "":
		return filter{window: query.Window, slot: set.Field(window.Column), kind: window.ColumnType, zone: window.ColumnZone}
	case query.Job.Source.HasPlaceholders():
		return filter{}
	}
	return filter{window: query.Window, slot: set.Field("last_modified")}
}

// holds tells whether the row's time is in the window; nil is in none.
func (f *filter) holds(row *expression.Row) (bool, error) {
	if f.window == nil {
		return true, nil
	}
	field := row.Fields[f.slot]
	if !hasTime(field) {
		return false, nil
	}
	at, err := f.time(field)
	return err == nil && !at.Before(f.window.From) && at.Before(f.window.To), err
}

// hasTime tells whether there is anything in the window's column. CSV has no null,
// so that nothing stands for it.
func hasTime(field expression.Field) bool {
	return field.Type != expression.Nil && (field.Type != expression.Text || field.Text != "")
}

func (f *filter) time(field expression.Field) (time.Time, error) {
	if f.kind != "" {
		return f.epoch(field)
	}
	if field.Type != expression.Text && field.Type != expression.Time {
		return time.Time{}, errors.New("the window's column is no text with a time; write column_type: epoch_seconds or epoch_millis for numbers")
	}
	if at, err := time.Parse(time.RFC3339, field.Text); err == nil {
		return at, nil
	}
	for _, layout := range localLayouts {
		if at, err := time.ParseInLocation(layout, field.Text, time.UTC); err == nil {
			if f.zone == nil {
				return time.Time{}, errNoZone
			}
			return inZone(at, f.zone), nil
		}
	}
	return time.Time{}, errors.New("the window's column is no time such as 2026-11-25T09:30:00Z")
}

// errNoZone is no record's fault, which could be read if the job said its zone.
var errNoZone = errors.New("the window's column has no time zone; write column_timezone")

// localLayouts are times without a zone. Fractions of seconds may follow.
var localLayouts = []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", time.DateOnly, "2006-01-02T15:04", "2006-01-02 15:04"}

// inZone is the wall clock of at, read in zone.
func inZone(at time.Time, zone *time.Location) time.Time {
	year, month, day := at.Date()
	return time.Date(year, month, day, at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), zone)
}

// epoch reads a count of seconds or milliseconds, which CSV holds as text.
func (f *filter) epoch(field expression.Field) (time.Time, error) {
	if field.Type != expression.Number && field.Type != expression.Text {
		return time.Time{}, fmt.Errorf("the window's column is no number of %s", f.kind)
	}
	unit := time.Second
	if f.kind == job.EpochMillis {
		unit = time.Millisecond
	}
	if whole, err := strconv.ParseInt(field.Text, 10, 64); err == nil && abs(whole) < math.MaxInt64/int64(unit) {
		return time.Unix(0, whole*int64(unit)), nil
	}
	number, err := strconv.ParseFloat(field.Text, 64)
	if err != nil || !(math.Abs(number) < float64(math.MaxInt64/int64(unit))) { // NaN is not either
		return time.Time{}, fmt.Errorf("the window's column is no number of %s", f.kind)
	}
	return time.Unix(0, int64(math.Floor(number*float64(unit)))), nil
}

func abs(n int64) int64 { return max(n, -n) }
