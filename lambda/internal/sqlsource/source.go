package sqlsource

import (
	"context"
	"fmt"
	"net"
	"time"

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
	// Authorities returns the PEM certificates that sign those of Databases. It is
	// asked at connect time.
	Authorities func() ([]byte, error)
	// Sign makes the password of databases with auth: iam.
	Sign Signer
	// Secret reads the secret of databases with auth: secret.
	Secret SecretReader
	// Wake is how long one of Databases may take to wake, see WakeTime; 0 tries once.
	Wake time.Duration
}

// Source counts in the databases of one environment. It may be used concurrently.
type Source struct {
	options Options
	secrets *secrets
	dial    dialer
}

var (
	_ count.CheckedSource = (*Source)(nil)
	_ count.Explainer     = (*Source)(nil)
)

// New makes a source. It connects to nothing yet.
func New(options Options) *Source {
	return &Source{options: options, dial: new(net.Dialer).DialContext, secrets: newSecrets(options.Secret, secretPause)}
}

// Count implements [count.Source].
func (s *Source) Count(ctx context.Context, query count.Query) (count.Result, error) {
	return withRun(ctx, s, query, (*run).result)
}

// Check implements [count.Checker].
func (s *Source) Check(ctx context.Context, query count.Query) ([]count.Problem, error) {
	problems, err := withRun(ctx, s, query, (*run).check)
	if err != nil {
		return nil, err
	}
	return problems, nil
}

// Explain implements [count.Explainer].
func (s *Source) Explain(ctx context.Context, query count.Query) ([]count.Explained, error) {
	return withRun(ctx, s, query, (*run).explain)
}

// withRun does something on a connection to a query's database, and closes the connection.
// An error is a *count.Failure.
func withRun[T any](ctx context.Context, s *Source, query count.Query, do func(*run, context.Context) (T, error)) (done T, err error) {
	key := query.Job.Source.Database
	defer func() {
		if err != nil {
			err = failure(fmt.Errorf("database %s: %w", key, err))
		}
	}()
	to, err := s.findTarget(key)
	if err != nil {
		return done, err
	}
	session, err := open(ctx, to)
	if err != nil {
		return done, err
	}
	defer session.close()
	return do(&run{session: session, query: query}, ctx)
}
