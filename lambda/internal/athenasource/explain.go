package athenasource

import (
	"context"

	"tally/lambda/internal/count"
	"tally/lambda/internal/statement"
)

// Explain implements [count.Explainer]. There is one statement: each has a price.
func (s *Source) Explain(ctx context.Context, query count.Query) ([]count.Explained, error) {
	var explained []count.Explained
	err := s.within(query, func(r *run) error {
		plan, err := r.plan(ctx)
		if err != nil {
			return err
		}
		st := plan.Together(statement.Measures(query.Job))
		lines, err := r.explain(ctx, st)
		if err != nil {
			return inCase(err, st)
		}
		explained = []count.Explained{{Cases: query.Job.CaseNames(), Used: true, SQL: st.Text, Columns: []string{"Query Plan"}, Plan: lines}}
		return nil
	})
	return explained, err
}

// explain asks for the plan of a statement, which reads no data.
func (r *run) explain(ctx context.Context, st statement.Statement) ([][]string, error) {
	query, err := r.fresh(ctx, "EXPLAIN "+st.Text)
	if err != nil {
		return nil, err
	}
	var lines [][]string
	for row, err := range r.rows(ctx, query.ID) {
		if err != nil {
			return nil, err
		}
		line := ""
		if len(row) > 0 && row[0] != nil {
			line = *row[0]
		}
		lines = append(lines, []string{line})
	}
	return lines, nil
}
