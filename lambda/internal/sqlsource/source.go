package sqlsource

import (
	"context"
	"fmt"
	"net"
	"slices"
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

var _ count.CheckedSource = (*Source)(nil)

// New makes a source. It connects to nothing yet.
func New(options Options) *Source {
	return &Source{options: options, dial: new(net.Dialer).DialContext, secrets: newSecrets(options.Secret, secretPause)}
}

// Count implements [count.Source].
func (s *Source) Count(ctx context.Context, query count.Query) (count.Result, error) {
	var result count.Result
	err := s.withRun(ctx, query, func(r *run) error {
		sheet, err := r.count(ctx)
		if err == nil && !slices.ContainsFunc(sheet.All, func(n int64) bool { return n != 0 }) {
			err = r.inTable(r.checkUnit(ctx))
		}
		if err == nil {
			result = count.Result{Counts: sheet.Lines(), Warnings: r.warnings}
		}
		return err
	})
	return result, err
}

// withRun does something on a connection to a query's database, and closes the connection.
// An error is a *count.Failure.
func (s *Source) withRun(ctx context.Context, query count.Query, do func(*run) error) (err error) {
	key := query.Job.Source.Database
	defer func() {
		if err != nil {
			err = failure(fmt.Errorf("database %s: %w", key, err))
		}
	}()
	to, err := s.findTarget(key)
	if err != nil {
		return err
	}
	session, err := open(ctx, to)
	if err != nil {
		return err
	}
	defer session.close()
	return do(&run{session: session, query: query})
}
