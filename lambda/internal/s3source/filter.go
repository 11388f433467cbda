package s3source

import (
	"errors"
	"time"

	"tally/lambda/expression"
	"tally/lambda/internal/count"
	"tally/lambda/internal/jsonscan"
	"tally/lambda/job"
)

// filter tells whether a row is in the window.
type filter struct {
	window *count.Window  // nil takes every row
	slot   int            // of the row's time
	zone   *time.Location // of times without one; nil if they must have one
	shown  count.Window   // the window as clocks in zone show it
	epochs epochs         // of times that are numbers
	source job.Source
}

// newFilter makes the filter of a query: on the column of records, on when an
// object was modified, or none where the prefix alone is the window.
func newFilter(query count.Query, set *expression.Set) filter {
	window := query.Job.Window
	switch {
	case query.Window == nil || window == nil:
		return filter{}
	case window.Column != "":
		f := filter{window: query.Window, slot: set.Field(window.Column), zone: window.ColumnZone, source: query.Job.Source}
		if f.zone != nil {
			f.shown = count.Window{From: job.Shown(window.WallClock(f.window.From)), To: job.Shown(window.WallClock(f.window.To))}
		}
		if window.ColumnType != "" {
			f.epochs = newEpochs(window.ColumnType, *f.window)
		}
		return f
	case query.Job.Source.HasPlaceholders():
		return filter{}
	}
	return filter{window: query.Window, slot: set.Field("last_modified")}
}

// holds tells whether the row's time is in the window; nil is in none. The row is in
// the object of that key. What its time says of the column is noted in met.
func (f *filter) holds(row *expression.Row, key string, met *tally) (bool, error) {
	if f.window == nil {
		return true, nil
	}
	field := row.Fields[f.slot]
	switch {
	case !hasTime(field):
		met.untimed++
		return false, nil
	case f.epochs.kind != "":
		within, err := f.epochs.holds(field, met)
		if err == nil {
			met.timed++
		}
		return within, err
	}
	at, zoned, err := f.time(field)
	if err != nil {
		return false, err
	}
	met.timed++
	if !zoned {
		instant, known := f.source.Pass(at, f.zone, key)
		if !known {
			return isWithin(at, &f.shown), nil
		}
		at = instant
	}
	return isWithin(at, f.window), nil
}

func isWithin(at time.Time, window *count.Window) bool {
	return !at.Before(window.From) && at.Before(window.To)
}

// hasTime tells whether there is anything in the window's column. CSV has no null,
// so that nothing stands for it.
func hasTime(field jsonscan.Value) bool {
	return field.Type != jsonscan.Nil && (field.Type != jsonscan.Text || field.Text != "")
}

// time is a row's time. It is not zoned if it is what clocks show, as a time in UTC.
func (f *filter) time(field jsonscan.Value) (at time.Time, zoned bool, err error) {
	if field.Type != jsonscan.Text && field.Type != jsonscan.Time {
		return time.Time{}, false, errors.New("the window's column is no text with a time; write column_type: epoch_seconds or epoch_millis for numbers")
	}
	if at, err := time.Parse(time.RFC3339, field.Text); err == nil {
		return at, true, nil
	}
	for _, layout := range localLayouts {
		if at, err := time.Parse(layout, field.Text); err == nil {
			if f.zone == nil {
				return time.Time{}, false, errNoZone
			}
			return at, false, nil
		}
	}
	return time.Time{}, false, errors.New("the window's column is no time such as 2026-11-25T09:30:00Z")
}

// errNoZone is no record's fault, which could be read if the job said its zone.
var errNoZone = errors.New("the window's column has no time zone; write column_timezone")

// localLayouts are times without a zone. Fractions of seconds may follow.
var localLayouts = []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", time.DateOnly, "2006-01-02T15:04", "2006-01-02 15:04"}
