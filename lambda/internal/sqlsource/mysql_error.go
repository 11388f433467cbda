package sqlsource

import (
	"errors"

	"github.com/go-sql-driver/mysql"
)

func mySQLAnswer(err error) *answerError {
	var answer *mysql.MySQLError
	if !errors.As(err, &answer) {
		return nil
	}
	return &answerError{code: string(answer.SQLState[:]), message: answer.Message, meaning: mySQLNumbers[answer.Number], err: err}
}

// mySQLNumbers are error numbers of MySQL and MariaDB, whose SQLSTATEs say less: most
// are HY000.
var mySQLNumbers = map[uint16]meaning{
	1020: {transient: true}, // record has changed since last read
	1021: {words: "the disk is full", transient: true},
	1037: {transient: true}, // out of memory
	1038: {transient: true}, // out of sort memory
	1040: {transient: true}, // too many connections
	1041: {transient: true}, // out of memory
	1045: {login: true},
	1047: {transient: true}, // node of a cluster not ready
	1053: {transient: true}, // shutdown
	1114: {words: "a temporary table is full", transient: true},
	1203: {transient: true}, // too many connections of the user
	1205: {words: "waited too long for a lock", transient: true},
	1213: {transient: true},                           // deadlock
	1226: {transient: true},                           // a limit of the user
	1317: {words: "was interrupted", transient: true}, // KILL QUERY
	1412: {words: "the table's definition has changed", transient: true},
	1927: {words: "the connection was killed", transient: true},
	1969: {words: "took longer than its time", transient: true, timeout: true}, // MariaDB
	3024: {words: "took longer than its time", transient: true, timeout: true}, // MySQL
}
