package local

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
)

// evaluate runs a query, of which no more bytes than the cutoff are scanned unless it is 0. It
// tells what the query scans before it does.
func (a *Athena) evaluate(ctx context.Context, query AthenaExecution, cutoff int64, planned func(bytes int64, scans int)) queryOutcome {
	name := nameOf(query.Catalog, query.Database)
	sql := translate(withoutSemicolon(query.SQL))
	store, found := a.store(name)
	if !found {
		return queryOutcome{AthenaFailure: schemaNotFound(sql, query.Database)}
	}
	o, err := store.evaluate(ctx, sql, cutoff, planned)
	if err != nil {
		o.AthenaFailure = failureOf(err, sql, name)
	}
	return o
}

// evaluate knows the bytes as soon as the plan is made. An error before that costs nothing.
func (s AthenaStore) evaluate(ctx context.Context, sql translated, cutoff int64, planned func(bytes int64, scans int)) (o queryOutcome, err error) {
	conn, err := s.connect(ctx)
	if err != nil {
		return o, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").ReadAll(); err != nil {
		return o, err
	}
	prepared, err := conn.Prepare(ctx, "query", sql.text, nil)
	if err != nil {
		return o, err
	}
	explains := isExplain(sql.source)
	if o.columns, err = columnsOf(ctx, conn, prepared.Fields, sql, explains); err != nil {
		return o, err
	}
	if !explains {
		if o.bytes, o.scans, err = scanned(ctx, conn, sql); err != nil {
			return o, err
		}
	}
	if cutoff > 0 && o.bytes > cutoff {
		o.AthenaFailure, o.bytes = AthenaScanLimit, cutoff
		return o, nil
	}
	planned(o.bytes, o.scans)
	result := conn.ExecPrepared(ctx, "query", nil, nil, nil).Read()
	if result.Err != nil {
		return o, result.Err
	}
	for _, values := range result.Rows {
		row := make([]*string, len(values))
		for i, value := range values {
			if value != nil {
				text := o.columns[i].write(string(value))
				row[i] = &text
			}
		}
		o.rows = append(o.rows, row)
	}
	return o, nil
}

// ask runs a question of the stand-in's own.
func ask(ctx context.Context, conn *pgconn.PgConn, sql string, values ...string) ([][][]byte, error) {
	arguments := make([][]byte, len(values))
	for i, value := range values {
		arguments[i] = []byte(value)
	}
	result := conn.ExecParams(ctx, sql, arguments, nil, nil, nil).Read()
	return result.Rows, result.Err
}

// problemOf is PostgreSQL's error, if it is one.
func problemOf(err error) *pgconn.PgError {
	problem := new(pgconn.PgError)
	if errors.As(err, &problem) {
		return problem
	}
	return nil
}
