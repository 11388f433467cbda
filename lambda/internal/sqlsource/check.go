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
	var c checker
	if err := s.within(ctx, query, func(r *run) error {
		c.run, r.checking = r, true
		c.check(ctx)
		return c.err
	}); err != nil {
		return nil, err
	}
	return c.problems, nil
}

// checker finds everything that the database would refuse of a job.
type checker struct {
	*run
	problems []count.Problem
	err      error // an error that is not about the job; it ends the check
}

// check prepares what a run would send.
func (c *checker) check(ctx context.Context) {
	counted := c.query.Job
	table := counted.Source.Table
	p := plan{dialect: c.dialect, job: counted}
	if !c.try(ctx, "source.table", func(ctx context.Context) error { return c.dialect.hold(ctx, c.session, table) }) {
		return
	}
	for _, warning := range c.warnings {
		c.warnOf("source.table", errors.New(warning))
	}
	c.try(ctx, "window.column", func(ctx context.Context) (err error) {
		if p.window, err = c.bind(ctx, c.query); err != nil {
			return err
		}
		return c.checkUnit(ctx)
	})
	for i, name := range counted.GroupBy {
		c.try(ctx, fmt.Sprintf("group_by[%d]", i), func(ctx context.Context) error {
			texts, err := c.groupTexts(ctx, table, name)
			p.by = append(p.by, texts...)
			return err
		})
	}
	c.try(ctx, "distinct", func(ctx context.Context) (err error) {
		p.distinct, err = c.distinctOf(ctx, table, counted.Distinct)
		return err
	})
	c.checkCases(ctx, p)
}

// checkCases prepares each case. If nothing was wrong, it also prepares the job's one
// statement: parts that are right may not go together.
func (c *checker) checkCases(ctx context.Context, p plan) {
	alone := p
	alone.distinct, alone.by = "", nil // their own problems are reported
	measures := measuresOf(p.job)
	for i, entry := range p.job.Cases {
		c.try(ctx, "cases."+entry.Key, func(ctx context.Context) error {
			if err := sqlcheck.Check(c.dialect.engine().name, string(entry.Value)); err != nil {
				return count.Permanentf("%w", err)
			}
			return c.dryRun(ctx, alone.alone(measures[i]))
		})
	}
	c.warnOfReadings(ctx)
	if !slices.ContainsFunc(c.problems, func(p count.Problem) bool { return !p.Warning }) {
		c.try(ctx, "source", func(ctx context.Context) error { return c.dryRun(ctx, p.together(measures)) })
	}
}

// try does one step, unless an error has ended the check. What is wrong with the job
// becomes a problem of field, and the transaction goes on.
func (c *checker) try(ctx context.Context, field string, step func(context.Context) error) (ok bool) {
	if c.err != nil {
		return false
	}
	err := c.attempt(ctx, 1, step)
	switch {
	case err == nil:
		return true
	case !failure(err).Permanent:
		c.err = err
		return false
	case errors.Is(err, errNoZone):
		field += "_timezone"
	}
	c.problems = append(c.problems, count.Problem{Field: field, Err: err})
	return false
}

func (c *checker) warnOf(field string, warning error) {
	c.problems = append(c.problems, count.Problem{Field: field, Err: warning, Warning: true})
}

// dryRun has the database refuse what it would refuse to run, and reads no row.
func (s *session) dryRun(ctx context.Context, st statement) error {
	text := s.dialect.withoutRows(st.text)
	if text == "" {
		return s.prepare(ctx, st.text)
	}
	_, _, err := s.texts(ctx, text, st.values...)
	return err
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
