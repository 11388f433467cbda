package sqlsource

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tally/lambda/internal/count"
)

// kind says what the values of a column mean.
type kind int

const (
	instant   kind = iota // a point in time
	wallClock             // what a clock on the wall shows, in a zone that only the job knows
	date                  // a day, likewise
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

// describe reads a column's type from a result without rows, which costs nothing and
// sees through views and search paths.
func (s *session) describe(ctx context.Context, table, column string) (columnType, error) {
	rows, err := s.query(ctx, fmt.Sprintf("SELECT %s FROM %s LIMIT 0", s.dialect.quote(column), quoteTable(s.dialect, table)))
	if err != nil {
		return columnType{}, err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return columnType{}, err
	}
	name, known := types[0].DatabaseTypeName(), s.dialect.columns()
	found, ok := known[name]
	if !ok {
		return columnType{}, count.Permanentf("its type is %s; a window needs one of %s",
			strings.ToLower(name), strings.ToLower(strings.Join(slices.Sorted(maps.Keys(known)), ", ")))
	}
	return found, rows.Err()
}
