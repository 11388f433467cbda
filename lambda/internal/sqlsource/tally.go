package sqlsource

import (
	"context"
	"database/sql"

	"tally/lambda/internal/count"
)

// tally runs a statement and puts its numbers on the sheet. If it fails half way,
// the sheet holds a part of what its measures count.
func (s *session) tally(ctx context.Context, st statement, sheet *count.Sheet) error {
	// A result that nobody reads to its end is dropped with the connection.
	ctx, cancel := context.WithCancel(ctx)
	rows, err := s.query(ctx, st.text, st.values...)
	if err != nil {
		cancel()
		return err
	}
	defer rows.Close()
	defer cancel()
	row := newResultRow(st)
	for rows.Next() {
		if err := rows.Scan(row.into...); err != nil {
			return answered(err)
		}
		if err := row.enter(st, sheet); err != nil {
			return err
		}
	}
	return answered(rows.Err())
}

// resultRow is where a row of a result is read into.
type resultRow struct {
	into    []any
	marks   []sql.NullInt64
	values  []*string
	numbers []int64
}

func newResultRow(st statement) *resultRow {
	row := &resultRow{
		marks:   make([]sql.NullInt64, len(st.grouping.marks)),
		values:  make([]*string, len(st.grouping.texts)),
		numbers: make([]int64, len(st.measures)),
	}
	for i := range row.marks {
		row.into = append(row.into, &row.marks[i])
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
	level := st.grouping.of(row.marks, row.values)
	if level == ofSubtotal {
		return nil
	}
	counts := sheet.All
	if level == ofGroup {
		var err error
		if counts, err = sheet.Group(row.values); err != nil {
			return err
		}
	}
	for i, m := range st.measures {
		if level == ofGroup && st.grouping.adds() {
			sheet.All[m.index] += row.numbers[i]
			counts[m.index] += row.numbers[i]
		} else {
			counts[m.index] = row.numbers[i]
		}
	}
	return nil
}
