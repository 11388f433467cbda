package sqlsource

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// connectTimeout is enough for a healthy database and short enough to see from
// the error that the network is closed.
const connectTimeout = 5 * time.Second

// session is a connection in a read-only transaction. It is used for one run: a
// condition may change settings of the session, and a connection that waits for
// the next run in a frozen function is dead or in the database's way.
type session struct {
	dialect dialect
	pool    *sql.DB
	conn    *sql.Conn
}

func open(ctx context.Context, to target) (*session, error) {
	pool := sql.OpenDB(to.connector)
	connecting, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	conn, err := pool.Conn(connecting)
	if err != nil {
		_ = pool.Close() // err is the one to report
		return nil, refused(fmt.Errorf("connect: %w", err))
	}
	s := &session{dialect: to.dialect, pool: pool, conn: conn}
	if err := to.dialect.begin(ctx, conn); err != nil {
		s.close()
		return nil, refused(fmt.Errorf("begin a read-only transaction: %w", err))
	}
	return s, nil
}

// close ends the connection, and with it the transaction, which has nothing to
// keep and so nothing to report.
func (s *session) close() {
	_ = s.conn.Close()
	_ = s.pool.Close()
}

// query sends one statement, which the server ends before the context does. The
// limit is set for each, because the one before may have lifted it: a condition
// can call set_config.
//
// It is a query, never an Exec: drivers send what they execute without values as
// text, which may hold several statements.
func (s *session) query(ctx context.Context, text string, values ...any) (*sql.Rows, error) {
	if deadline, ok := ctx.Deadline(); ok {
		if _, err := s.conn.ExecContext(ctx, s.dialect.limit(serverLimit(time.Until(deadline)))); err != nil {
			return nil, fmt.Errorf("set the statement timeout: %w", err)
		}
	}
	return s.conn.QueryContext(ctx, text, values...)
}

// serverLimit is a little less than what is left, so that the server answers with
// its own timeout instead of working on for a client that is gone.
func serverLimit(left time.Duration) time.Duration {
	return max(left-min(time.Second, left/10), time.Millisecond)
}

// counts runs a statement. Without GROUP BY it gives one row, even of an empty table.
func (s *session) counts(ctx context.Context, st statement) ([]int64, error) {
	rows, err := s.query(ctx, st.text, st.values...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	counts := make([]int64, len(st.names))
	into := make([]any, len(counts))
	for i := range counts {
		into[i] = &counts[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
	}
	return counts, rows.Err()
}
