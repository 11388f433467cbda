package sqlsource

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"tally/lambda/job"
)

// connectTimeout is enough for a healthy database and short enough to see from
// the error that the network is closed.
const connectTimeout = 5 * time.Second

// session is a connection in a read-only transaction, used for one run: a condition
// may change settings of the session, and a connection that a frozen function keeps for
// the next run may be dead by then or be in the database's way.
type session struct {
	dialect  dialect
	pool     *sql.DB
	conn     *sql.Conn
	checking bool     // nothing is counted: there is time for more questions
	warnings []string // for somebody who relies on the counts
}

func (s *session) warn(format string, args ...any) {
	s.warnings = append(s.warnings, fmt.Sprintf(format, args...))
}

// open connects. A remembered login that the database refuses is made once more: it may
// have changed.
func open(ctx context.Context, to target) (*session, error) {
	s, err := connectAwake(ctx, to)
	if answer, ok := errors.AsType[*answerError](err); ok && answer.login && to.forget != nil {
		to.forget()
		s, err = connectAwake(ctx, to)
	}
	if err != nil {
		return nil, unavailable(err)
	}
	if err := to.dialect.begin(ctx, s); err != nil {
		s.close()
		return nil, unavailable(fmt.Errorf("begin a read-only transaction: %w", err))
	}
	return s, nil
}

func connect(ctx context.Context, to target) (*session, error) {
	pool := sql.OpenDB(to.connector)
	connecting, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	said := &greeting{wanted: to.dialect.engine()}
	conn, err := pool.Conn(context.WithValue(connecting, greetingKey{}, said))
	if err == nil {
		return &session{dialect: to.dialect, pool: pool, conn: conn}, nil
	}
	_ = pool.Close() // err is the one to report
	return nil, fmt.Errorf("connect: %w", to.connectError(err, said, connecting.Err() != nil && ctx.Err() == nil))
}

// close ends the connection, and with it the transaction, which has nothing to
// keep and so nothing to report.
func (s *session) close() {
	_ = s.conn.Close()
	_ = s.pool.Close()
}

// How much of its time a statement may wait for a lock, as the n of 1/n.
const (
	lockShareOfTable = 2  // where a run waits for its table
	lockShareOfCount = 10 // where it counts, and needs the time for that
)

// sendWithLimit sends one statement within a limit.
func (s *session) sendWithLimit(ctx context.Context, text string, values ...any) (*sql.Rows, error) {
	if _, err := s.setLimit(ctx, lockShareOfTable); err != nil {
		return nil, err
	}
	return s.send(ctx, text, values...)
}

// send sends one statement. It is a query, never an Exec: drivers send what they
// execute without values as text, which may hold several statements.
func (s *session) send(ctx context.Context, text string, values ...any) (*sql.Rows, error) {
	rows, err := s.conn.QueryContext(ctx, text, values...)
	return rows, serverError(err)
}

// texts returns the rows of a result, each value as text and NULL as the empty text.
func (s *session) texts(ctx context.Context, query string, values ...any) (columns []string, texts [][]string, err error) {
	rows, err := s.sendWithLimit(ctx, query, values...)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	if columns, err = rows.Columns(); err != nil {
		return nil, nil, err
	}
	cells := make([]sql.NullString, len(columns))
	into := pointers(cells)
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, nil, serverError(err)
		}
		line := make([]string, len(cells))
		for i, cell := range cells {
			line[i] = cell.String
		}
		texts = append(texts, line)
	}
	return columns, texts, serverError(rows.Err())
}

// setLimit has the server end the next statement before the context does, and earlier
// when it only waits for a lock. It is set for each statement, because a condition of the
// one before may have changed it with set_config.
func (s *session) setLimit(ctx context.Context, lockShare time.Duration) (time.Duration, error) {
	limit := limitOf(ctx)
	if limit == 0 {
		return 0, nil
	}
	if err := s.control(ctx, s.dialect.limit(limit, max(limit/lockShare, time.Millisecond))); err != nil {
		return 0, fmt.Errorf("set the statement timeout: %w", err)
	}
	return limit, nil
}

// touch asks for no row of a table.
func (s *session) touch(ctx context.Context, table job.Table) error {
	_, _, err := s.texts(ctx, "SELECT 1 FROM "+quoteTable(s.dialect, table)+" LIMIT 0")
	return err
}

// exec runs statements of our own, one after the other.
func (s *session) exec(ctx context.Context, texts ...string) error {
	for _, text := range texts {
		if _, err := s.conn.ExecContext(ctx, text); err != nil {
			return serverError(err)
		}
	}
	return nil
}

// control is exec for a statement that is not about the job: what the database answers
// to it, such as that somebody cancelled it, says nothing about the job.
func (s *session) control(ctx context.Context, text string) error {
	err := s.exec(ctx, text)
	if answer, ok := errors.AsType[*answerError](err); ok {
		answer.transient = true
	}
	return err
}

// limitOf is how long the server may work on a statement, 0 for ever.
func limitOf(ctx context.Context) time.Duration {
	deadline, limited := ctx.Deadline()
	if !limited {
		return 0
	}
	limit := usable(time.Until(deadline))
	if end, shared := ctx.Value(shareEnd{}).(time.Time); shared {
		limit = min(limit, time.Until(end))
	}
	return max(limit, time.Millisecond)
}

// usable is how much of the time that is left the server may use: a little less, so that
// its own timeout ends a statement before the client is gone.
func usable(left time.Duration) time.Duration {
	return left - min(time.Second, left/10)
}

// attempt does something whose statements the database may refuse. The transaction then
// goes on in the same snapshot as if they had not been sent. It has 1/shareOfLeft of the time
// that is left, so that the attempts after it have theirs.
func (s *session) attempt(ctx context.Context, shareOfLeft int, do func(context.Context) error) error {
	if err := s.control(ctx, "SAVEPOINT tally"); err != nil {
		return fmt.Errorf("set a savepoint: %w", err)
	}
	err := do(share(ctx, shareOfLeft))
	if !isRefusal(err) {
		return err
	}
	if back := s.control(ctx, "ROLLBACK TO SAVEPOINT tally"); back != nil {
		return fmt.Errorf("return to the savepoint: %w, after: %w", back, err)
	}
	return err
}

// shareEnd is the key of the time at which a share ends.
type shareEnd struct{}

// share is the context for one of several parts of what is left to do. Its end limits
// only the server. The client waits longer: under load the server's timeout comes late,
// and a connection that the client has given up cannot count the rest.
func share(ctx context.Context, parts int) context.Context {
	if _, limited := ctx.Deadline(); !limited {
		return ctx
	}
	return context.WithValue(ctx, shareEnd{}, time.Now().Add(limitOf(ctx)/time.Duration(parts)))
}
