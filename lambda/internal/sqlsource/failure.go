package sqlsource

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"

	"tally/lambda/internal/count"
)

// answerError is what the database answered instead of doing what it was asked.
// Its text may be logged and stored: it holds no data.
type answerError struct {
	code      string // SQLSTATE
	number    uint16 // of MySQL and MariaDB; 0 of others
	message   string
	transient bool          // about the database's own state instead of the statement
	login     bool          // about user and password
	timedOut  bool          // the server ended the statement because of its limit
	had       time.Duration // that limit; 0 for the server's own
	err       error
}

func (e *answerError) Error() string { return fmt.Sprintf("%s (SQLSTATE %s)", e.message, e.code) }

// Unwrap gives the driver's error, whose text may hold data.
func (e *answerError) Unwrap() error { return e.err }

// answered reads the database's answer in an error of a driver, and says of a lost
// connection that it is one; other errors stay as they are. It is for statements that read no row, whose messages can hold no
// data: for others see [ofRows].
func answered(err error) error {
	var postgres *pgconn.PgError
	if errors.As(err, &postgres) {
		return &answerError{
			code: postgres.Code, message: postgres.Message, err: err,
			transient: slices.ContainsFunc(transientStates, func(class string) bool { return strings.HasPrefix(postgres.Code, class) }),
			login:     strings.HasPrefix(postgres.Code, "28"),
		}
	}
	var mySQL *mysql.MySQLError
	if errors.As(err, &mySQL) {
		return &answerError{
			code: string(mySQL.SQLState[:]), number: mySQL.Number, message: mySQL.Message, err: err,
			transient: slices.Contains(transientNumbers, mySQL.Number),
			login:     mySQL.Number == accessDenied,
		}
	}
	if isBroken(err) && !errors.Is(err, errLost) {
		return fmt.Errorf("%w: %w", errLost, err)
	}
	return err
}

const accessDenied = 1045 // of MySQL and MariaDB

// ofRows is answered for a statement that read rows, and ran since begun with a
// limit (0 for none of ours). What the database says of a row may quote it, in any
// words: a function of the database can raise what it likes, with any SQLSTATE. So the
// message is left out.
func ofRows(err error, begun time.Time, limit time.Duration) error {
	var answer *answerError
	if err = answered(err); !errors.As(err, &answer) {
		return err
	}
	shown := *answer
	shown.message = conditionName(shown.code, shown.number)
	// PostgreSQL has one code for its timeout and for an administrator who cancels.
	shown.timedOut = slices.Contains(timeoutNumbers, shown.number) ||
		shown.code == queryCanceled && time.Since(begun) >= limit*9/10
	shown.had = limit
	return &shown
}

const queryCanceled = "57014"

// conditionName is what an error means: by its number, or by its SQLSTATE, from the
// appendix of PostgreSQL's manual and the standard.
func conditionName(state string, number uint16) string {
	if name, known := numberNames[number]; known {
		return name
	}
	for _, length := range []int{len(state), 3, 2} { // the code, or a class
		if name, known := conditionNames[state[:min(length, len(state))]]; known {
			return name
		}
	}
	return "error while reading rows"
}

// numberNames are errors of MySQL and MariaDB whose SQLSTATE says less.
var numberNames = map[uint16]string{
	1021: "the disk is full",
	1114: "a temporary table is full",
	1205: "waited too long for a lock",
	1317: "was interrupted",
	1412: "the table's definition has changed",
	1927: "the connection was killed",
	1969: "took longer than its time",
	3024: "took longer than its time",
}

var conditionNames = map[string]string{
	"08":    "the connection failed",
	"21":    "a subquery gives more than one row",
	"22":    "data exception in a row",
	"22003": "numeric value out of range in a row",
	"22007": "invalid date or time in a row",
	"22008": "date or time out of range in a row",
	"22012": "division by zero",
	"22P02": "text of a row is no value of the wanted type",
	"25006": "tried to write in a read-only transaction",
	"40":    "rolled back for the sake of another transaction",
	"42501": "permission denied",
	"45":    "an error that a function raised",
	"53":    "the server is out of resources",
	"55P03": "waited too long for a lock",
	"57":    "an operator intervened",
	"57P":   "the server was stopped, or somebody ended the session",
	"57014": "took longer than its time, or was cancelled",
	"58":    "a system error of the server",
	"70100": "was interrupted",
	"P0":    "an error that a function raised",
}

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

// timeoutNumbers are MariaDB's and MySQL's for a statement that reached its limit.
var timeoutNumbers = []uint16{1969, 3024}

// refused is a failure to get in. It says nothing about the job, and somebody may
// mend it at any time, so it is transient whatever the database answered.
func refused(err error) *count.Failure {
	return &count.Failure{Code: failure(err).Code, Err: err}
}

// transientStates are the PostgreSQL SQLSTATEs, by what they start with, that may
// be gone at the next try. Whether a timeout may is for [run.judged] to say.
var transientStates = []string{
	"08",    // connection
	"25P",   // the transaction was aborted before the statement, or ended
	"40",    // deadlock, conflict with recovery on a replica
	"53",    // out of connections, memory, disk
	"55P03", // lock not available
	"57",    // a statement timeout, somebody who cancels, shutdown, starting up
	"58",    // system error
}

// transientNumbers are the same for MySQL and MariaDB, whose SQLSTATEs are mostly
// HY000.
var transientNumbers = []uint16{
	1020, // record has changed since last read
	1021, // disk full
	1037, // out of memory
	1038, // out of sort memory
	1040, // too many connections
	1041, // out of memory
	1047, // node of a cluster not ready
	1053, // shutdown
	1114, // a temporary table is full
	1203, // too many connections of the user
	1205, // lock wait timeout
	1213, // deadlock
	1226, // a limit of the user
	1317, // interrupted: KILL QUERY
	1412, // table definition has changed, please retry transaction
	1927, // connection killed
	1969, // statement timeout of MariaDB
	3024, // statement timeout of MySQL
}
