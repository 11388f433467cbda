package sqlsource

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

const (
	secretTime  = 4 * time.Second  // for reading a secret, less than connectTimeout
	secretPause = 30 * time.Second // without another try after that
)

// unreachableError means that Secrets Manager did not answer. The database is not what
// fails, so that no waiting for it helps.
type unreachableError struct{ error }

func (e unreachableError) Unwrap() error { return e.error }

// limitReads ends a read after a limit. For a pause after one that got no answer, reads of
// the same secret fail at once with the same error: each job would wait otherwise.
func limitReads(read SecretReader, limit, pause time.Duration) SecretReader {
	type failure struct {
		err   error
		until time.Time
	}
	var mutex sync.Mutex
	failures := map[string]failure{}
	return func(ctx context.Context, arn string) (string, error) {
		mutex.Lock()
		defer mutex.Unlock()
		if last := failures[arn]; time.Now().Before(last.until) {
			return "", last.err
		}
		reading, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		text, err := read(reading, arn)
		var network net.Error
		if ctx.Err() != nil || !errors.As(err, &network) {
			return text, err
		}
		err = unreachableError{fmt.Errorf("no answer from Secrets Manager; in a VPC without a way to it, the environment needs secrets_endpoint: %w", err)}
		failures[arn] = failure{err, time.Now().Add(pause)}
		return "", err
	}
}
