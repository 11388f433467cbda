package sqlsource

import (
	"cmp"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"time"

	"tally/lambda/internal/count"
)

// answerError is what the database answered instead of doing what it was asked.
// Its text may be logged and stored: it holds no data.
type answerError struct {
	meaning
	code     string // SQLSTATE
	message  string
	timedOut bool          // the server ended the statement because of its limit
	had      time.Duration // that limit; 0 for the server's own
	err      error         // of the driver, whose text may hold data
}

func (e *answerError) Error() string { return fmt.Sprintf("%s (SQLSTATE %s)", e.message, e.code) }

func (e *answerError) Unwrap() error { return e.err }

// meaning is what a dialect knows of an error by its code.
type meaning struct {
	words     string // replace a message that may hold data; empty if standardWords has them
	transient bool   // about the database's own state: the next try may succeed
	login     bool   // about user and password
	timeout   bool   // the statement reached its limit
	cancel    bool   // with timeout: somebody who cancels the statement gives the same code
}

// standardWords replace messages that may hold data, by the SQLSTATEs, or classes of them,
// that all engines have. Whether an error is transient is said by the engine's own table:
// mySQLNumbers and postgresStates.
var standardWords = map[string]string{
	"08":    "the connection failed",
	"21":    "a subquery gives more than one row",
	"22":    "data exception in a row",
	"22003": "numeric value out of range in a row",
	"22007": "invalid date or time in a row",
	"22008": "date or time out of range in a row",
	"22012": "division by zero",
	"25006": "tried to write in a read-only transaction",
	"40":    "rolled back for the sake of another transaction",
	"45":    "an error that a function raised",
}

// byState returns the entry of a SQLSTATE, or else of its class; zero if there is none.
func byState[T any](table map[string]T, state string) (entry T) {
	for _, length := range []int{5, 3, 2} {
		if entry, known := table[state[:min(length, len(state))]]; known {
			return entry
		}
	}
	return entry
}

// serverError reads the database's answer in an error of a driver, and says of a lost
// connection that it was lost. Other errors stay as they are. It is for statements that
// read no row, whose messages hold no data; see [serverErrorWithoutData] for others.
func serverError(err error) error {
	for _, engine := range engines {
		if answer := engine.answer(err); answer != nil {
			return answer
		}
	}
	if isBroken(err) && !errors.Is(err, errLost) {
		return fmt.Errorf("%w: %w", errLost, err)
	}
	return err
}

// serverErrorWithoutData is [serverError] for a statement that read rows. It began at begun
// and had a limit (0 for none of ours). A message about a row may quote it, and a function of
// the database can raise any words with any SQLSTATE. So the message is replaced.
func serverErrorWithoutData(err error, begun time.Time, limit time.Duration) error {
	err = serverError(err)
	if answer, ok := errors.AsType[*answerError](err); ok {
		answer.message = cmp.Or(answer.words, byState(standardWords, answer.code), "error while reading rows")
		answer.timedOut = answer.timeout && (!answer.cancel || time.Since(begun) >= limit*9/10)
		answer.had = limit
	}
	return err
}

// failure classifies an error. What the database answered to a statement is permanent,
// unless it is about the database's own state. Everything without an answer is
// transient: the network, a lost connection, our deadline.
func failure(err error) *count.Failure {
	if known, ok := errors.AsType[*count.Failure](err); ok {
		return known.With(err)
	}
	if answer, ok := errors.AsType[*answerError](err); ok {
		return &count.Failure{Permanent: !answer.transient, Code: answer.code, Err: err}
	}
	return &count.Failure{Err: err}
}

// isRefusal tells whether err is the database's answer that it will not run a
// statement, now or later. Other statements are not affected.
func isRefusal(err error) bool {
	answer, ok := errors.AsType[*answerError](err)
	return ok && !answer.transient
}

// unavailable is the failure of a run that could not begin: no connection, no login or no
// transaction. It is transient whatever the database answered: it says nothing about the
// job, and somebody may mend it at any time.
func unavailable(err error) *count.Failure {
	return &count.Failure{Unavailable: true, Code: failure(err).Code, Err: err}
}

// errLost says in words what drivers call a bad or a closed connection.
var errLost = errors.New("the connection was lost: the server was stopped, or somebody or the network ended the session")

// isBroken tells whether a connection ended.
func isBroken(err error) bool {
	if network, ok := errors.AsType[*net.OpError](err); ok && (network.Op == "read" || network.Op == "write") {
		return !network.Timeout()
	}
	is := func(lost error) bool { return lost != nil && errors.Is(err, lost) }
	return slices.ContainsFunc([]error{io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, driver.ErrBadConn, sql.ErrConnDone}, is) ||
		slices.ContainsFunc(engines, func(e *engine) bool { return is(e.lost) })
}
