package athenasource

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"tally/lambda/internal/count"
	"tally/lambda/internal/statement"
	"tally/lambda/pattern"
)

// Queries that read no data ask for types and plans.

// fresh runs such a query by itself, and returns it. A query that does not end in time is stopped.
func (r *run) fresh(ctx context.Context, sql string) (execution, error) {
	id, _, err := r.start(ctx, sql, rand.Text()+rand.Text()) // a token has 32 characters or more
	if err != nil {
		return execution{}, err
	}
	query, err := r.end(ctx, id)
	if err == nil {
		return query, query.failure()
	}
	r.stop(id)
	if ctx.Err() != nil {
		err = fmt.Errorf("query %s did not end in time, and was stopped", id)
	}
	return query, err
}

// joined runs such a query for a slot, or joins the one of a run before: where queries wait for
// long, each run would begin at the end again. One that failed before this run says nothing.
func (r *run) joined(ctx context.Context, sql string) (execution, error) {
	id, now, err := r.start(ctx, sql, r.token(time.Now().UTC().Format(time.DateOnly)+sql, 0))
	if err != nil {
		return execution{}, err
	}
	query, err := r.end(ctx, id)
	switch {
	case err != nil && ctx.Err() != nil:
		return query, r.unended(id)
	case err != nil:
		return query, err
	case query.Status.State != succeeded && now.Sub(query.Status.SubmissionDateTime.time()) >= fresh:
		return r.fresh(ctx, sql)
	}
	return query, query.failure()
}

// columnTypes asks for the types of some columns of the job's table by a query that ask runs.
// Glue says less, such as timestamp for each kind of timestamp of Iceberg.
func (r *run) columnTypes(ctx context.Context, columns []field, ask func(context.Context, string) (execution, error)) (map[string]string, error) {
	types := map[string]string{}
	if len(columns) == 0 {
		return types, nil
	}
	quoted := make([]string, len(columns))
	for i, column := range columns {
		quoted[i] = quote(column.column)
	}
	query, err := ask(ctx, statement.Selecting(quoted)+"\nFROM "+quote(r.query.Job.Source.Table.String())+"\nLIMIT 0")
	if err != nil {
		return nil, err
	}
	var page result
	if _, err := r.athena.Call(ctx, "GetQueryResults", map[string]string{"QueryExecutionId": query.ID}, &page); err != nil {
		return nil, err
	}
	found := page.ResultSet.ResultSetMetadata.ColumnInfo
	if len(found) != len(columns) {
		return nil, fmt.Errorf("query %s has %d columns, want %d", query.ID, len(found), len(columns))
	}
	for i, column := range columns {
		types[column.column] = parameters.Regexp().ReplaceAllString(strings.ToLower(found[i].Type), "")
	}
	return types, nil
}

// parameters are those of a type, such as (3) in timestamp(3) with time zone.
var parameters = pattern.New(`\(.*?\)`)

// explained is the job's statement with its plan.
func (r *run) explained(ctx context.Context) ([]count.Explained, error) {
	plan, err := r.plan(ctx)
	if err != nil {
		return nil, err
	}
	st := plan.Together(statement.Measures(r.query.Job))
	lines, err := r.explain(ctx, st)
	if err != nil {
		return nil, inCase(err, st)
	}
	return []count.Explained{{Cases: r.query.Job.CaseNames(), Used: true, SQL: st.Text, Columns: []string{"Query Plan"}, Plan: lines}}, nil
}

// explain asks for the plan of a statement.
func (r *run) explain(ctx context.Context, st statement.Statement) (lines [][]string, err error) {
	query, err := r.fresh(ctx, "EXPLAIN "+st.Text)
	if err != nil {
		return nil, err
	}
	for row, err := range r.rows(ctx, query.ID) {
		if err != nil {
			return nil, err
		}
		line := ""
		if len(row) > 0 {
			line = aws.ToString(row[0])
		}
		lines = append(lines, []string{line})
	}
	return lines, nil
}
