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
	for _, unit := range []job.ColumnType{window.ColumnType, window.ColumnType.Other()} {
		found := false
		err := r.attempt(ctx, 2, func(ctx context.Context) (err error) {
			found, err = r.hasLikely(ctx, unit)
			return err
		})
		switch {
		case isRefusal(err): // the counts are what they are
			return nil
		case err != nil:
			return err
		case found && unit != window.ColumnType:
			return count.Permanentf("%w", window.WrongUnit())
		case found:
			return nil
		}
	}
	return nil
}

// hasLikely tells whether a row has a likely time in a unit.
func (r *run) hasLikely(ctx context.Context, unit job.ColumnType) (bool, error) {
	from, to := unit.Likely(r.query.Window.To)
	_, rows, err := r.texts(ctx, fmt.Sprintf("SELECT 1 FROM %[1]s WHERE %[2]s >= %[3]d AND %[2]s < %[4]d LIMIT 1",
		quoteTable(r.dialect, r.query.Job.Source.Table), r.dialect.quote(r.query.Job.Window.Column), from, to))
	return len(rows) > 0, err
}
