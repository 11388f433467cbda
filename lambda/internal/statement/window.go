package statement

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"tally/lambda/internal/count"
	"tally/lambda/job"
)

// ColumnType is how an engine compares a window's column with a bound.
type ColumnType struct {
	Kind   Kind
	Layout string // the text of a bound
	Cast   string // what follows its placeholder
}

// ColumnTypes are the types that a window's column may have, by the engine's name for them.
type ColumnTypes map[string]ColumnType

// Bounds are the bounds of a window as a column of a type writes them.
func (t ColumnTypes) Bounds(name string, window count.Window, counted job.Job) (ColumnType, []any, error) {
	column, known := t[name]
	if !known {
		return column, nil, count.Permanentf("its type is %s; a window needs one of %s",
			strings.ToLower(name), strings.ToLower(strings.Join(slices.Sorted(maps.Keys(t)), ", ")))
	}
	from, err := column.bound(window.From, counted)
	if err != nil {
		return column, nil, err
	}
	to, err := column.bound(window.To, counted)
	return column, []any{from, to}, err
}

// Kind says what the values of a window's column mean.
type Kind int

// The kinds of times.
const (
	Instant   Kind = iota // a point in time
	WallClock             // what a clock on the wall shows, in a zone that only the job knows
	Date                  // a day, likewise
	Integer               // what the job says
)

// WallClockLayout is the form of times without a zone that all engines read, with
// the microseconds that they keep.
const WallClockLayout = "2006-01-02 15:04:05.999999"

// bound is an instant as the column writes it. Windows begin and end on whole seconds,
// so that nothing lies between a bound and its integer.
func (c ColumnType) bound(at time.Time, counted job.Job) (any, error) {
	window := counted.Window
	switch {
	case c.Kind == Integer && window.ColumnType == job.EpochSeconds:
		return at.Unix(), nil
	case c.Kind == Integer && window.ColumnType == job.EpochMillis:
		return at.UnixMilli(), nil
	case c.Kind == Integer:
		return nil, count.Permanentf("it holds integers; write in job %s what they count: column_type: %s or %s",
			counted.Name, job.EpochSeconds, job.EpochMillis)
	case window.ColumnType != "":
		return nil, count.Permanentf("it holds times, not %s; leave column_type out of job %s", window.ColumnType, counted.Name)
	case c.Kind == Instant:
		return at.UTC().Format(c.Layout), nil
	case window.ColumnZone == nil:
		return nil, count.Permanentf("%w; write in job %s what they mean, such as column_timezone: %s", ErrNoZone, counted.Name, counted.Timezone)
	case c.Kind == Date && !StartsDay(at, window.ColumnZone):
		return nil, count.Permanentf("it holds days, and the window's bound %s is not a day's start in %s; write a span of whole days in job %s, such as span: %s",
			at.Format(time.RFC3339), window.ColumnZone, counted.Name, job.PreviousDay)
	}
	return window.WallClock(at).Format(c.Layout), nil
}

// ErrNoZone means that column_timezone is missing.
var ErrNoZone = errors.New("its values have no time zone")

// StartsDay tells whether t is the first instant of a day in zone, which is not
// midnight where the clocks skip it.
func StartsDay(t time.Time, zone *time.Location) bool {
	return t.In(zone).Day() != t.Add(-time.Nanosecond).In(zone).Day()
}
