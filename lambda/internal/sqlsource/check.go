package sqlsource

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tally/lambda/internal/count"
	"tally/lambda/sqlcheck"
)

// Check implements [count.Checker].
func (s *Source) Check(ctx context.Context, query count.Query) ([]count.Problem, error) {
	checked := &checker{}
	err := s.within(ctx, query, func(r *run) error {
		checked.run, r.checking = r, true
		return checked.check(ctx)
	})
	if err != nil {
		return nil, err
	}
	return checked.problems, nil
}

// checker finds everything that the database would refuse of a job.
type checker struct {
	*run
	problems []count.Problem
}

// check prepares what a run would send; the transaction goes on after what is
// refused. Only an error that is not about the job is returned.
func (c *checker) check(ctx context.Context) error {
	counted := c.query.Job
	p := plan{dialect: c.dialect, job: counted}
	tableFound, err := c.try(ctx, "source.table", func(ctx context.Context) error {
		return c.dialect.hold(ctx, c.session, counted.Source.Table)
	})
	if err != nil || !tableFound {
		return err
	}
	c.noted("source.table")
	if _, err := c.try(ctx, "window.column", func(ctx context.Context) (err error) {
		if p.window, err = c.bind(ctx, c.query); err != nil {
			return err
		}
		return c.checkUnit(ctx)
	}); err != nil {
		return err
	}
	for i, name := range counted.GroupBy {
		if _, err := c.try(ctx, fmt.Sprintf("group_by[%d]", i), func(ctx context.Context) error {
			described, err := c.describeGroups(ctx, counted.Source.Table, name)
			p.groups = append(p.groups, described...)
			return err
		}); err != nil {
			return err
		}
	}
	if counted.Distinct != "" {
		if _, err := c.try(ctx, "distinct", func(ctx context.Context) (err error) {
			p.counted, err = c.describe(ctx, counted.Source.Table, counted.Distinct)
			return err
		}); err != nil {
			return err
		}
	}
	return c.checkCases(ctx, p)
}

// noted makes problems of the session's warnings.
func (c *checker) noted(field string) {
	for _, warning := range c.warnings {
		c.problems = append(c.problems, count.Problem{Field: field, Err: errors.New(warning), Warning: true})
	}
	c.warnings = nil
}

// checkCases prepares each case, and when nothing was wrong, the job's one
// statement: its parts may be right and not go together.
func (c *checker) checkCases(ctx context.Context, p plan) error {
	sound := p
	sound.counted, sound.groups = nil, nil // reported by themselves
	measures := measuresOf(p.job)
	for i, entry := range p.job.Cases {
		if _, err := c.try(ctx, "cases."+entry.Key, func(ctx context.Context) error {
			if err := sqlcheck.Check(c.dialect.engine(), string(entry.Value)); err != nil {
				return count.Permanentf("%w", err)
			}
			return c.dryRun(ctx, sound.alone(measures[i]))
		}); err != nil {
			return err
		}
	}
	if err := c.otherReadings(ctx); err != nil {
		return err
	}
	if slices.ContainsFunc(c.problems, func(p count.Problem) bool { return !p.Warning }) {
		return nil
	}
	_, err := c.try(ctx, "source", func(ctx context.Context) error {
		return c.dryRun(ctx, p.together(measures))
	})
	return err
}

// try does one step. What is wrong with the job becomes a problem of field.
func (c *checker) try(ctx context.Context, field string, step func(context.Context) error) (ok bool, err error) {
	err = c.attempt(ctx, 1, step)
	if err == nil {
		return true, nil
	}
	if !failure(err).Permanent {
		return false, err
	}
	if errors.As(err, &noZoneError{}) {
		field += "_timezone"
	}
	c.problems = append(c.problems, count.Problem{Field: field, Err: err})
	return false, nil
}

// dryRun has the database refuse what it would refuse to run, and reads no row.
func (s *session) dryRun(ctx context.Context, st statement) error {
	text := s.dialect.withoutRows(st.text)
	if text == "" {
		return s.prepare(ctx, st.text)
	}
	rows, err := s.query(ctx, text, st.values...)
	if err != nil {
		return err
	}
	defer rows.Close()
	return answered(rows.Err())
}

// prepare has the database parse a statement and find its names.
func (s *session) prepare(ctx context.Context, text string) error {
	prepared, err := s.conn.PrepareContext(ctx, text)
	if err != nil {
		return answered(err)
	}
	defer prepared.Close()
	return nil
}
