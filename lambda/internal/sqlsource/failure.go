package sqlsource

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"

	"tally/lambda/internal/count"
)

// answerError is what the database answered instead of doing what it was asked.
// Its text may be logged and stored: it holds no data.
type answerError struct {
	code      string // SQLSTATE
	message   string
	transient bool // about the database's own state instead of the statement
	login     bool // about user and password
	err       error
}

func (e *answerError) Error() string { return fmt.Sprintf("%s (SQLSTATE %s)", e.message, e.code) }

// Unwrap gives the driver's error, whose text may hold data.
func (e *answerError) Unwrap() error { return e.err }

// answered makes the database's answer, if err is one, fit to be shown; it is
// called on every error that a driver returns. Other errors stay as they are.
func answered(err error) error {
	var postgres *pgconn.PgError
	if errors.As(err, &postgres) {
		return &answerError{
			code: postgres.Code, message: withoutData(postgres.Code, postgres.Message, `"`), err: err,
			transient: slices.ContainsFunc(transientStates, func(class string) bool { return strings.HasPrefix(postgres.Code, class) }),
			login:     strings.HasPrefix(postgres.Code, "28"),
		}
	}
	var mySQL *mysql.MySQLError
	if errors.As(err, &mySQL) {
		state := string(mySQL.SQLState[:])
		return &answerError{
			code: state, message: withoutData(state, mySQL.Message, `'`), err: err,
			transient: slices.Contains(transientNumbers, mySQL.Number),
			login:     mySQL.Number == accessDenied,
		}
	}
	return err
}

const accessDenied = 1045 // of MySQL and MariaDB

// withoutData leaves out of a message what may come from a row. The classes 42
// (names, syntax, rights), 28 (login) and 3D (no such database) speak of the
// statement and the session only. Others quote values, and a value may hold
// quotes: everything from the first to the last goes. What a function of the
// database raises (P0) may say anything.
func withoutData(state, message, quote string) string {
	switch state[:min(2, len(state))] {
	case "42", "28", "3D":
		return message
	case "P0":
		return "a function raised an error, whose text may hold data"
	}
	first, last := strings.Index(message, quote), strings.LastIndex(message, quote)
	if first < 0 {
		return number.ReplaceAllString(message, "…")
	}
	return message[:first] + quote + "…" + quote + message[last+1:]
}

// number is a value that a message may hold without quotes.
var number = regexp.MustCompile(`[0-9][0-9.]*`)

// failure classifies an error: what the database answered to a statement is
// permanent, unless it is about the database's own state; everything without an
// answer (network, a lost connection, our deadline) is transient.
func failure(err error) *count.Failure {
	var known *count.Failure
	if errors.As(err, &known) {
		return &count.Failure{Permanent: known.Permanent, Code: known.Code, Err: err}
	}
	var answer *answerError
	if errors.As(err, &answer) {
		return &count.Failure{Permanent: !answer.transient, Code: answer.code, Err: err}
	}
	return &count.Failure{Err: err}
}

// isRefusal tells whether err is the database's answer to a statement that it will
// not run, now or later: what it says of others is not affected.
func isRefusal(err error) bool {
	var answer *answerError
	return errors.As(err, &answer) && !answer.transient
}

// refused is a failure to get in. It says nothing about the job, and somebody may
// mend it at any time, so it is transient whatever the database answered.
func refused(err error) *count.Failure {
	return &count.Failure{Code: failure(err).Code, Err: err}
}

// transientStates are the PostgreSQL SQLSTATEs, by what they start with, that may
// be gone at the next try. 57014, the statement timeout, is not among them.
var transientStates = []string{
	"08",    // connection
	"40",    // deadlock, conflict with recovery on a replica
	"53",    // out of connections, memory, disk
	"55P03", // lock not available
	"57P",   // shutdown, starting up
	"58",    // system error
}

// transientNumbers are the same for MySQL and MariaDB, whose SQLSTATEs are mostly
// HY000. 3024 and 1969, their statement timeouts, are not among them.
var transientNumbers = []uint16{
	1040, // too many connections
	1041, // out of memory
	1053, // shutdown
	1203, // too many connections of the user
	1205, // lock wait timeout
	1213, // deadlock
	1226, // a limit of the user
	1317, // interrupted: KILL QUERY
	1927, // connection killed
}
