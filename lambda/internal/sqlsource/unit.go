package sqlsource

import (
	"context"
	"fmt"

	"tally/lambda/internal/count"
	"tally/lambda/job"
)

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
			quoteTable(r.dialect, r.query.Job.Source.Table), r.dialect.quote(window.Column), from, to)
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
