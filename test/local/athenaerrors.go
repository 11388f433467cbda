package local

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// schemaNotFound says it of the first table in the SQL.
func schemaNotFound(sql translated, database string) AthenaFailure {
	at := 0
	for _, token := range tokenize(sql.source) {
		if at == 0 && token.is("FROM") {
			at = token.at + len(token.text)
		} else if at > 0 {
			at = token.at
			break
		}
	}
	return failed(1301, fmt.Sprintf("SCHEMA_NOT_FOUND: %s: Schema '%s' does not exist", sql.lineAndColumn(at), database))
}

// trinoError is how Trino says what a code of PostgreSQL means.
type trinoError struct {
	name  string
	kind  int // of Athena's error catalog
	about *regexp.Regexp
	text  string // of what about found, in the order of the parentheses
}

// trinoErrors are by PostgreSQL's codes. The kinds were measured by others with real Athena.
var trinoErrors = map[string]trinoError{
	"42P01": {"TABLE_NOT_FOUND", 1301, regexp.MustCompile(`relation "(.*)" does not exist`), "Table '%[2]s.%[1]s' does not exist"},
	"42703": {"COLUMN_NOT_FOUND", 1006, regexp.MustCompile(`column "?(.*?)"? does not exist`), "Column '%s' cannot be resolved or requester is not authorized to access requested resources"},
	"22012": {"DIVISION_BY_ZERO", 1001, regexp.MustCompile(``), "Division by zero"},
	"22P02": {"INVALID_CAST_ARGUMENT", 1100, regexp.MustCompile(`invalid input syntax for type (.*): "(.*)"`), "Cannot cast '%[2]s' to %[1]s"},
	"22003": {"NUMERIC_VALUE_OUT_OF_RANGE", 1100, regexp.MustCompile(`(.*)`), "%s"},
	"22007": {"INVALID_FUNCTION_ARGUMENT", 1100, regexp.MustCompile(`.*?"(.*)"`), "Value cannot be cast: %s"},
	"22008": {"INVALID_FUNCTION_ARGUMENT", 1100, regexp.MustCompile(`.*?"(.*)"`), "Value cannot be cast: %s"},
	"22023": {"INVALID_FUNCTION_ARGUMENT", 1100, regexp.MustCompile(`(.*)`), "%s"},
	"2201B": {"INVALID_FUNCTION_ARGUMENT", 1100, regexp.MustCompile(`(.*)`), "%s"},
	"42804": {"TYPE_MISMATCH", 1002, regexp.MustCompile(`(.*)`), "%s"},
	"42846": {"TYPE_MISMATCH", 1002, regexp.MustCompile(`cannot cast type (.*) to (.*)`), "Cannot cast %s to %s"},
	"42803": {"EXPRESSION_NOT_AGGREGATE", 1006, regexp.MustCompile(`column "(.*)" must appear`), "'%s' must be an aggregate expression or appear in GROUP BY clause"},
	"42702": {"AMBIGUOUS_NAME", 1006, regexp.MustCompile(`column reference "(.*)" is ambiguous`), "Column '%s' is ambiguous"},
}

var (
	noOperator = regexp.MustCompile(`operator does not exist: (.*?) ([^\w\s]+) (.*)`)
	noFunction = regexp.MustCompile(`function (?:\w+\.)?(\w+)\(`)
)

// failureOf is an error of PostgreSQL as Athena tells it. Anything else is the stand-in's own.
func failureOf(err error, sql translated, name athenaName) AthenaFailure {
	problem := problemOf(err)
	if problem == nil {
		return AthenaFailure{State: "FAILED", Reason: "GENERIC_INTERNAL_ERROR: " + err.Error(), Category: 1, Type: 200, Retryable: true}
	}
	place := ""
	if problem.Position > 0 {
		place = sql.lineAndColumn(sql.at(problem.Position)) + ": "
	}
	if problem.Code == "42883" {
		return missing(problem, place)
	}
	known, found := trinoErrors[problem.Code]
	var parts []string
	if found {
		parts = known.about.FindStringSubmatch(problem.Message)
	}
	if parts == nil {
		return failed(1000, "GENERIC_USER_ERROR: "+place+problem.Message)
	}
	arguments := []any{}
	for _, part := range parts[1:] {
		arguments = append(arguments, inTrino(part))
	}
	text := known.text
	switch problem.Code {
	case "42P01":
		arguments = []any{parts[1], name.catalog + "." + name.database}
	case "42703":
		arguments = []any{strings.Trim(parts[1], `"`)}
	case "22P02":
		arguments = []any{strings.ToUpper(inTrino(parts[1])), parts[2]}
		place = "" // Trino finds it when the query runs
	}
	if len(arguments) > 0 {
		text = fmt.Sprintf(text, arguments...)
	}
	return failed(known.kind, known.name+": "+place+text)
}

// missing is about an operator or a function that PostgreSQL has not, or not for these types.
func missing(problem *pgconn.PgError, place string) AthenaFailure {
	if parts := noOperator.FindStringSubmatch(problem.Message); parts != nil {
		return failed(1002, fmt.Sprintf("TYPE_MISMATCH: %sCannot apply operator: %s %s %s", place, inTrino(parts[1]), parts[2], inTrino(parts[3])))
	}
	if parts := noFunction.FindStringSubmatch(problem.Message); parts != nil {
		return failed(1303, fmt.Sprintf("FUNCTION_NOT_FOUND: %sFunction '%s' not registered", place, parts[1]))
	}
	return failed(1000, "GENERIC_USER_ERROR: "+place+problem.Message)
}

// inTrino is Trino's name of a type in a message of PostgreSQL.
func inTrino(name string) string {
	switch name {
	case "text", "character varying":
		return "varchar"
	case "double precision":
		return "double"
	case "bytea":
		return "varbinary"
	case "numeric":
		return "decimal"
	case "timestamp without time zone":
		return "timestamp(3)"
	case "timestamp with time zone":
		return "timestamp(3) with time zone"
	}
	return name
}
