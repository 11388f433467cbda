package sqlsource

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tally/lambda/internal/count"
	"tally/lambda/internal/statement"
	"tally/lambda/sqlcheck"
)

// check finds everything that the database would refuse of the job, by preparing what a
// run would send. If nothing is wrong with the cases, it also prepares the job's one
// statement: parts that are right may not go together.
func (r *run) check(ctx context.Context) ([]count.Problem, error) {
	r.checking = true
	if !r.hold(ctx) {
		return r.problems, r.err
	}
	for _, warning := range r.warnings {
		r.warnOf("source.table", errors.New(warning))
	}
	p := r.plan(ctx)
	alone := p
	alone.Distinct, alone.By = "", nil // their own problems are reported
	measures := statement.Measures(r.query.Job)
	for i, entry := range r.query.Job.Cases {
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
	return r.problems, r.err
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

// explain asks for the plans of the one statement that counts all cases and of those that count each
// alone. It counts nothing.
func (r *run) explain(ctx context.Context) ([]count.Explained, error) {
	plan, err := r.planned(ctx)
	if err != nil {
		return nil, err
	}
	measures := statement.Measures(r.query.Job)
	statements := []statement.Statement{plan.Together(measures)}
	for _, m := range measures[:len(r.query.Job.Cases)] {
		statements = append(statements, plan.Alone(m))
	}
	var explained []count.Explained
	for i, st := range statements {
		e := count.Explained{Used: r.query.Job.WithTotal() == (i == 0), SQL: st.Text, Values: st.Values}
		for _, m := range st.Measures {
			e.Cases = append(e.Cases, m.Name)
		}
		if e.Columns, e.Plan, err = r.texts(ctx, "EXPLAIN "+st.Text, st.Values...); err != nil {
			return nil, fmt.Errorf("plan of %s: %w", strings.Join(e.Cases, ", "), err)
		}
		explained = append(explained, e)
	}
	return explained, nil
}
