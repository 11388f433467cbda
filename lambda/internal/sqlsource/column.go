package sqlsource

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tally/lambda/internal/count"
)

// column is a column of the job's table and its type, as the driver calls it.
type column struct{ name, databaseType string }

// describe reads columns' types from a result without rows, which costs nothing
// and sees through views and search paths.
func (s *session) describe(ctx context.Context, table string, names ...string) ([]column, error) {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = s.dialect.quote(name)
	}
	rows, err := s.query(ctx, fmt.Sprintf("SELECT %s FROM %s LIMIT 0", strings.Join(quoted, ", "), quoteTable(s.dialect, table)))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	columns := make([]column, len(names))
	for i, name := range names {
		columns[i] = column{name: name, databaseType: types[i].DatabaseTypeName()}
	}
	return columns, answered(rows.Err())
}

// describeGroups describes what a job groups by.
func (s *session) describeGroups(ctx context.Context, table string, names ...string) ([]column, error) {
	columns, err := s.describe(ctx, table, names...)
	if err != nil {
		return nil, err
	}
	for _, column := range columns {
		if s.dialect.text(column.name, column.databaseType) == "" {
			return nil, count.Permanentf("column %s: values of type %s have no text to tell groups by; group by another column, or by one of a view that makes a text of it",
				column.name, strings.ToLower(column.databaseType))
		}
	}
	return columns, nil
}

// touch asks for no row of a table.
func (s *session) touch(ctx context.Context, table string) error {
	rows, err := s.query(ctx, "SELECT 1 FROM "+quoteTable(s.dialect, table)+" LIMIT 0")
	if err != nil {
		return err
	}
	defer rows.Close()
	return answered(rows.Err())
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

// columnType is how an engine compares a window's column with a bound.
type columnType struct {
	kind   kind
	layout string // the text of a bound
	cast   string // what follows its placeholder
}

// windowType is how d compares a column.
func (c column) windowType(d dialect) (columnType, error) {
	known := d.columns()
	found, ok := known[c.databaseType]
	if !ok {
		return columnType{}, count.Permanentf("its type is %s; a window needs one of %s",
			strings.ToLower(c.databaseType), strings.ToLower(strings.Join(slices.Sorted(maps.Keys(known)), ", ")))
	}
	return found, nil
}
