package sqlsource

import (
	"context"
	"fmt"

	"tally/lambda/internal/count"
	"tally/lambda/job"
)

// checkUnit finds a window whose column counts in the other unit than column_type says.
// It looks for one row with a likely time, which nearly every row of a sound table has,
// and for one of the other unit only where there is none.
func (r *run) checkUnit(ctx context.Context) error {
	window := r.query.Job.Window
	if window == nil || window.ColumnType == "" {
		return nil
	}
	for _, kind := range []job.ColumnType{window.ColumnType, window.ColumnType.Other()} {
		found := false
		err := r.attempt(ctx, 2, func(ctx context.Context) (err error) {
			found, err = r.hasLikely(ctx, kind)
			return err
		})
		switch {
		case isRefusal(err): // the counts are what they are
			return nil
		case err != nil:
			return err
		case found && kind != window.ColumnType:
			return count.Permanentf("%w", window.WrongUnit())
		case found:
			return nil
		}
	}
	return nil
}

// hasLikely tells whether a row has a likely time in that unit.
func (r *run) hasLikely(ctx context.Context, kind job.ColumnType) (bool, error) {
	from, to := kind.Likely(r.query.Window.To)
	column := r.dialect.quote(r.query.Job.Window.Column)
	rows, err := r.session.query(ctx, fmt.Sprintf("SELECT 1 FROM %[1]s WHERE %[2]s >= %[3]d AND %[2]s < %[4]d LIMIT 1",
		quoteTable(r.dialect, r.query.Job.Source.Table), column, from, to))
	if err != nil {
		return false, err
	}
	defer rows.Close()
	found := rows.Next()
	return found, answered(rows.Err())
}
