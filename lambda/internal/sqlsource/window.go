package sqlsource

import (
	"context"
	"fmt"
	"time"

	"tally/lambda/internal/count"
	"tally/lambda/job"
)

// bounds is the window as a condition on the column as it is: without a function
// around it, so that an index serves. The zero bounds are no window.
type bounds struct {
	condition string
	values    []any
}

// bind asks the database for the type of the window's column and writes the
// window in its terms.
func (s *session) bind(ctx context.Context, query count.Query) (_ bounds, err error) {
	if query.Window == nil {
		return bounds{}, nil
	}
	table, name := query.Job.Source.Table, query.Job.Window.Column
	defer func() {
		if err != nil {
			err = fmt.Errorf("column %s of %s: %w", name, table, err)
		}
	}()
	described, err := s.describe(ctx, table, name)
	if err != nil {
		return bounds{}, err
	}
	column, err := described[0].windowType(s.dialect)
	if err != nil {
		return bounds{}, err
	}
	from, err := column.bound(query.Window.From, query.Job)
	if err != nil {
		return bounds{}, err
	}
	to, err := column.bound(query.Window.To, query.Job)
	if err != nil {
		return bounds{}, err
	}
	return bounds{
		condition: fmt.Sprintf("%[1]s >= %[2]s%[4]s AND %[1]s < %[3]s%[4]s",
			s.dialect.quote(name), s.dialect.placeholder(1), s.dialect.placeholder(2), column.cast),
		values: []any{from, to},
	}, nil
}

// bound is an instant as the column writes it.
func (c columnType) bound(at time.Time, counted job.Job) (any, error) {
	switch said := counted.Window.ColumnType; {
	case c.kind == integer:
		return epoch(at, counted)
	case said != "":
		return nil, count.Permanentf("it holds times, not %s; leave column_type out of job %s", said, counted.Name)
	case c.kind == instant:
		return at.UTC().Format(c.layout), nil
	}
	zone := counted.Window.ColumnZone
	if zone == nil {
		return nil, noZoneError{count.Permanentf("its values have no time zone; write in job %s what they mean, such as column_timezone: %s",
			counted.Name, counted.Timezone)}
	}
	if c.kind == date && !startsDay(at, zone) {
		return nil, count.Permanentf("it holds days, and the window's bound %s is not a day's start in %s; write a span of whole days in job %s, such as span: %s",
			at.Format(time.RFC3339), zone, counted.Name, job.PreviousDay)
	}
	return counted.Window.WallClock(at).Format(c.layout), nil
}

// noZoneError means that column_timezone is missing.
type noZoneError struct{ error }

func (e noZoneError) Unwrap() error { return e.error }

// epoch is an instant in a column of integers. Windows begin and end on whole
// seconds, so nothing lies between a bound and its integer.
func epoch(at time.Time, counted job.Job) (any, error) {
	switch counted.Window.ColumnType {
	case job.EpochSeconds:
		return at.Unix(), nil
	case job.EpochMillis:
		return at.UnixMilli(), nil
	}
	return nil, count.Permanentf("it holds integers; write in job %s what they count: column_type: %s or %s",
		counted.Name, job.EpochSeconds, job.EpochMillis)
}

// startsDay tells whether t is the first instant of a day in zone, which is not
// midnight where the clocks skip it.
func startsDay(t time.Time, zone *time.Location) bool {
	return t.In(zone).Day() != t.Add(-time.Nanosecond).In(zone).Day()
}
