package sqlsource

import (
	"context"
	"time"

	"tally/lambda/internal/count"
	"tally/lambda/internal/statement"
)

// tally runs a statement and puts its numbers on the sheet. If it fails half way,
// the sheet holds a part of what its measures count.
func (s *session) tally(ctx context.Context, st statement.Statement, sheet *count.Sheet) error {
	// A result that nobody reads to its end is dropped with the connection.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	limit, err := s.setLimit(ctx, lockShareOfCount)
	if err != nil {
		return err
	}
	begun := time.Now()
	rows, err := s.send(ctx, st.Text, st.Values...)
	if err != nil {
		return serverErrorWithoutData(err, begun, limit)
	}
	defer rows.Close()
	defer cancel() // before rows.Close, which would read on
	ofAll := st.Groups == 0
	values, numbers := make([]*string, st.Groups), make([]int64, len(st.Measures))
	into := append(pointers(values), pointers(numbers)...)
	if st.Totals {
		into = append([]any{&ofAll}, into...)
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return serverErrorWithoutData(err, begun, limit)
		}
		if err := st.Add(sheet, ofAll, values, numbers); err != nil {
			return err
		}
	}
	return serverErrorWithoutData(rows.Err(), begun, limit)
}

// pointers are where a row's values of one type are read into.
func pointers[T any](values []T) []any {
	all := make([]any, len(values))
	for i := range values {
		all[i] = &values[i]
	}
	return all
}
