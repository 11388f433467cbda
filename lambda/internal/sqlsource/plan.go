package sqlsource

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tally/lambda/internal/count"
	"tally/lambda/internal/statement"
	"tally/lambda/job"
)

// planned is the plan of a run that counts or explains.
func (r *run) planned(ctx context.Context) (statement.Plan, error) {
	if !r.hold(ctx) {
		return statement.Plan{}, r.err
	}
	if err := statement.CheckConditions(r.dialect.engine().name, r.query.Job); err != nil {
		return statement.Plan{}, err
	}
	plan := r.plan(ctx) // may set r.err
	return plan, r.err
}

// hold keeps the table as it is: a snapshot does not outlive TRUNCATE.
func (r *run) hold(ctx context.Context) (ok bool) {
	table := r.query.Job.Source.Table
	return r.try(ctx, "source.table", "table "+table.String()+": ", func(ctx context.Context) error {
		return r.dialect.hold(ctx, r.session, table)
	})
}

// plan asks the database what the statements must know of the table.
func (r *run) plan(ctx context.Context) statement.Plan {
	counted, table := r.query.Job, r.query.Job.Source.Table
	p := statement.Plan{Dialect: r.dialect, Table: quoteTable(r.dialect, table)}
	r.try(ctx, "window.column", "", func(ctx context.Context) error {
		if err := r.bind(ctx, &p); err != nil {
			return fmt.Errorf("column %s of %s: %w", counted.Window.Column, table, err)
		}
		if r.checking {
			return r.checkUnit(ctx)
		}
		return nil
	})
	for i, name := range counted.GroupBy {
		r.try(ctx, fmt.Sprintf("group_by[%d]", i), "group_by of "+table.String()+": ", func(ctx context.Context) error {
			databaseType, err := r.typeOf(ctx, table, name)
			if err != nil {
				return err
			}
			text := r.dialect.text(quote(r.dialect, name), databaseType)
			if text == "" {
				return count.Permanentf("column %s: values of type %s have no text to tell groups by; group by another column, or by one of a view that makes a text of it",
					name, strings.ToLower(databaseType))
			}
			p.By = append(p.By, text)
			return nil
		})
	}
	if counted.Distinct != "" {
		r.try(ctx, "distinct", "distinct of "+table.String()+": ", func(ctx context.Context) error {
			databaseType, err := r.typeOf(ctx, table, counted.Distinct)
			p.Distinct = r.dialect.distinct(quote(r.dialect, counted.Distinct), databaseType)
			return err
		})
	}
	return p
}

// try does one step, unless an error has ended the run before. An error of the step ends
// the run and begins with prefix. But a check goes on after what is wrong with the job,
// which becomes a problem of field.
func (r *run) try(ctx context.Context, field, prefix string, step func(context.Context) error) (ok bool) {
	switch {
	case r.err != nil:
		return false
	case !r.checking:
		if err := step(ctx); err != nil {
			r.err = fmt.Errorf("%s%w", prefix, err)
		}
		return r.err == nil
	}
	err := r.attempt(ctx, 1, step)
	switch {
	case err == nil:
		return true
	case !failure(err).Permanent:
		r.err = err
		return false
	case errors.Is(err, statement.ErrNoZone):
		field += "_timezone"
	}
	r.problems = append(r.problems, count.Problem{Field: field, Err: err})
	return false
}

// typeOf is the type of a column, as the driver calls it. It is read from a result
// without rows, which costs nothing and sees through views and search paths.
func (s *session) typeOf(ctx context.Context, table job.Table, name string) (string, error) {
	rows, err := s.sendWithLimit(ctx, fmt.Sprintf("SELECT %s FROM %s LIMIT 0", quote(s.dialect, name), quoteTable(s.dialect, table)))
	if err != nil {
		return "", err
	}
	defer rows.Close()
	columns, err := rows.ColumnTypes()
	if err != nil {
		return "", err
	}
	return columns[0].DatabaseTypeName(), serverError(rows.Err())
}

// bind asks the database for the type of the window's column and puts the window into the
// plan as that type needs it.
func (r *run) bind(ctx context.Context, p *statement.Plan) error {
	if r.query.Window == nil {
		return nil
	}
	name, engine := r.query.Job.Window.Column[0], r.dialect.engine()
	databaseType, err := r.typeOf(ctx, r.query.Job.Source.Table, name)
	if err != nil {
		return err
	}
	column, values, err := engine.columns.Bounds(databaseType, *r.query.Window, r.query.Job)
	if err != nil {
		return err
	}
	p.Window = fmt.Sprintf("%[1]s >= %[2]s%[4]s AND %[1]s < %[3]s%[4]s", quote(r.dialect, name), engine.bounds[0], engine.bounds[1], column.Cast)
	p.Values = values
	return nil
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
