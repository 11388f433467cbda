package sqlsource

import (
	"context"
	"fmt"
	"strings"

	"tally/lambda/internal/count"
)

// Explained is a statement of a job and how the database would run it.
type Explained struct {
	// Cases are what it counts.
	Cases []string
	// Used tells whether the job counts by it: total: false decides between one scan
	// for all cases and one for each. The others are there to compare.
	Used   bool
	SQL    string
	Values []any // of its placeholders
	// Plan is the database's, a row a line, under Columns.
	Columns []string
	Plan    [][]string
}

// Explain returns the one statement that counts all cases of a query's job and the
// statements that count each alone, with their plans. It counts nothing. An error
// is a *count.Failure.
func (s *Source) Explain(ctx context.Context, query count.Query) ([]Explained, error) {
	var explained []Explained
	err := s.within(ctx, query, func(r *run) (err error) {
		explained, err = r.explain(ctx)
		return err
	})
	return explained, err
}

func (r *run) explain(ctx context.Context) ([]Explained, error) {
	plan, err := r.planned(ctx)
	if err != nil {
		return nil, err
	}
	measures := measuresOf(r.query.Job)
	statements := []statement{plan.together(measures)}
	for _, m := range measures[:len(r.query.Job.Cases)] {
		statements = append(statements, plan.alone(m))
	}
	var explained []Explained
	for i, st := range statements {
		e := Explained{Used: r.query.Job.WithTotal() == (i == 0), SQL: st.text, Values: st.values}
		for _, m := range st.measures {
			e.Cases = append(e.Cases, m.name)
		}
		if e.Columns, e.Plan, err = r.texts(ctx, r.dialect.engine().explain+st.text, st.values...); err != nil {
			return nil, fmt.Errorf("plan of %s: %w", strings.Join(e.Cases, ", "), err)
		}
		explained = append(explained, e)
	}
	return explained, nil
}
