package main

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
)

// handler serves invocations.
type handler struct {
	logger *slog.Logger
	engine *count.Engine
}

// Invoke takes an event and gives an answer, both as JSON. It reads the event
// itself because aws-lambda-go would ignore unknown keys.
func (h *handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	begun := time.Now()
	log.SetOutput(os.Stderr)
	answer, err := h.answer(ctx, payload)

	logger := h.logger.With("request_id", requestID(ctx), "duration_ms", time.Since(begun).Milliseconds())
	if answer != nil { // else the event could not be read
		logger = logger.With(answer.about()...)
	}
	if err != nil {
		logger.Error("failed", "error", err, "permanent", count.IsPermanent(err))
		// aws-lambda-go logs the error that it is given as well, without the
		// request; a panic, which only it sees, must stay.
		log.SetOutput(io.Discard)
		return nil, err
	}
	answer.log(logger)
	return json.Marshal(answer)
}

// answer is what an invocation returns. It is there with an error, too, as far as
// it was known by then.
type answer interface {
	about() []any // what the log says that the invocation was for
	log(*slog.Logger)
}

func (h *handler) answer(ctx context.Context, payload []byte) (answer, error) {
	request, err := contract.ParseEvent(payload)
	if err != nil {
		return nil, err
	}
	switch request := request.(type) {
	case contract.Sweep:
		answer, err := h.engine.Sweep(ctx, request)
		return sweepAnswer(answer), err
	case contract.DryRun:
		answer, err := h.engine.DryRun(ctx, request)
		return dryRunAnswer(answer), err
	default:
		answer, err := h.engine.Fill(ctx, request.(contract.Event))
		return slotAnswer(answer), err
	}
}

func requestID(ctx context.Context) string {
	if invocation, ok := lambdacontext.FromContext(ctx); ok {
		return invocation.AwsRequestID
	}
	return ""
}
