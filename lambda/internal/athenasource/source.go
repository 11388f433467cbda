// Package athenasource counts rows of tables through Athena: one statement with one scan for
// all cases of a job.
//
// A query is billed, and outlives the run that started it. So a run starts its query with a token
// that follows from what is counted: a retry, a repeated event or a sweep joins the same query
// instead of paying for another one.
//
// https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
package athenasource

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/signed"
	"tally/lambda/internal/statement"
)

// Options say what there is to count in and how to reach it.
type Options struct {
	Environment string
	// Athena are the environment's databases, by key.
	Athena map[string]contract.Athena
	// API and Glue are the configurations of the two services.
	API, Glue aws.Config
	// Stops says that nobody joins the queries of a run, so that one which does not end in time
	// is stopped.
	Stops bool
	// Pause is how long a run waits before it looks at a query again, or sends a request again, at
	// first. Patience is how long it waits while Athena has too many queries. Zero is as usual.
	Pause, Patience time.Duration
}

// Source counts in the Athena of one environment. It may be used concurrently.
type Source struct {
	options      Options
	athena, glue *signed.JSON
}

// patience is short beside the time of a run: what waits in the monitor for this slot must not
// wait for all of it.
const patience = 2 * time.Minute

var (
	_ count.CheckedSource = (*Source)(nil)
	_ count.Explainer     = (*Source)(nil)
)

// New makes a source. It asks Athena nothing yet.
func New(options Options) *Source {
	options.Pause, options.Patience = cmp.Or(options.Pause, firstPause), cmp.Or(options.Patience, patience)
	s := &Source{options: options, athena: signed.NewJSON(options.API, "athena", "AmazonAthena"), glue: signed.NewJSON(options.Glue, "glue", "AWSGlue")}
	s.athena.Pause, s.glue.Pause = options.Pause, options.Pause
	return s
}

// run is one query of the source.
type run struct {
	*Source
	query count.Query
	at    contract.Athena
}

// Count implements [count.Source]. The error wraps [count.ErrPending] if the context ends before
// the query.
func (s *Source) Count(ctx context.Context, query count.Query) (count.Result, error) {
	return within(ctx, s, query, (*run).count)
}

// Check implements [count.Checker]: Athena explains what a run would send, which reads no data.
func (s *Source) Check(ctx context.Context, query count.Query) ([]count.Problem, error) {
	return within(ctx, s, query, (*run).check)
}

// Explain implements [count.Explainer]. There is one statement: each has a price.
func (s *Source) Explain(ctx context.Context, query count.Query) ([]count.Explained, error) {
	return within(ctx, s, query, (*run).explained)
}

// within does something for a query. An error is a *count.Failure.
func within[T any](ctx context.Context, s *Source, query count.Query, do func(*run, context.Context) (T, error)) (done T, err error) {
	key := query.Job.Source.Athena
	at, known := s.options.Athena[key]
	if !known {
		return done, count.Permanentf("athena %s: not configured; the environment has %s", key, strings.Join(slices.Sorted(maps.Keys(s.options.Athena)), ", "))
	}
	if done, err = do(&run{s, query, at}, ctx); err != nil {
		err = failure(fmt.Errorf("athena %s: %w", key, err))
	}
	return done, err
}

func (r *run) count(ctx context.Context) (count.Result, error) {
	plan, err := r.plan(ctx)
	if err != nil {
		return count.Result{}, err
	}
	st := plan.Together(statement.Measures(r.query.Job))
	sheet, query, err := r.once(ctx, st)
	if err != nil {
		return count.Result{}, fmt.Errorf("count in %s: %w", r.query.Job.Source.Table, inCase(err, st))
	}
	result := count.Result{Counts: sheet.Lines(), QueryID: query.ID, BytesScanned: query.Statistics.DataScannedInBytes, At: query.Status.SubmissionDateTime.time()}
	result.Warnings = r.warnings(ctx, query)
	return result, nil
}
