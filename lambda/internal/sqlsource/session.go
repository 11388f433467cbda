package sqlsource

import (
	"context"
	"database/sql"
	"errors"
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
	// checking tells that nothing is counted, and that a look at the server's own
	// settings may cost something.
	checking bool
	warnings []string
}

// warn notes what somebody should know who relies on the counts.
func (s *session) warn(format string, args ...any) {
	s.warnings = append(s.warnings, fmt.Sprintf(format, args...))
}

// open connects. A login that the database refuses is made once more, if it was
// remembered: it may have changed.
func open(ctx context.Context, to target) (*session, error) {
	s, err := await(ctx, to)
	var answer *answerError
	if to.forget != nil && errors.As(err, &answer) && answer.login {
		to.forget()
		s, err = await(ctx, to)
	}
	if err != nil {
		return nil, refused(err)
	}
	if err := answered(to.dialect.begin(ctx, s.conn)); err != nil {
		s.close()
		return nil, refused(fmt.Errorf("begin a read-only transaction: %w", err))
	}
	return s, nil
}

func connect(ctx context.Context, to target) (*session, error) {
	pool := sql.OpenDB(to.connector)
	connecting, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	conn, err := pool.Conn(connecting)
	if err == nil {
		return &session{dialect: to.dialect, pool: pool, conn: conn}, nil
	}
	_ = pool.Close() // err is the one to report
	if connecting.Err() != nil && ctx.Err() == nil {
		err = fmt.Errorf("no answer within %s; see whether security groups and routes let the function through: %w", connectTimeout, err)
	}
	return nil, fmt.Errorf("connect: %w", answered(err))
}

// close ends the connection, and with it the transaction, which has nothing to
// keep and so nothing to report.
func (s *session) close() {
	_ = s.conn.Close()
	_ = s.pool.Close()
}

// query sends one statement, which the server ends before the context does, and
// earlier when it only waits for somebody's lock: that says nothing about the
// statement. The limits are set for each, because the one before may have lifted
// them: a condition can call set_config.
//
// It is a query, never an Exec: drivers send what they execute without values as
// text, which may hold several statements.
func (s *session) query(ctx context.Context, text string, values ...any) (*sql.Rows, error) {
	if err := s.setLimit(ctx); err != nil {
		return nil, err
	}
	rows, err := s.conn.QueryContext(ctx, text, values...)
	return rows, answered(err)
}

func (s *session) setLimit(ctx context.Context) error {
	if limit := limitOf(ctx); limit > 0 {
		if err := s.exec(ctx, s.dialect.limit(limit, limit/2)); err != nil {
			return fmt.Errorf("set the statement timeout: %w", err)
		}
	}
	return nil
}

// limited runs a statement of our own that may take its time.
func (s *session) limited(ctx context.Context, text string) error {
	if err := s.setLimit(ctx); err != nil {
		return err
	}
	return s.exec(ctx, text)
}

// exec runs a statement of our own.
func (s *session) exec(ctx context.Context, text string) error {
	_, err := s.conn.ExecContext(ctx, text)
	return answered(err)
}

// limitOf is how long the server may work on a statement, 0 for ever: a little less
// than what is left, so that the server answers with its own timeout instead of
// working on for a client that is gone.
func limitOf(ctx context.Context) time.Duration {
	deadline, limited := ctx.Deadline()
	if !limited {
		return 0
	}
	left := time.Until(deadline)
	return max(left-min(time.Second, left/10), time.Millisecond)
}

// attempt does something whose statements the database may refuse: it then goes on
// in the same snapshot as if they had not been sent. Its time is a share of what is
// left, so that the attempts after it have theirs.
func (s *session) attempt(ctx context.Context, shares int, do func(context.Context) error) error {
	if err := s.exec(ctx, "SAVEPOINT tally"); err != nil {
		return fmt.Errorf("set a savepoint: %w", err)
	}
	limited, cancel := share(ctx, shares)
	defer cancel()
	err := do(limited)
	if !isRefusal(err) {
		return err
	}
	if back := s.exec(ctx, "ROLLBACK TO SAVEPOINT tally"); back != nil {
		return fmt.Errorf("return to the savepoint: %w, after: %w", back, err)
	}
	return err
}

// share is the context for one of several parts of what is left to do.
func share(ctx context.Context, parts int) (context.Context, context.CancelFunc) {
	deadline, limited := ctx.Deadline()
	if !limited || parts == 1 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Until(deadline)/time.Duration(parts))
}
