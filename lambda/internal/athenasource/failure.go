package athenasource

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tally/lambda/internal/count"
	"tally/lambda/internal/signed"
	"tally/lambda/internal/statement"
	"tally/lambda/pattern"
)

// ending is what is known of a query that did not succeed.
type ending struct {
	has       []string // the reason has one of these texts
	words     string   // what it means, and what to do
	transient bool     // the next run may succeed
	busy      bool     // other queries would not succeed now, either
	final     bool     // the same query would end so again: only another one, or a person's wish, is worth its price
	quoted    bool     // the reason is about names and rights, and never about values: it may be shown
}

// endings are read from the first to the last. Reasons are documented nowhere in full: they were
// collected from the user guide ("Troubleshooting in Athena") and from threads about Athena.
var endings = []ending{
	{has: []string{"Bytes scanned limit"}, final: true, words: "it reads more than its workgroup allows; limit it by partitions or a shorter span, or raise scan_limit_gb"},
	{has: []string{"exhausted resources", "EXCEEDED_MEMORY_LIMIT", "EXCEEDED_LOCAL_MEMORY_LIMIT", "EXCEEDED_GLOBAL_MEMORY_LIMIT", "EXCEEDED_NODE_MEMORY_LIMIT"}, final: true,
		words: "it needs more memory than Athena has for a query; group by fewer columns, leave distinct out, or write several jobs"},
	{has: []string{"Query timeout", "EXCEEDED_TIME_LIMIT"}, final: true, words: "it ran for longer than Athena allows; limit it by partitions or a shorter span, or ask for a higher quota of DML query timeout"},
	{has: []string{"THROTTLING", "SlowDown", "Slow Down", "reduce your request rate", "Rate exceeded", "TooManyRequests"}, transient: true, busy: true, words: "Amazon S3 or Glue throttles"},
	{has: []string{"Lake Formation", "lakeformation:", "no accessible columns"}, quoted: true, words: "Lake Formation does not allow it; grant the counter's role SELECT on the table, and write lake_formation: true (docs/athena.md)"},
	{has: []string{"SCHEMA_NOT_FOUND", "CATALOG_NOT_FOUND"}, quoted: true, words: "there is no such database; correct database or catalog in the environment file"},
	{has: []string{"TABLE_NOT_FOUND", "EntityNotFound"}, quoted: true, words: "there is no such table in the database; correct source.table, or make it"},
	{has: []string{"COLUMN_NOT_FOUND"}, quoted: true, words: "there is no such column"},
	{has: []string{"kms:", "KMS", "AWSKMS"}, quoted: true, words: "the key of KMS does not allow it; write kms_key_arn beside data, and let the key's policy allow the counter's role"},
	{has: []string{"glue:"}, quoted: true, words: "the counter's role lacks a right of Glue; database and catalog of the environment must be those of the table, and a policy of the catalog must allow it"},
	{has: []string{"Permission denied on S3", "s3:", "Access Denied", "AccessDenied", "Status Code: 403"}, quoted: true,
		words: "the counter's role may not read the table's files; write where they are under data in the environment file, and let the bucket's policy allow it"},
	{has: []string{"not authorized", "PERMISSION_DENIED", "ccess denied"}, quoted: true, words: "the counter's role lacks a right"},
	{has: []string{"FUNCTION_NOT_FOUND", "TYPE_MISMATCH", "SYNTAX_ERROR", "MALFORMED_QUERY", "mismatched input", "AMBIGUOUS_NAME", "EXPRESSION_NOT_", "NOT_SUPPORTED", "INVALID_LITERAL", "TYPE_NOT_FOUND", "NESTED_AGGREGATION"},
		words: "Athena does not take the SQL"},
	{has: []string{noZone}, words: "window.column has a text that is no time with a zone in ISO 8601; if such texts are times without one, write column_timezone"},
	{has: []string{"DIVISION_BY_ZERO"}, words: "division by zero in a row"},
	{has: []string{"INVALID_CAST_ARGUMENT"}, words: "a value of a row cannot be cast; write TRY_CAST"},
	{has: []string{"INVALID_FUNCTION_ARGUMENT"}, words: "a function does not take a value of a row; write TRY(…), or correct window.column if it holds texts that are no times in ISO 8601"},
	{has: []string{"NUMERIC_VALUE_OUT_OF_RANGE"}, words: "a number of a row is out of range"},
	{has: []string{"HIVE_", "ICEBERG_"}, words: "a file or the definition of the table cannot be read"},
	{has: []string{"INTERNAL_ERROR", "Internal error", "internal error", "GENERIC_INTERNAL_ERROR"}, transient: true, words: "Athena failed"},
}

// queryError is a query that did not succeed.
type queryError struct {
	ending
	id, code string // the code is the first word of the reason, such as DIVISION_BY_ZERO
	reason   string
}

func (e *queryError) Error() string {
	said := e.code
	if e.quoted || position.MatchString(e.reason) { // else it may hold values of rows
		said = e.reason
	}
	message := "query " + e.id + " failed"
	if e.id == "" {
		message = "Athena refused the query"
	}
	if e.words != "" {
		message += ": " + e.words
	}
	if said != "" {
		message += ": " + said
	}
	return message
}

var (
	// leadingCode is the code of Trino that most reasons begin with.
	leadingCode = pattern.New(`^[A-Z][A-Z0-9_]+`)
	// position is that of a mistake in the SQL. Athena found it before it read a row.
	position = pattern.New(`line (\d+):\d+`)
)

// failure is why a query did not succeed; nil if it did.
func (e execution) failure() error {
	if e.Status.State == succeeded {
		return nil
	}
	reason := e.Status.StateChangeReason
	if reason == "" {
		reason = e.Status.AthenaError.ErrorMessage
	}
	found := &queryError{id: e.ID, reason: reason, code: leadingCode.Regexp().FindString(reason)}
	switch known := known(reason); {
	case known != nil:
		found.ending = *known
	case e.Status.State == cancelled:
		found.ending = ending{final: true, words: "somebody cancelled it; tally backfill or recount counts the slot by a new one"}
	case e.Status.AthenaError.ErrorCategory == 1, e.Status.AthenaError.Retryable:
		found.ending = ending{transient: true, words: "Athena failed"}
	}
	return found
}

func known(reason string) *ending {
	for i, ending := range endings {
		if slices.ContainsFunc(ending.has, func(text string) bool { return strings.Contains(reason, text) }) {
			return &endings[i]
		}
	}
	return nil
}

// mayEndOtherwise tells whether another query could succeed where this one failed.
func mayEndOtherwise(err error) bool {
	failed, ok := errors.AsType[*queryError](err)
	return ok && !failed.final
}

// expired is an error of GetQueryResults. A query whose results are gone is worth another
// attempt: Athena keeps them for 24 hours.
func expired(err error) error {
	if refused, ok := errors.AsType[*signed.Refusal](err); ok && refused.Kind == "InvalidRequestException" {
		return &queryError{reason: refused.Message, ending: ending{transient: true, quoted: true, words: "its results are gone, which Athena keeps for a day"}}
	}
	return err
}

// failure classifies an error of a run.
func failure(err error) *count.Failure {
	if known, ok := errors.AsType[*count.Failure](err); ok {
		return &count.Failure{Permanent: known.Permanent, Unavailable: known.Unavailable, Code: known.Code, Err: err}
	}
	if failed, ok := errors.AsType[*queryError](err); ok {
		return &count.Failure{Permanent: !failed.transient, Unavailable: failed.busy, Code: failed.code, Err: err}
	}
	refused, ok := errors.AsType[*signed.Refusal](err)
	if !ok {
		network, _ := errors.AsType[*net.OpError](err)
		return &count.Failure{Unavailable: network != nil && network.Op == "dial", Err: err}
	}
	return &count.Failure{
		Permanent:   refused.Status < http.StatusInternalServerError && !refused.Throttled(),
		Unavailable: refused.Throttled(), Code: refused.Kind, Err: withRemedy(err, refused),
	}
}

// remedies are what to do about requests that are refused, by a part of the answer.
var remedies = []struct{ part, words string }{
	{"is not found", "correct workgroup in the environment file, or deploy the environment again"},
	{"is disabled", "switch the workgroup on"},
	{"output location", "the workgroup must keep results in Athena: switch on its managed query results"},
	{"AccessDenied", "the role lacks this right; deploy the environment again, or mend the policy that denies it"},
}

func withRemedy(err error, refused *signed.Refusal) error {
	for _, known := range remedies {
		if strings.Contains(refused.Error(), known.part) {
			return fmt.Errorf("%w; %s", err, known.words)
		}
	}
	return err
}

// inCase names the case whose condition an error is about, if Athena says where in the statement
// the mistake is.
func inCase(err error, st statement.Statement) error {
	found := position.Regexp().FindStringSubmatch(err.Error())
	if found == nil {
		return err
	}
	line, _ := strconv.Atoi(found[1])
	if measure, ok := st.At(line); ok {
		return fmt.Errorf("case %s: %w", measure.Name, err)
	}
	return err
}
