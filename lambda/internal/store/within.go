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

// sentPerSecond is how many bytes of a record a function of little memory, and so of
// little CPU, sends in a second at least. A record of many groups has hundreds of MB.
const sentPerSecond = 4 << 20

// timeToSend is how long S3 may take for a request of that many bytes.
func timeToSend(bytes int64) time.Duration {
	return requestTime + time.Duration(bytes/sentPerSecond)*time.Second
}

// within gives a request its time, and says so if S3 did not answer in it.
func within(ctx context.Context, limit time.Duration, request func(context.Context) error) error {
	begun := time.Now()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := request(ctx)
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("no answer from S3 within %s: %w", time.Since(begun).Round(100*time.Millisecond), err)
	}
	return err
}
