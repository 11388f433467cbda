package athenasource

import (
	"cmp"
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

// queryError is a query that did not succeed.
type queryError struct {
	ending
	id, code string // the code is what most reasons begin with, such as DIVISION_BY_ZERO
	reason   string
}

func (e *queryError) Error() string {
	message := "Athena refused the query"
	if e.id != "" {
		message = "query " + e.id + " failed"
	}
	if e.words != "" {
		message += ": " + e.words
	}
	switch said := e.code; {
	case e.safe, position.MatchString(e.reason):
		message += ": " + e.reason
	case said != "":
		message += ": " + said
	}
	return message
}

var (
	leadingCode = pattern.New(`^[A-Z][A-Z0-9_]+(?:: ?|$)`)
	// position is that of a mistake in the SQL. Athena found it before it read a row.
	position = pattern.New(`^(?:[A-Z][A-Z0-9_]+: )?line (\d+):\d+`)
)

// failure is why a query did not succeed; nil if it did.
func (e execution) failure() error {
	if e.Status.State == succeeded {
		return nil
	}
	reason := cmp.Or(e.Status.StateChangeReason, e.Status.AthenaError.ErrorMessage)
	code := strings.TrimRight(leadingCode.Regexp().FindString(reason), ": ")
	meant, known := endingOf(code, reason)
	switch {
	case known:
	case e.Status.State == cancelled:
		meant = ending{final: true, words: "somebody cancelled it; tally backfill or recount counts the slot by a new one"}
	case e.Status.AthenaError.ErrorCategory == 1, e.Status.AthenaError.Retryable:
		meant = athenaFailed
	}
	return &queryError{ending: meant, id: e.ID, code: code, reason: reason}
}

// lateResult is an error of GetQueryResults about a query that has that age. Athena keeps results
// for 24 hours.
func lateResult(err error, old bool) error {
	if refused, ok := errors.AsType[*signed.Refusal](err); ok && old && refused.Kind == "InvalidRequestException" {
		return &queryError{ending: resultGone, reason: refused.Message}
	}
	return err
}

// failure classifies an error of a run.
func failure(err error) *count.Failure {
	if known, ok := errors.AsType[*count.Failure](err); ok {
		return known.With(err)
	}
	if failed, ok := errors.AsType[*queryError](err); ok {
		return &count.Failure{Permanent: !failed.transient, Unavailable: failed.throttled, Code: failed.code, Err: err}
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
var remedies = []sentence{
	{"is not found", ending{words: "the stack's own workgroup is there after make deploy; correct workgroup in the environment file if it names another one"}},
	{"is disabled", ending{words: "switch the workgroup on"}},
	{"output location", ending{words: "the workgroup must keep results in Athena: switch on its managed query results"}},
	{"AccessDenied", ending{words: "the role lacks this right; deploy the environment again, or mend the policy that denies it"}},
}

func withRemedy(err error, refused *signed.Refusal) error {
	if remedy, known := endingIn(refused.Error(), remedies); known {
		return fmt.Errorf("%w; %s", err, remedy.words)
	}
	return err
}

// inCase names the case whose condition an error is about, if Athena says where in the statement
// the mistake is.
func inCase(err error, st statement.Statement) error {
	said := ""
	if failed, ok := errors.AsType[*queryError](err); ok {
		said = failed.reason
	} else if refused, ok := errors.AsType[*signed.Refusal](err); ok {
		said = refused.Message
	}
	if found := position.Regexp().FindStringSubmatch(said); found != nil {
		line, _ := strconv.Atoi(found[1])
		if measure, ok := st.At(line); ok {
			return fmt.Errorf("case %s: %w", measure.Name, err)
		}
	}
	return err
}

// isMissing tells whether an error is about a table that is not there.
func isMissing(err error) bool {
	failed, ok := errors.AsType[*queryError](err)
	return ok && slices.Contains([]string{"TABLE_NOT_FOUND", "SCHEMA_NOT_FOUND", "CATALOG_NOT_FOUND"}, failed.code)
}
