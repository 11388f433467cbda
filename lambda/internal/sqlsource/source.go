package sqlsource

import (
	"context"
	"fmt"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
)

// Options say which databases there are and how to get in.
type Options struct {
	// Databases are the environment's, by key.
	Databases map[string]contract.Database
	// Variable returns an environment variable. A URL in the one that
	// contract.DatabaseVariable names wins over Databases.
	Variable func(name string) string
	// CAFile is a file of PEM certificates that sign the certificates of databases
	// with auth: iam. It is read at connect time.
	CAFile string
	// Sign makes the password of databases with auth: iam.
	Sign Signer
}

// Source counts in the databases of one environment.
type Source struct {
	options Options
}

var _ count.Source = (*Source)(nil)

// New makes a source. It connects to nothing yet.
func New(options Options) *Source {
	return &Source{options: options}
}

// Count implements [count.Source].
func (s *Source) Count(ctx context.Context, query count.Query) (count.Result, error) {
	lines, err := s.count(ctx, query)
	if err != nil {
		return count.Result{}, failure(fmt.Errorf("database %s: %w", query.Job.Source.Database, err))
	}
	return count.Result{Lines: lines}, nil
}

func (s *Source) count(ctx context.Context, query count.Query) ([]count.Line, error) {
	to, err := s.target(query.Job.Source.Database)
	if err != nil {
		return nil, err
	}
	if err := checkConditions(to.dialect.engine(), query.Job.Cases); err != nil {
		return nil, err
	}
	session, err := open(ctx, to)
	if err != nil {
		return nil, err
	}
	defer session.close()

	where, err := session.bind(ctx, query)
	if err != nil {
		return nil, err
	}
	statement := newStatement(to.dialect, query.Job, where)
	counts, err := session.counts(ctx, statement)
	if err != nil {
		return nil, fmt.Errorf("count in %s: %w", query.Job.Source.Table, err)
	}
	lines := make([]count.Line, len(counts))
	for i, name := range statement.names {
		lines[i] = count.Line{Case: name, Count: counts[i]}
	}
	return lines, nil
}
