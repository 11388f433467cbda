package sqlsource

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tally/lambda/internal/count"
	"tally/lambda/internal/statement"
	"tally/lambda/sqlcheck"
)

// Check implements [count.Checker].
func (s *Source) Check(ctx context.Context, query count.Query) (problems []count.Problem, err error) {
	err = s.withRun(ctx, query, func(r *run) error {
		r.checking = true
		r.check(ctx)
		problems = r.problems
		return r.err
	})
	if err != nil {
		return nil, err
	}
	return problems, nil
}

// check finds everything that the database would refuse of the job, by preparing what a
// run would send. If nothing is wrong with the cases, it also prepares the job's one
// statement: parts that are right may not go together.
func (r *run) check(ctx context.Context) {
	if !r.hold(ctx) {
		return
	}
	for _, warning := range r.warnings {
		r.warnOf("source.table", errors.New(warning))
	}
	p := r.plan(ctx)
	alone := p
	alone.Distinct, alone.By = "", nil // their own problems are reported
	measures := statement.Measures(p.Job)
	for i, entry := range p.Job.Cases {
		r.try(ctx, "cases."+entry.Key, "", func(ctx context.Context) error {
			if err := sqlcheck.Check(r.dialect.engine().name, string(entry.Value)); err != nil {
				return count.Permanentf("%w", err)
			}
			return r.dryRun(ctx, alone.Alone(measures[i]))
		})
	}
	r.warnOfSettings(ctx)
	if !slices.ContainsFunc(r.problems, func(p count.Problem) bool { return !p.Warning }) {
		r.try(ctx, "source", "", func(ctx context.Context) error { return r.dryRun(ctx, p.Together(measures)) })
	}
}

// warnOfSettings warns of conditions that mean something else with the database's own
// settings. Somebody who tried such a condition there may have got another count.
func (r *run) warnOfSettings(ctx context.Context) {
	if r.err != nil {
		return
	}
	differences, err := r.dialect.settingDifferences(ctx, r.session, r.query.Job.Source.Table)
	if err != nil {
		r.err = fmt.Errorf("settings of the server: %w", err)
	}
	for _, entry := range r.query.Job.Cases {
		tokens := sqlcheck.Tokens(r.dialect.engine().name, string(entry.Value))
		for _, other := range differences {
			if other.differs(tokens) {
				r.warnOf("cases."+entry.Key, fmt.Errorf("a run reads %s; with the database's own setting (%s) this condition may count something else",
					other.ours, other.setting))
			}
		}
	}
}

func (r *run) warnOf(field string, warning error) {
	r.problems = append(r.problems, count.Problem{Field: field, Err: warning, Warning: true})
}

// dryRun has the database refuse what it would refuse to run, and reads no row.
func (s *session) dryRun(ctx context.Context, st statement.Statement) error {
	noRows := s.dialect.engine().noRows
	if noRows == "" {
		return s.prepare(ctx, st.Text)
	}
	_, _, err := s.texts(ctx, st.Text+noRows, st.Values...)
	return err
}

// prepare has the database parse a statement and find its names.
func (s *session) prepare(ctx context.Context, text string) error {
	prepared, err := s.conn.PrepareContext(ctx, text)
	if err != nil {
		return serverError(err)
	}
	defer prepared.Close()
	return nil
}
