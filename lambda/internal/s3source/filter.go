package s3source

import (
	"errors"
	"strings"
	"time"

	"tally/lambda/expression"
	"tally/lambda/internal/count"
	"tally/lambda/internal/jsonscan"
	"tally/lambda/job"
)

// filter tells whether a row is in the window.
type filter struct {
	window *count.Window // nil takes every row
	slots  []int         // of the row's time
	format *job.TimeFormat
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
	case len(window.Column) > 0:
		f := filter{window: query.Window, zone: window.ColumnZone, source: query.Job.Source}
		for _, column := range window.Column {
			f.slots = append(f.slots, set.Field(column))
		}
		if format, err := job.ParseTimeFormat(window.ColumnFormat); err == nil {
			f.format = &format
		}
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
	return filter{window: query.Window, slots: []int{set.Field("last_modified")}}
}

// holds tells whether the row's time is in the window; nil is in none. The row is in
// the object of that key. What its time says of the column is noted in met.
func (f *filter) holds(row *expression.Row, key string, met *tally) (bool, error) {
	if f.window == nil {
		return true, nil
	}
	field := row.Fields[f.slots[0]]
	for _, slot := range f.slots[1:] {
		if next := row.Fields[slot]; hasTime(field) && hasTime(next) {
			field.Text += " " + next.Text
		} else {
			field = jsonscan.Value{}
		}
	}
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
	isText := field.Type == jsonscan.Text || field.Type == jsonscan.Time
	if !isText || f.format == nil && isNumber(field.Text) {
		return time.Time{}, false, errNumber
	}
	if f.format == nil {
		at, zoned, err = parseTime(field.Text)
	} else if at, err = f.format.Parse(field.Text); err != nil {
		err = errors.New("the window's column is no time of column_format")
	} else {
		zoned = f.format.Zoned
	}
	if err == nil && !zoned && f.zone == nil {
		err = errNoZone
	}
	return at, zoned, err
}

// isNumber tells whether a text is a number of seconds or milliseconds.
func isNumber(text string) bool {
	return len(text) >= 9 && strings.Trim(text, "0123456789.") == "" && strings.Count(text, ".") < 2
}

var errNumber = errors.New("the window's column is no text with a time; write column_type: epoch_seconds or epoch_millis for numbers")

// errNoZone is no record's fault, which could be read if the job said its zone.
var errNoZone = errors.New("the window's column has no time zone; write column_timezone")
