package athenasource

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"time"

	"tally/lambda/internal/count"
	"tally/lambda/internal/pause"
	"tally/lambda/internal/signed"
)

// execution is a query that Athena runs or ran.
type execution struct {
	ID     string `json:"QueryExecutionId"`
	Status struct {
		State              string
		StateChangeReason  string
		SubmissionDateTime seconds
		AthenaError        struct {
			ErrorCategory int // 1: of Athena itself, 2: of the query or its data, 3: of others
			Retryable     bool
			ErrorMessage  string
		}
	}
	Statistics struct{ DataScannedInBytes int64 }
}

// seconds are those since 1970, with a fraction.
type seconds float64

func (s seconds) time() time.Time {
	whole, fraction := math.Modf(float64(s))
	return time.Unix(int64(whole), int64(fraction*1e9))
}

// The states in which a query ends.
const (
	succeeded = "SUCCEEDED"
	failed    = "FAILED"
	cancelled = "CANCELLED"
)

func (e execution) ended() bool {
	return e.Status.State == succeeded || e.Status.State == failed || e.Status.State == cancelled
}

// start starts a query, or returns the one that has the token already. at is Athena's time. It
// waits while Athena has too many queries.
func (r *run) start(ctx context.Context, sql, token string) (id string, at time.Time, err error) {
	var answer struct{ QueryExecutionID string } // JSON's names are compared without case
	until := time.Now().Add(r.options.Patience)
	for wait := r.options.Pause; ; wait = min(2*wait, longestPause) {
		at, err = r.athena.Call(ctx, "StartQueryExecution", map[string]any{
			"QueryString": sql, "ClientRequestToken": token, "WorkGroup": r.at.Workgroup,
			"QueryExecutionContext": map[string]string{"Catalog": r.at.Catalog, "Database": r.at.Database},
		}, &answer)
		refused, ok := errors.AsType[*signed.Refusal](err)
		if !ok || !refused.Throttled() || time.Now().After(until) || !pause.For(ctx, wait) {
			return answer.QueryExecutionID, at, err
		}
	}
}

// The pauses between two looks at a query that has not ended: the first, and the longest.
const (
	firstPause   = 100 * time.Millisecond
	longestPause = 5 * time.Second
)

// end waits until a query has ended, or the context.
func (r *run) end(ctx context.Context, id string) (execution, error) {
	for wait := r.options.Pause; ; wait = min(wait*3/2, longestPause) {
		var answer struct{ QueryExecution execution }
		_, err := r.athena.Call(ctx, "GetQueryExecution", map[string]string{"QueryExecutionId": id}, &answer)
		if err != nil || answer.QueryExecution.ended() {
			return answer.QueryExecution, err
		}
		if !pause.For(ctx, wait) {
			return answer.QueryExecution, ctx.Err()
		}
	}
}

// unended is the error of a run whose time is over before it has the result of a query.
func (r *run) unended(id string) error {
	if r.options.Stops {
		r.stop(id)
		return fmt.Errorf("query %s did not end in time, and was stopped", id)
	}
	return &count.Failure{Err: fmt.Errorf("%w (%s)", count.ErrPending, id)}
}

// stop ends a query that nobody will ask for. It has its own time, as that of the run may be over.
func (r *run) stop(id string) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_, _ = r.athena.Call(ctx, "StopQueryExecution", map[string]string{"QueryExecutionId": id}, &struct{}{}) // it ends by itself, too
}

// result is the answer GetQueryResults.
type result struct {
	NextToken string
	ResultSet struct {
		Rows              []row
		ResultSetMetadata struct {
			ColumnInfo []struct{ Name, Type string }
		}
	}
}

type row struct {
	Data []struct{ VarCharValue *string }
}

// isHeading tells whether a row has the names of the columns.
func (r result) isHeading(row row) bool {
	for i, column := range r.ResultSet.ResultSetMetadata.ColumnInfo {
		if i >= len(row.Data) || row.Data[i].VarCharValue == nil || *row.Data[i].VarCharValue != column.Name {
			return false
		}
	}
	return true
}

// rows are those of a query's result, page by page. A missing value is NULL. The first row of
// most results has the names of the columns, and is left out.
func (r *run) rows(ctx context.Context, id string) iter.Seq2[[]*string, error] {
	return func(yield func([]*string, error) bool) {
		input := map[string]string{"QueryExecutionId": id}
		for first := true; first || input["NextToken"] != ""; first = false {
			var page result
			if _, err := r.athena.Call(ctx, "GetQueryResults", input, &page); err != nil {
				yield(nil, err)
				return
			}
			for i, row := range page.ResultSet.Rows {
				if first && i == 0 && page.isHeading(row) {
					continue
				}
				values := make([]*string, len(row.Data))
				for i, datum := range row.Data {
					values[i] = datum.VarCharValue
				}
				if !yield(values, nil) {
					return
				}
			}
			input["NextToken"] = page.NextToken
		}
	}
}
