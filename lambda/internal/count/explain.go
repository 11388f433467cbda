package count

import "context"

// Explainer says how a source counts.
type Explainer interface {
	// Explain returns the statement that counts all cases of a query's job and those that
	// count each alone, if the source has any, with their plans. It counts nothing. An error
	// is a *Failure.
	Explain(ctx context.Context, query Query) ([]Explained, error)
}

// Explained is a statement of a job and how the database would run it.
type Explained struct {
	// Cases are what it counts.
	Cases []string
	// Used tells whether the job counts by it: total: false decides between one scan
	// for all cases and one for each. The others are there to compare.
	Used   bool
	SQL    string
	Values []any // of its placeholders
	// Plan is the database's, a row a line, under Columns.
	Columns []string
	Plan    [][]string
}
