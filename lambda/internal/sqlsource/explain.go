package sqlsource

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"tally/lambda/internal/count"
)

// Explained is a statement of a job and how the database would run it.
type Explained struct {
	// Cases are what it counts.
	Cases []string
	// Used tells whether the job counts by it. The others are there to compare: all
	// cases in one scan, or each by its own, is what the job's total decides.
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
	plan, err := r.plan(ctx)
	if err != nil {
		return nil, err
	}
	measures := measuresOf(r.query.Job)
	withTotal := r.query.Job.WithTotal()
	statements := []statement{plan.together(measures)}
	for _, m := range measures[:len(r.query.Job.Cases)] {
		statements = append(statements, plan.alone(m))
	}
	explained := make([]Explained, len(statements))
	for i, st := range statements {
		explained[i] = Explained{Used: withTotal == (i == 0), SQL: st.text, Values: st.values}
		for _, m := range st.measures {
			explained[i].Cases = append(explained[i].Cases, m.name)
		}
		if explained[i].Columns, explained[i].Plan, err = r.planOf(ctx, st); err != nil {
			return nil, fmt.Errorf("plan of %s: %w", strings.Join(explained[i].Cases, ", "), err)
		}
	}
	return explained, nil
}

// planOf asks how the database would run a statement with its values.
func (s *session) planOf(ctx context.Context, st statement) (columns []string, plan [][]string, err error) {
	return s.texts(ctx, "EXPLAIN "+st.text, st.values...)
}

// texts are the rows of a result, each value as text and NULL as the empty one.
func (s *session) texts(ctx context.Context, query string, values ...any) (columns []string, texts [][]string, err error) {
	rows, err := s.query(ctx, query, values...)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	if columns, err = rows.Columns(); err != nil {
		return nil, nil, err
	}
	for rows.Next() {
		cells := make([]sql.NullString, len(columns))
		into := make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, nil, answered(err)
		}
		line := make([]string, len(cells))
		for i, cell := range cells {
			line[i] = cell.String
		}
		texts = append(texts, line)
	}
	return columns, texts, answered(rows.Err())
}
