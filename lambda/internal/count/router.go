package count

import (
	"context"

	"tally/lambda/job"
)

// Router counts and checks each job with the source for its kind.
type Router map[job.Kind]CheckedSource

// CheckedSource is a source that can also check.
type CheckedSource interface {
	Source
	Checker
}

var _ CheckedSource = Router{}

// Count implements [Source].
func (r Router) Count(ctx context.Context, query Query) (Result, error) {
	source, err := r.of(query.Job.Source.Kind())
	if err != nil {
		return Result{}, err
	}
	return source.Count(ctx, query)
}

// Check implements [Checker].
func (r Router) Check(ctx context.Context, query Query) ([]Problem, error) {
	source, err := r.of(query.Job.Source.Kind())
	if err != nil {
		return nil, err
	}
	return source.Check(ctx, query)
}

func (r Router) of(kind job.Kind) (CheckedSource, error) {
	source, found := r[kind]
	if !found {
		return nil, Permanentf("nothing counts in a %s here", kind)
	}
	return source, nil
}
