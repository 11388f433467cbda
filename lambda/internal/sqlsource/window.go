package sqlsource

import (
	"context"
	"fmt"

	"tally/lambda/internal/count"
	"tally/lambda/internal/statement"
	"tally/lambda/job"
)

// bind asks the database for the type of the window's column and writes the window as
// that type needs it.
func (r *run) bind(ctx context.Context) (statement.Bounds, error) {
	if r.query.Window == nil {
		return statement.Bounds{}, nil
	}
	name, engine := r.query.Job.Window.Column[0], r.dialect.engine()
	databaseType, err := r.typeOf(ctx, r.query.Job.Source.Table, name)
	if err != nil {
		return statement.Bounds{}, err
	}
	column, values, err := engine.columns.Bounds(databaseType, *r.query.Window, r.query.Job)
	if err != nil {
		return statement.Bounds{}, err
	}
	condition := fmt.Sprintf("%[1]s >= %[2]s%[4]s AND %[1]s < %[3]s%[4]s", quote(r.dialect, name), engine.bounds[0], engine.bounds[1], column.Cast)
	return statement.Bounds{Condition: condition, Values: values}, nil
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
