package sqlsource

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
)

// run is one query on one connection.
type run struct {
	*session
	query count.Query
}

// count counts everything that the job wants.
func (r *run) count(ctx context.Context) (*count.Sheet, error) {
	plan, err := r.plan(ctx)
	if err != nil {
		return nil, err
	}
	measures := measuresOf(r.query.Job)
	if !r.query.Job.WithTotal() {
		return r.oneByOne(ctx, plan, measures)
	}
	sheet := count.NewSheet(r.query.Job)
	// Half of the time is for one scan, the other for finding out what was wrong
	// with it.
	err = r.scan(ctx, 2, 2, plan.together(measures), sheet)
	if isRefusal(err) {
		return r.oneByOne(ctx, plan, measures)
	}
	return sheet, r.explained(err)
}

// plan asks the database what the statements must know of the table.
func (r *run) plan(ctx context.Context) (_ plan, err error) {
	counted := r.query.Job
	p := plan{dialect: r.dialect, job: counted}
	// A snapshot does not outlive TRUNCATE.
	if err := r.dialect.hold(ctx, r.session, counted.Source.Table); err != nil {
		return plan{}, fmt.Errorf("table %s: %w", counted.Source.Table, err)
	}
	if err := checkConditions(r.dialect.engine(), counted.Cases); err != nil {
		return plan{}, err
	}
	if p.window, err = r.bind(ctx, r.query); err != nil {
		return plan{}, err
	}
	if len(counted.GroupBy) > 0 {
		if p.groups, err = r.describeGroups(ctx, counted.Source.Table, counted.GroupBy...); err != nil {
			return plan{}, fmt.Errorf("group_by of %s: %w", counted.Source.Table, err)
		}
	}
	if counted.Distinct != "" {
		if p.counted, err = r.describe(ctx, counted.Source.Table, counted.Distinct); err != nil {
			return plan{}, fmt.Errorf("distinct of %s: %w", counted.Source.Table, err)
		}
	}
	return p, nil
}

// oneByOne counts each measure by a statement of its own, in the same snapshot. A
// measure that the database refuses, or that takes too long, fails alone. When all
// of the job's cases do, the run does: nothing is stored, and once the job is
// mended its slot can still be counted.
func (r *run) oneByOne(ctx context.Context, p plan, measures []measure) (*count.Sheet, error) {
	sheet := count.NewSheet(r.query.Job)
	parts := len(measures)
	if r.query.Job.WithTotal() {
		parts *= 2 // the one scan had half of the time
	}
	var first error
	failed := map[string]bool{}
	for i, m := range measures {
		if lacking := r.lacks(m, failed); lacking != "" {
			failed[m.name] = true
			sheet.Fail(m.name, count.Permanentf("needs case %s, which failed", lacking))
			continue
		}
		err := r.scan(ctx, len(measures)-i, parts, p.alone(m), sheet)
		if isRefusal(err) {
			err = r.reason(ctx, p.alone(m), err)
		}
		switch {
		case err == nil:
		case isRefusal(err):
			if first == nil {
				first = err
			}
			failed[m.name] = true
			sheet.Fail(m.name, failure(err))
		default:
			return nil, r.explained(err)
		}
	}
	for _, name := range r.query.Job.Cases.Keys() {
		if !failed[name] {
			return sheet, nil
		}
	}
	return nil, r.explained(first)
}

// scan tallies a statement in one of several shares of the time that is left. In a
// whole run the statement has at least one of so many parts of all the time.
func (r *run) scan(ctx context.Context, shares, parts int, st statement, sheet *count.Sheet) error {
	return r.attempt(ctx, shares, func(ctx context.Context) error {
		return r.judged(r.tally(ctx, st, sheet), parts)
	})
}

// judged is an error of a statement as it counts for the run: that it took too long is
// the last word on it only where it had nearly the time that it has in a whole run.
func (r *run) judged(err error, parts int) error {
	var answer *answerError
	if errors.As(err, &answer) && answer.timedOut {
		whole := usable(r.query.Whole) / time.Duration(parts)
		if answer.had < whole*9/10 {
			return fmt.Errorf("%w; the run had lost time, and the next may not", err)
		}
		answer.transient = false
	}
	return err
}

// reason is why the database refused a statement, with its message if that came
// from reading the statement instead of rows: then it comes again without rows. An
// error that is no refusal is one of the run.
func (r *run) reason(ctx context.Context, st statement, refusal error) error {
	var answer *answerError
	if errors.As(refusal, &answer) && answer.timedOut {
		return refusal
	}
	said := r.attempt(ctx, 1, func(ctx context.Context) error { return r.prepare(ctx, st.text) })
	if said == nil || isRefusal(said) && failure(said).Code != failure(refusal).Code {
		return refusal
	}
	return said
}

// lacks is a failed case whose condition a measure needs too; empty if there is
// none.
func (r *run) lacks(m measure, failed map[string]bool) string {
	if m.name != contract.CaseOther && m.name != contract.CaseOverlap {
		return ""
	}
	for _, name := range r.query.Job.Cases.Keys() {
		if failed[name] {
			return name
		}
	}
	return ""
}

func (r *run) explained(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("count in %s: %w", r.query.Job.Source.Table, err)
}
