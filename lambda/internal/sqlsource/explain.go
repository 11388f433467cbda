package sqlsource

import (
	"context"
	"fmt"
	"strings"

	"tally/lambda/internal/count"
	"tally/lambda/internal/statement"
)

// Explain returns the one statement that counts all cases of a query's job and the
// statements that count each alone, with their plans. It counts nothing. An error
// is a *count.Failure.
func (s *Source) Explain(ctx context.Context, query count.Query) ([]count.Explained, error) {
	var explained []count.Explained
	err := s.withRun(ctx, query, func(r *run) (err error) {
		explained, err = r.explain(ctx)
		return err
	})
	return explained, err
}

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
