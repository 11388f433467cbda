package athenasource

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"tally/lambda/internal/statement"
	"tally/lambda/pattern"
)

// Queries that read no data ask for types and plans.

// fresh runs such a query by itself, and returns it. A query that does not end in time is stopped.
func (r *run) fresh(ctx context.Context, sql string) (execution, error) {
	id, _, err := r.start(ctx, sql, newToken())
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

// newToken is a token that no other query has.
func newToken() string {
	var random [32]byte
	rand.Read(random[:]) // never fails
	return hex.EncodeToString(random[:])
}

// columnTypes asks for the types of some columns of the job's table by a query that ask runs.
// Glue says less, such as timestamp for each kind of timestamp of Iceberg.
func (r *run) columnTypes(ctx context.Context, names []string, ask func(context.Context, string) (execution, error)) (map[string]string, error) {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = quote(name)
	}
	query, err := ask(ctx, statement.Selecting(quoted)+"\nFROM "+quote(r.query.Job.Source.Table.String())+"\nLIMIT 0")
	if err != nil {
		return nil, err
	}
	var page result
	if _, err := r.athena.Call(ctx, "GetQueryResults", map[string]string{"QueryExecutionId": query.ID}, &page); err != nil {
		return nil, err
	}
	columns := page.ResultSet.ResultSetMetadata.ColumnInfo
	if len(columns) != len(names) {
		return nil, fmt.Errorf("query %s has %d columns, want %d", query.ID, len(columns), len(names))
	}
	types := map[string]string{}
	for i, column := range columns {
		types[names[i]] = parameters.Regexp().ReplaceAllString(strings.ToLower(column.Type), "")
	}
	return types, nil
}

// parameters are those of a type, such as (3) in timestamp(3) with time zone.
var parameters = pattern.New(`\(.*?\)`)
