package function

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
)

// Handler serves invocations.
type Handler struct {
	Logger *slog.Logger
	// Serve answers a request. With an error the answer holds what was known by then.
	Serve func(ctx context.Context, request contract.Request) (Answer, error)
}

// Answer is what an invocation returns, as JSON.
type Answer interface {
	About() []any // what the invocation was for, for the log
	Log(*slog.Logger)
}

// Invoke answers an event, both as JSON. It parses the event itself, because aws-lambda-go
// would ignore unknown keys. An error is a messages.InvokeResponse_Error, whose Type is
// [count.ErrorType].
func (h *Handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	begun := time.Now()
	log.SetOutput(os.Stderr)
	var answer Answer
	request, err := contract.ParseEvent(payload)
	if err == nil {
		answer, err = h.Serve(ctx, request)
	}

	logger := h.Logger.With("request_id", RequestID(ctx), "duration_ms", time.Since(begun).Milliseconds())
	if answer != nil { // it is nil if the event could not be read
		logger = logger.With(answer.About()...)
	}
	if err != nil {
		logger.Error("failed", "error", err, "permanent", count.IsPermanent(err))
		// aws-lambda-go would log this error again, without the request. It still has to log
		// panics.
		log.SetOutput(io.Discard)
		return nil, messages.InvokeResponse_Error{Message: err.Error(), Type: count.ErrorType(err)}
	}
	answer.Log(logger)
	return json.Marshal(answer)
}

// RequestID is the id of an invocation; empty outside Lambda.
func RequestID(ctx context.Context) string {
	if invocation, ok := lambdacontext.FromContext(ctx); ok {
		return invocation.AwsRequestID
	}
	return ""
}

// AboutSlot is what the log says of a slot. A dry run may fail before it has found one.
func AboutSlot(job string, slot time.Time) []any {
	about := []any{"job", job}
	if !slot.IsZero() {
		about = append(about, "slot", slot)
	}
	return about
}
