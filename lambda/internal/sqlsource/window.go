package sqlsource

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tally/lambda/internal/count"
	"tally/lambda/job"
)

// columnType is how an engine compares a window's column with a bound.
type columnType struct {
	kind   kind
	layout string // the text of a bound
	cast   string // what follows its placeholder
}

// kind says what the values of a window's column mean.
type kind int

const (
	instant   kind = iota // a point in time
	wallClock             // what a clock on the wall shows, in a zone that only the job knows
	date                  // a day, likewise
	integer               // what the job says
)

// wallClockLayout is the form of times without a zone that all engines read, with
// the microseconds that they keep.
const wallClockLayout = "2006-01-02 15:04:05.999999"

// bounds is the window as a condition on the column as it is: without a function
// around it, so that an index serves. The zero bounds are no window.
type bounds struct {
	condition string
	values    []any
}

// bind asks the database for the type of the window's column and writes the window as
// that type needs it.
func (r *run) bind(ctx context.Context) (bounds, error) {
	if r.query.Window == nil {
		return bounds{}, nil
	}
	name := r.query.Job.Window.Column[0]
	databaseType, err := r.typeOf(ctx, r.query.Job.Source.Table, name)
	if err != nil {
		return bounds{}, err
	}
	known := r.dialect.engine().columns
	column, found := known[databaseType]
	if !found {
		return bounds{}, count.Permanentf("its type is %s; a window needs one of %s",
			strings.ToLower(databaseType), strings.ToLower(strings.Join(slices.Sorted(maps.Keys(known)), ", ")))
	}
	values := make([]any, 2)
	for i, at := range []time.Time{r.query.Window.From, r.query.Window.To} {
		if values[i], err = column.bound(at, r.query.Job); err != nil {
			return bounds{}, err
		}
	}
	condition := fmt.Sprintf("%[1]s >= %[2]s%[4]s AND %[1]s < %[3]s%[4]s",
		quote(r.dialect, name), r.dialect.placeholder(1), r.dialect.placeholder(2), column.cast)
	return bounds{condition, values}, nil
}

// bound is an instant as the column writes it. Windows begin and end on whole seconds,
// so that nothing lies between a bound and its integer.
func (c columnType) bound(at time.Time, counted job.Job) (any, error) {
	window := counted.Window
	switch {
	case c.kind == integer && window.ColumnType == job.EpochSeconds:
		return at.Unix(), nil
	case c.kind == integer && window.ColumnType == job.EpochMillis:
		return at.UnixMilli(), nil
	case c.kind == integer:
		return nil, count.Permanentf("it holds integers; write in job %s what they count: column_type: %s or %s",
			counted.Name, job.EpochSeconds, job.EpochMillis)
	case window.ColumnType != "":
		return nil, count.Permanentf("it holds times, not %s; leave column_type out of job %s", window.ColumnType, counted.Name)
	case c.kind == instant:
		return at.UTC().Format(c.layout), nil
	case window.ColumnZone == nil:
		return nil, count.Permanentf("%w; write in job %s what they mean, such as column_timezone: %s", errNoZone, counted.Name, counted.Timezone)
	case c.kind == date && !startsDay(at, window.ColumnZone):
		return nil, count.Permanentf("it holds days, and the window's bound %s is not a day's start in %s; write a span of whole days in job %s, such as span: %s",
			at.Format(time.RFC3339), window.ColumnZone, counted.Name, job.PreviousDay)
	}
	return window.WallClock(at).Format(c.layout), nil
}

// errNoZone means that column_timezone is missing.
var errNoZone = errors.New("its values have no time zone")

// startsDay tells whether t is the first instant of a day in zone, which is not
// midnight where the clocks skip it.
func startsDay(t time.Time, zone *time.Location) bool {
	return t.In(zone).Day() != t.Add(-time.Nanosecond).In(zone).Day()
}

// checkUnit is an error if the window's column counts in another unit than column_type
// says. It looks for one row with a likely time, which nearly every row of a sound table
// has. Only if there is none, it looks for one in the other unit.
func (r *run) checkUnit(ctx context.Context) error {
	window := r.query.Job.Window
	if window == nil || window.ColumnType == "" {
		return nil
	}
	for _, unit := range []job.ColumnType{window.ColumnType, window.ColumnType.Other()} {
		from, to := unit.Likely(r.query.Window.To)
		likely := fmt.Sprintf("SELECT 1 FROM %[1]s WHERE %[2]s >= %[3]d AND %[2]s < %[4]d LIMIT 1",
			quoteTable(r.dialect, r.query.Job.Source.Table), quote(r.dialect, window.Column[0]), from, to)
		var rows [][]string
		err := r.attempt(ctx, 2, func(ctx context.Context) (err error) {
			_, rows, err = r.texts(ctx, likely)
			return err
		})
		switch {
		case isRefusal(err): // the counts are what they are
			return nil
		case err != nil:
			return err
		case len(rows) > 0 && unit != window.ColumnType:
			return count.Permanentf("%w", window.WrongUnit())
		case len(rows) > 0:
			return nil
		}
	}
	return nil
}
