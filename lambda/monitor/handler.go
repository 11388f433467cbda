package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/function"
	"tally/lambda/internal/metric"
	"tally/lambda/internal/store"
	"tally/lambda/internal/sweep"
)

// newHandler reads the environment variables and the jobs layer, and builds everything that
// invocations share. It connects to no server.
func newHandler(logger *slog.Logger) (*function.Handler, error) {
	config, err := contract.ParseMonitorConfig(os.Getenv(contract.ConfigVariable))
	if err != nil {
		return nil, err
	}
	inputs, err := function.ReadInputs(os.Getenv)
	if err != nil {
		return nil, err
	}
	return &function.Handler{Logger: logger, Serve: serve(&sweep.Sweeper{
		Environment: config.Environment,
		Stack:       config.Stack,
		Jobs:        inputs.Jobs,
		Timeout:     time.Duration(config.TimeoutSeconds) * time.Second,
		Parallel:    config.Parallel,
		Pause:       250 * time.Millisecond,
		Counters:    config.Counters,
		Lambda:      sweep.NewClient(inputs.For("LAMBDA")),
		Store:       store.New(store.NewClient(inputs.For("S3")), config.Bucket),
		Metrics:     metric.New(os.Stdout, config.Environment, time.Now),
		Now:         time.Now,
		Logger:      logger,
	})}, nil
}

// serve answers a request with the sweeper.
func serve(sweeper *sweep.Sweeper) func(context.Context, contract.Request) (function.Answer, error) {
	return func(ctx context.Context, request contract.Request) (function.Answer, error) {
		if _, ok := request.(contract.Sweep); !ok {
			return nil, fmt.Errorf("the monitor takes %s only; send everything else to a counter", contract.SweepEvent)
		}
		answer, err := sweeper.Sweep(ctx)
		return sweepAnswer(answer), err
	}
}
