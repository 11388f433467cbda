package s3source

import (
	"slices"

	"tally/lambda/contract"
	"tally/lambda/expression"
	"tally/lambda/internal/count"
	"tally/lambda/job"
)

// plan is a job ready to be counted. Evaluators share it.
type plan struct {
	job         job.Job
	expressions job.Expressions
	other       int // where CaseNames has it; -1 without
	total       int
	overlap     int
	filter      filter
}

func newPlan(query count.Query) (*plan, error) {
	expressions, err := query.Job.Compile()
	if err != nil {
		return nil, count.Permanentf("compile: %w", err)
	}
	cases := query.Job.CaseNames()
	return &plan{
		job: query.Job, expressions: expressions,
		other: slices.Index(cases, contract.CaseOther), total: slices.Index(cases, contract.CaseTotal), overlap: slices.Index(cases, contract.CaseOverlap),
		filter: newFilter(query, expressions.Set),
	}, nil
}

// evaluator counts rows into a tally. It serves one goroutine.
type evaluator struct {
	*plan
	row     *expression.Row
	where   string // the key of the row's object
	tally   *tally
	key     []byte // of the row's group
	columns []int  // of CaseNames that the row counts in
}

func (p *plan) evaluator() *evaluator {
	return &evaluator{plan: p, row: expression.NewRow(p.expressions.Set), tally: newTally(p.job)}
}

// count counts the row, unless the window leaves it out. An error is about the
// row, or a permanent *count.Failure about the run; then nothing was counted.
func (e *evaluator) count() error {
	within, err := e.filter.holds(e.row, e.where, e.tally)
	if err != nil {
		return &rowError{0, err}
	}
	if !within {
		return nil
	}
	e.tally.within++
	if err := e.match(); err != nil {
		return err
	}
	e.key = e.key[:0]
	groupBy := e.expressions.GroupBy
	for i := range groupBy {
		text, ok, err := groupBy[i].Text(e.row)
		if err != nil {
			return &rowError{1 + len(e.expressions.Cases) + i, err}
		}
		e.key = appendGroupValue(e.key, text, ok)
	}
	if e.expressions.Distinct != nil {
		return e.countValue()
	}
	if len(e.key) > 0 {
		group, err := e.tally.group(e.key)
		if err != nil {
			return err
		}
		increase(group.counts, e.columns)
	}
	increase(e.tally.all, e.columns)
	return nil
}

// match finds the columns that the row counts in.
func (e *evaluator) match() error {
	e.columns = e.columns[:0]
	for i, condition := range e.expressions.Cases {
		matches, err := condition.Matches(e.row)
		if err != nil {
			return &rowError{1 + i, err}
		}
		if matches {
			e.columns = append(e.columns, i)
		}
	}
	matched := len(e.columns)
	if matched == 0 && e.other >= 0 {
		e.columns = append(e.columns, e.other)
	}
	if e.total >= 0 {
		e.columns = append(e.columns, e.total)
	}
	if matched > 1 && e.overlap >= 0 {
		e.columns = append(e.columns, e.overlap)
	}
	return nil
}

func increase(counts []int64, columns []int) {
	for _, column := range columns {
		counts[column]++
	}
}

// countValue counts the row's value of distinct, unless that is nil. Overlap counts
// rows all the same.
func (e *evaluator) countValue() error {
	text, ok, err := e.expressions.Distinct.Text(e.row)
	if err != nil {
		return &rowError{1 + len(e.expressions.Cases) + len(e.expressions.GroupBy), err}
	}
	var group *group
	if len(e.key) > 0 {
		if group, err = e.tally.group(e.key); err != nil {
			return err
		}
	}
	var columns uint64
	for _, column := range e.columns {
		if column != e.overlap {
			columns |= 1 << column
			continue
		}
		e.tally.all[column]++
		if group != nil {
			group.counts[column]++
		}
	}
	if !ok {
		return nil
	}
	key := distinctKey{hash: hashOf(text)}
	if err := e.tally.distinct.meet(key, columns, e.job.Distinct); err != nil || group == nil {
		return err
	}
	key.group = group.index
	return e.tally.distinct.meet(key, columns, e.job.Distinct)
}
