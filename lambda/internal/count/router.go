package count

import "context"

// Router counts each job with the source for its kind.
type Router struct {
	Databases, Buckets Source
}

var _ Source = Router{}

// Count implements [Source].
func (r Router) Count(ctx context.Context, query Query) (Result, error) {
	if query.Job.Source.Bucket != "" {
		return r.Buckets.Count(ctx, query)
	}
	return r.Databases.Count(ctx, query)
}
