package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// requestTime is how long S3 may take for one request and its repeats. It answers
// within a second as a rule; who never answers must not take all the time of a run.
const requestTime = 20 * time.Second

// within gives a request its time, and says so if S3 did not answer in it.
func within(ctx context.Context, request func(context.Context) error) error {
	begun := time.Now()
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	err := request(ctx)
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("no answer from S3 within %s: %w", time.Since(begun).Round(100*time.Millisecond), err)
	}
	return err
}
