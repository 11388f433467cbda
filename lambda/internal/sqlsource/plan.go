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
	r.try(ctx, "window.column", "", func(ctx context.Context) (err error) {
		if p.Window, err = r.bind(ctx); err != nil {
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
			p.By = append(p.By, statement.Group{Text: text})
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
