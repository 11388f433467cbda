package count

import "context"

// Router counts and checks each job with the source for its kind.
type Router struct {
	Databases, Buckets CheckedSource
}

// CheckedSource is a source that can also check.
type CheckedSource interface {
	Source
	Checker
}

var _ CheckedSource = Router{}

// Count implements [Source].
func (r Router) Count(ctx context.Context, query Query) (Result, error) {
	return r.of(query).Count(ctx, query)
}

// Check implements [Checker].
func (r Router) Check(ctx context.Context, query Query) ([]Problem, error) {
	return r.of(query).Check(ctx, query)
}

func (r Router) of(query Query) CheckedSource {
	if query.Job.Source.Bucket != "" {
		return r.Buckets
	}
	return r.Databases
}
