package sqlsource

import (
	"context"
	"time"

	"tally/lambda/internal/count"
)

// tally runs a statement and puts its numbers on the sheet. If it fails half way,
// the sheet holds a part of what its measures count.
func (s *session) tally(ctx context.Context, st statement, sheet *count.Sheet) error {
	// A result that nobody reads to its end is dropped with the connection.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	limit, err := s.setLimit(ctx, countingPart)
	if err != nil {
		return err
	}
	begun := time.Now()
	rows, err := s.send(ctx, st.text, st.values...)
	if err != nil {
		return ofRows(err, begun, limit)
	}
	defer rows.Close()
	defer cancel() // before rows.Close, which would read on
	row := newResultRow(st)
	for rows.Next() {
		if err := rows.Scan(row.into...); err != nil {
			return ofRows(err, begun, limit)
		}
		if err := row.enter(st, sheet); err != nil {
			return err
		}
	}
	return ofRows(rows.Err(), begun, limit)
}

// resultRow is where a row of a result is read into.
type resultRow struct {
	into    []any
	ofAll   bool // not of a group
	values  []*string
	numbers []int64
}

func newResultRow(st statement) *resultRow {
	row := &resultRow{ofAll: st.groups == 0, values: make([]*string, st.groups), numbers: make([]int64, len(st.measures))}
	if st.totals {
		row.into = append(row.into, &row.ofAll)
	}
	for i := range row.values {
		row.into = append(row.into, &row.values[i])
	}
	for i := range row.numbers {
		row.into = append(row.into, &row.numbers[i])
	}
	return row
}

// enter puts a row's numbers on the sheet.
func (row *resultRow) enter(st statement, sheet *count.Sheet) error {
	counts := sheet.All
	if !row.ofAll {
		var err error
		if counts, err = sheet.Group(row.values); err != nil {
			return err
		}
	}
	for i, m := range st.measures {
		counts[m.index] = row.numbers[i]
		if !row.ofAll && !st.totals {
			sheet.All[m.index] += row.numbers[i]
		}
	}
	return nil
}
