package main

import (
	"context"
	"fmt"

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
