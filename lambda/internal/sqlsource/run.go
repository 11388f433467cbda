package sqlsource

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/statement"
)

// run is one query on one connection.
type run struct {
	*session
	query    count.Query
	problems []count.Problem // that a check found
	err      error           // ended the run
}

// result is what a run counts.
func (r *run) result(ctx context.Context) (count.Result, error) {
	sheet, err := r.count(ctx)
	if err == nil && !slices.ContainsFunc(sheet.All, func(n int64) bool { return n != 0 }) {
		err = r.inTable(r.checkUnit(ctx))
	}
	if err != nil {
		return count.Result{}, err
	}
	return count.Result{Counts: sheet.Lines(), Warnings: r.warnings}, nil
}

// count counts everything that the job wants.
func (r *run) count(ctx context.Context) (*count.Sheet, error) {
	plan, err := r.planned(ctx)
	if err != nil {
		return nil, err
	}
	measures := statement.Measures(r.query.Job)
	if !r.query.Job.WithTotal() {
		return r.oneByOne(ctx, plan, measures)
	}
	sheet := count.NewSheet(r.query.Job)
	// Half of the time is for one scan, the other for finding out what was wrong
	// with it.
	err = r.scan(ctx, 2, 2, plan.Together(measures), sheet)
	if isRefusal(err) {
		return r.oneByOne(ctx, plan, measures)
	}
	return sheet, r.inTable(err)
}

// oneByOne counts each measure by a statement of its own, in the same snapshot. A
// measure that the database refuses, or that takes too long, fails alone. If all of the
// job's cases do, the run fails and nothing is stored, so that its slot can still be
// counted when the job is corrected.
func (r *run) oneByOne(ctx context.Context, p statement.Plan, measures []statement.Measure) (*count.Sheet, error) {
	sheet := count.NewSheet(r.query.Job)
	shareOfFull := len(measures)
	if r.query.Job.WithTotal() {
		shareOfFull *= 2 // the one scan had half of the time
	}
	cases := r.query.Job.Cases.Keys()
	if len(cases) == 0 {
		cases = r.query.Job.CaseNames()
	}
	failed := map[string]error{}
	for i, m := range measures {
		needed := slices.IndexFunc(cases, func(name string) bool { return failed[name] != nil })
		if needed >= 0 && (m.Name == contract.CaseOther || m.Name == contract.CaseOverlap) {
			sheet.Fail(m.Name, count.Permanentf("needs case %s, which failed", cases[needed]))
			continue
		}
		err := r.scan(ctx, len(measures)-i, shareOfFull, p.Alone(m), sheet)
		if isRefusal(err) {
			err = r.reason(ctx, p.Alone(m), err)
		}
		if err != nil && !isRefusal(err) {
			return nil, r.inTable(err)
		}
		if err != nil {
			failed[m.Name] = err
			sheet.Fail(m.Name, failure(err))
		}
	}
	if slices.ContainsFunc(cases, func(name string) bool { return failed[name] == nil }) {
		return sheet, nil
	}
	return nil, r.inTable(failed[cases[0]])
}

// scan runs a statement in 1/shareOfLeft of the time that is left. In a run that has lost no
// time, that is at least 1/shareOfFull of its full time.
func (r *run) scan(ctx context.Context, shareOfLeft, shareOfFull int, st statement.Statement, sheet *count.Sheet) error {
	return r.attempt(ctx, shareOfLeft, func(ctx context.Context) error {
		return r.classifyTimeout(r.tally(ctx, st, sheet), shareOfFull)
	})
}

// classifyTimeout decides whether a statement's timeout is permanent. It is if the statement
// had nearly the time that it has in a run that has lost none.
func (r *run) classifyTimeout(err error, shareOfFull int) error {
	answer, ok := errors.AsType[*answerError](err)
	if !ok || !answer.timedOut {
		return err
	}
	if full := usable(r.query.FullTime) / time.Duration(shareOfFull); answer.had < full*9/10 {
		return fmt.Errorf("%w; the run had lost time, and the next may not", err)
	}
	answer.transient = false
	return err
}

// reason is why the database refused a statement, with the database's message if the
// statement is refused without rows too: that message holds no data. An error that is no
// refusal is one of the run.
func (r *run) reason(ctx context.Context, st statement.Statement, refusal error) error {
	if answer, ok := errors.AsType[*answerError](refusal); ok && answer.timedOut {
		return refusal
	}
	said := r.attempt(ctx, 1, func(ctx context.Context) error { return r.prepare(ctx, st.Text) })
	if said == nil || isRefusal(said) && failure(said).Code != failure(refusal).Code {
		return refusal
	}
	return said
}

func (r *run) inTable(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("count in %s: %w", r.query.Job.Source.Table, err)
}

// tally runs a statement and puts its numbers on the sheet. If it fails half way,
// the sheet holds a part of what its measures count.
func (s *session) tally(ctx context.Context, st statement.Statement, sheet *count.Sheet) error {
	// A result that nobody reads to its end is dropped with the connection.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	limit, err := s.setLimit(ctx, lockShareOfCount)
	if err != nil {
		return err
	}
	begun := time.Now()
	rows, err := s.send(ctx, st.Text, st.Values...)
	if err != nil {
		return serverErrorWithoutData(err, begun, limit)
	}
	defer rows.Close()
	defer cancel() // before rows.Close, which would read on
	ofAll := st.Groups == 0
	values, numbers := make([]*string, st.Groups), make([]int64, len(st.Measures))
	into := append(pointers(values), pointers(numbers)...)
	if st.Totals {
		into = append([]any{&ofAll}, into...)
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return serverErrorWithoutData(err, begun, limit)
		}
		if err := st.Add(sheet, ofAll, values, numbers); err != nil {
			return err
		}
	}
	return serverErrorWithoutData(rows.Err(), begun, limit)
}

// pointers are where a row's values of one type are read into.
func pointers[T any](values []T) []any {
	all := make([]any, len(values))
	for i := range values {
		all[i] = &values[i]
	}
	return all
}
