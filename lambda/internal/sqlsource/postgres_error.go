package sqlsource

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
)

func postgresAnswer(err error) *answerError {
	var answer *pgconn.PgError
	if !errors.As(err, &answer) {
		return nil
	}
	return &answerError{code: answer.Code, message: answer.Message, meaning: byState(postgresStates, answer.Code), err: err}
}

// SQLSTATEs that [postgres.hold] expects.
const (
	wrongObjectType       = "42809"
	insufficientPrivilege = "42501"
)

// postgresStates are SQLSTATEs and classes of them (PostgreSQL's manual, "PostgreSQL
// Error Codes"). Whether a timeout is transient is for [run.judged] to say.
var postgresStates = map[string]meaning{
	"08":                  {transient: true}, // connection
	"22P02":               {words: "text of a row is no value of the wanted type"},
	"25P":                 {transient: true}, // the transaction was aborted before the statement, or ended
	"28":                  {login: true},
	"40":                  {transient: true}, // deadlock, conflict with recovery on a replica
	insufficientPrivilege: {words: "permission denied"},
	"53":                  {words: "the server is out of resources", transient: true},
	"55P03":               {words: "waited too long for a lock", transient: true},
	"57":                  {words: "an operator intervened", transient: true},
	"57P":                 {words: "the server was stopped, or somebody ended the session", transient: true},
	"57014":               {words: "took longer than its time, or was cancelled", transient: true, timeout: true, cancel: true},
	"58":                  {words: "a system error of the server", transient: true},
	"P0":                  {words: "an error that a function raised"},
}
