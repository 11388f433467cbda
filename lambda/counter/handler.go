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

// Invoke answers an event, both as JSON. It parses the event itself, because aws-lambda-go
// would ignore unknown keys.
func (h *handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	begun := time.Now()
	log.SetOutput(os.Stderr)
	answer, err := h.answer(ctx, payload)

	logger := h.logger.With("request_id", requestID(ctx), "duration_ms", time.Since(begun).Milliseconds())
	if answer != nil { // it is nil if the event could not be read
		logger = logger.With(answer.about()...)
	}
	if err != nil {
		logger.Error("failed", "error", err, "permanent", count.IsPermanent(err))
		// aws-lambda-go would log this error again, without the request. It still has to log
		// panics.
		log.SetOutput(io.Discard)
		return nil, err
	}
	answer.log(logger)
	return json.Marshal(answer)
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
