package athenasource

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tally/lambda/internal/count"
	"tally/lambda/internal/pause"
	"tally/lambda/internal/signed"
)

// request is StartQueryExecution.
type request struct {
	QueryString           string
	ClientRequestToken    string
	QueryExecutionContext queryContext
	WorkGroup             string
}

type queryContext struct{ Catalog, Database string }

// start starts a query, or returns the one that has the token already. at is Athena's time. It
// waits while Athena has too many queries.
func (r *run) start(ctx context.Context, sql, token string) (id string, at time.Time, err error) {
	var answer struct{ QueryExecutionID string } // JSON's names are compared without case
	until := time.Now().Add(r.options.Patience)
	for wait := r.options.Pause; ; wait = min(2*wait, longestPause) {
		at, err = r.athena.Call(ctx, "StartQueryExecution", request{
			QueryString: sql, ClientRequestToken: token, WorkGroup: r.at.Workgroup,
			QueryExecutionContext: queryContext{r.at.Catalog, r.at.Database},
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
