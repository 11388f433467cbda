package sqlsource

import (
	"errors"
	"slices"
	"strings"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"

	"tally/lambda/internal/count"
)

// failure classifies an error: what the database answered to a statement is
// permanent, unless it is about the database's own state; everything without an
// answer (network, a lost connection, our deadline) is transient.
func failure(err error) *count.Failure {
	var known *count.Failure
	if errors.As(err, &known) {
		return &count.Failure{Permanent: known.Permanent, Code: known.Code, Err: err}
	}
	code, transient := answer(err)
	return &count.Failure{Permanent: code != "" && !transient, Code: code, Err: err}
}

// refused is a failure to get in. It says nothing about the job, and somebody may
// mend it at any time, so it is transient whatever the database answered.
func refused(err error) *count.Failure {
	code, _ := answer(err)
	return &count.Failure{Code: code, Err: err}
}

// answer is the SQLSTATE in a database's answer, and whether that is about the
// database's state instead of the statement. The code is empty without an answer.
func answer(err error) (code string, transient bool) {
	var postgres *pgconn.PgError
	if errors.As(err, &postgres) {
		return postgres.Code, slices.ContainsFunc(transientStates, func(class string) bool {
			return strings.HasPrefix(postgres.Code, class)
		})
	}
	var mySQL *mysql.MySQLError
	if errors.As(err, &mySQL) {
		return string(mySQL.SQLState[:]), slices.Contains(transientNumbers, mySQL.Number)
	}
	return "", false
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
