package main

import (
	"log/slog"
	"os"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/check"
	"tally/lambda/internal/function"
	"tally/lambda/internal/metric"
	"tally/lambda/internal/notify"
	"tally/lambda/internal/store"
	"tally/lambda/internal/sweep"
)

func newHandler(logger *slog.Logger) (*function.Handler, error) {
	m, err := newMonitor(logger)
	if err != nil {
		return nil, err
	}
	return &function.Handler{Logger: logger, Serve: m.serve}, nil
}

// newMonitor reads the environment variables and the jobs layer, and builds everything that
// invocations share. It connects to no server.
func newMonitor(logger *slog.Logger) (*monitor, error) {
	inputs, err := function.ReadInputs()
	if err != nil {
		return nil, err
	}
	config, err := contract.ParseMonitorConfig(os.Getenv(contract.ConfigVariable))
	if err != nil {
		return nil, err
	}
	stored := store.New(store.NewClient(inputs.For("S3")), config.Bucket)
	lambda := sweep.NewClient(inputs.For("LAMBDA"))
	jobs, err := inputs.Jobs()
	if err != nil {
		return nil, err
	}
	s := &sweep.Sweeper{
		Environment: config.Environment,
		Stack:       config.Stack,
		Jobs:        jobs,
		Timeout:     time.Duration(config.LongestTimeoutSeconds) * time.Second,
		Parallel:    config.Parallel,
		Pause:       250 * time.Millisecond,
		Counters:    config.Counters,
		Lambda:      lambda,
		Store:       stored,
		Metrics:     metric.New(os.Stdout, config.Environment, time.Now),
		Now:         time.Now,
		Logger:      logger,
	}
	m := &monitor{sweeper: s}
	if config.ChecksTopic != "" {
		m.checker = &check.Checker{
			Environment: config.Environment, Bucket: config.Bucket, Jobs: s.Jobs, Store: stored, Topic: notify.New(inputs.For("SNS"), config.ChecksTopic),
			Timeout: s.Timeout, Now: s.Now, Logger: s.Logger,
		}
		s.Checks = m.checker
	}
	return m, nil
}
