package main

import (
	"context"
	"fmt"
	"log/slog"

	"tally/lambda/contract"
	"tally/lambda/internal/check"
	"tally/lambda/internal/function"
	"tally/lambda/internal/sweep"
)

// monitor serves the requests.
type monitor struct {
	sweeper *sweep.Sweeper
	checker *check.Checker // nil: nothing is checked
}

// serve answers a request.
func (m *monitor) serve(ctx context.Context, request contract.Request) (function.Answer, error) {
	switch request := request.(type) {
	case contract.Sweep:
		answer, err := m.sweeper.Sweep(ctx)
		return sweepAnswer(answer), err
	case contract.Stored:
		if m.checker == nil { // the event was on its way while the checks went
			return checkAnswer{Outcome: contract.OutcomeChecked, Key: request.Key}, nil
		}
		answer, err := m.checker.Stored(ctx, request.Key)
		return checkAnswer(answer), err
	case contract.Summarize:
		if m.checker == nil {
			return checkAnswer{Outcome: contract.OutcomeSummarized}, nil
		}
		answer, err := m.checker.Summarize(ctx, request.Time)
		return checkAnswer(answer), err
	}
	return nil, fmt.Errorf("the monitor takes %s, what was stored and summaries; send everything else to a counter", contract.SweepEvent)
}

type (
	sweepAnswer contract.SweepAnswer
	checkAnswer contract.CheckAnswer
)

func (a checkAnswer) About() []any {
	if a.Key == "" {
		return nil
	}
	return []any{"key", a.Key}
}

func (a checkAnswer) Log(logger *slog.Logger) {
	logger.Info("done", "outcome", a.Outcome, "failed", a.Failed, "told", a.Told)
}

func (a sweepAnswer) About() []any {
	return []any{"sweep", slog.GroupValue(slog.Time("from", a.From), slog.Time("to", a.To))}
}

// Log says what a sweep did with each slot: nobody reads the answer of an hourly sweep.
func (a sweepAnswer) Log(logger *slog.Logger) {
	for _, slots := range []struct {
		contract.SweptSlots
		say     func(string, ...any)
		message string
	}{
		{a.Recovered, logger.Info, "slot recovered"},
		{a.Missed, logger.Warn, "slot missed"},
		{a.Pending, logger.Warn, "slot pending"},
		{a.Failed, logger.Error, "slot not counted"},
		{a.Recounted, logger.Info, "slot recounted"},
		{a.GivenUp, logger.Error, "slot given up: no later sweep looks back so far"},
	} {
		for _, slot := range slots.Slots {
			about := function.AboutSlot(slot.Job, slot.Slot)
			if slot.Reason != "" {
				about = append(about, "reason", slot.Reason)
			}
			slots.say(slots.message, about...)
		}
	}
	if a.ChecksFailed != "" {
		logger.Error("checks failed", "error", a.ChecksFailed)
	}
	logger.Info("done", "outcome", a.Outcome, "recovered", a.Recovered.Total, "missed", a.Missed.Total,
		"failed", a.Failed.Total, "pending", a.Pending.Total, "recounted", a.Recounted.Total, "leaving", a.GivenUp.Total)
}
