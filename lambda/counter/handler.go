package main

import (
	"context"
	"fmt"
	"log/slog"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/function"
)

// serve answers a request with the engine.
func serve(engine *count.Engine) func(context.Context, contract.Request) (function.Answer, error) {
	return func(ctx context.Context, request contract.Request) (function.Answer, error) {
		switch request := request.(type) {
		case contract.Event:
			answer, err := engine.Fill(ctx, request)
			return slotAnswer(answer), err
		case contract.DryRun:
			answer, err := engine.DryRun(ctx, request)
			return dryRunAnswer(answer), err
		case contract.Ping:
			return pingAnswer{contract.OutcomePong}, nil
		}
		return nil, fmt.Errorf("this function counts; send %s to the monitor", contract.SweepEvent)
	}
}

type (
	slotAnswer   contract.Answer
	dryRunAnswer contract.DryRunAnswer
	pingAnswer   contract.PingAnswer
)

func (a slotAnswer) About() []any { return function.AboutSlot(a.Job, a.Slot) }

func (a slotAnswer) Log(logger *slog.Logger) {
	var counts []slog.Attr // by case, in the order of the record; null for a case without a count
	for _, record := range a.Records {
		counts = append(counts, slog.Any(record.CaseName, record.Count))
		if record.Status == contract.StatusFailed {
			logger.Error("case failed", "case", record.CaseName, "code", record.Code, "message", record.Message)
		}
	}
	logger.Info("done", "outcome", a.Outcome, "key", a.Key, slog.GroupAttrs("counts", counts...))
}

func (a dryRunAnswer) About() []any { return function.AboutSlot(a.Job, a.Slot) }

func (a dryRunAnswer) Log(logger *slog.Logger) {
	for _, warning := range a.Warnings {
		logger.Warn(warning)
	}
	logger.Info("done", "outcome", a.Outcome, "cases", a.Cases)
}

func (a pingAnswer) About() []any { return nil }

func (a pingAnswer) Log(logger *slog.Logger) { logger.Info("done", "outcome", a.Outcome) }
