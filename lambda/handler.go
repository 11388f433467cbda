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
	if answer.Job != "" { // else the event could not be read
		logger = logger.With("job", answer.Job, "slot", answer.Slot)
	}
	if err != nil {
		logger.Error("failed", "error", err, "permanent", count.IsPermanent(err))
		// aws-lambda-go logs the error that it is given as well, without the
		// request; a panic, which only it sees, must stay.
		log.SetOutput(io.Discard)
		return nil, err
	}
	answer.Records = contract.OfAllRows(answer.Records)
	for _, record := range answer.Records {
		if record.Status == contract.StatusFailed {
			logger.Error("case failed", "case", record.CaseName, "code", record.Code, "message", record.Message)
		}
	}
	logger.Info("done", "outcome", answer.Outcome, "key", answer.Key, countsOf(answer.Records))
	return json.Marshal(answer)
}

func (h *handler) answer(ctx context.Context, payload []byte) (contract.Answer, error) {
	event, err := contract.ParseEvent(payload)
	if err != nil {
		return contract.Answer{}, err
	}
	return h.engine.Fill(ctx, event)
}

func requestID(ctx context.Context) string {
	if invocation, ok := lambdacontext.FromContext(ctx); ok {
		return invocation.AwsRequestID
	}
	return ""
}

// countsOf shows the counts by case, in the order of the record; null for a case
// that failed.
func countsOf(records []contract.Record) slog.Attr {
	counts := make([]slog.Attr, len(records))
	for i, record := range records {
		counts[i] = slog.Any(record.CaseName, record.Count)
	}
	return slog.GroupAttrs("counts", counts...)
}
