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
