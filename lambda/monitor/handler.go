package main

import (
	"context"
	"fmt"

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
