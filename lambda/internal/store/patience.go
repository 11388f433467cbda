package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/smithy-go"

	"tally/lambda/internal/pause"
)

// errExists means that the object was there already. Perhaps we wrote it: the SDK
// sends a request again when the answer got lost.
var errExists = errors.New("the object exists")

// What S3 answers to a conditional write (RESTErrorResponses of its API reference).
const (
	codeExists   = "PreconditionFailed"         // 412
	codeConflict = "ConditionalRequestConflict" // 409: another write to the key is under way
)

// A conflict lasts as long as the other write, which is some milliseconds.
const (
	conflictTries = 5
	conflictPause = 50 * time.Millisecond // doubled after each try
)

// createOnce calls put until it has an answer other than a conflict.
func createOnce(ctx context.Context, put func() error) error {
	wait := conflictPause
	for try := 1; ; try++ {
		err := put()
		answer, answered := errors.AsType[smithy.APIError](err)
		switch {
		case answered && answer.ErrorCode() == codeExists:
			return errExists
		case !answered || answer.ErrorCode() != codeConflict || try == conflictTries:
			return err
		case !pause.For(ctx, wait):
			return fmt.Errorf("%w, after %w", ctx.Err(), err)
		}
		wait *= 2
	}
}

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
