package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/metric"
	"tally/lambda/internal/sweep"
	"tally/lambda/job"
)

// filler has slots counted and stored. The answer has the lines of all rows.
type filler func(ctx context.Context, event contract.Event) (contract.Answer, error)

// deployedFiller invokes the counter of a job. Before, the counter proves that it has this
// definition of the job, and could count it.
func (a archive) deployedFiller(ctx context.Context, j job.Job) (filler, error) {
	answer, err := a.deployed.dryRun(ctx, j)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be counted: %w", j.Name, err)
	}
	if answer.JobSHA256 != j.SHA256() {
		return nil, fmt.Errorf("what is deployed is another definition of %s than the jobs file has; run make deploy ENV=%s", j.Name, a.environment.Name)
	}
	client, function := sweep.NewClient(a.deployed.aws), a.environment.Counter(j.Source)
	return func(ctx context.Context, event contract.Event) (contract.Answer, error) {
		payload, err := json.Marshal(event)
		if err != nil {
			return contract.Answer{}, fmt.Errorf("encode the event: %w", err)
		}
		reply, err := invokePatiently(ctx, client, function, payload)
		if err != nil {
			return contract.Answer{}, fmt.Errorf("invoke %s: %w", function, err)
		}
		if reply.Failed {
			return contract.Answer{}, functionFailure(reply.Payload)
		}
		var answer contract.Answer
		if err := json.Unmarshal(reply.Payload, &answer); err != nil {
			return answer, fmt.Errorf("read the answer of %s: %w", function, err)
		}
		return answer, nil
	}, nil
}

// The tries of an invocation that Lambda refuses for now, or that has no answer. A slot that
// was counted all the same is not counted twice: the next try finds its record.
const (
	mostTries  = 8
	firstPause = 250 * time.Millisecond // doubled after each try, to half a minute
)

func invokePatiently(ctx context.Context, client sweep.Lambda, function string, payload []byte) (sweep.Reply, error) {
	pause := firstPause
	for try := 1; ; try++ {
		reply, err := client.Invoke(ctx, function, payload)
		if err == nil || ctx.Err() != nil || try == mostTries || !sweep.IsRefusal(err) && !sweep.IsTemporary(err) {
			return reply, err
		}
		select {
		case <-time.After(pause):
			pause *= 2
		case <-ctx.Done():
			return reply, err
		}
	}
}

// functionFailure is the error of a function, as its message alone.
func functionFailure(payload []byte) error {
	var failure struct{ ErrorMessage string }
	if err := json.Unmarshal(payload, &failure); err != nil || failure.ErrorMessage == "" {
		return fmt.Errorf("the function answered %s", payload)
	}
	return errors.New(failure.ErrorMessage)
}

// localFiller counts on this machine, as "tally run" does, and stores in the environment's
// results bucket.
func (a archive) localFiller(ctx context.Context, o sourceOptions, j job.Job, timeout time.Duration, stderr io.Writer) (filler, error) {
	source, err := sourceKinds[j.Source.Kind()].open(ctx, o, j, &a.environment)
	if err != nil {
		return nil, err
	}
	engine := &count.Engine{
		Jobs: job.File{Jobs: []job.Job{j}}, Source: source, Store: a.store, Metrics: metric.New(io.Discard, "", time.Now), Now: time.Now,
		Warn: func(_ context.Context, _ string, slot time.Time, warning string) {
			warn(stderr, "%s: %s", slot.Format(time.RFC3339), warning)
		},
	}
	return func(ctx context.Context, event contract.Event) (contract.Answer, error) {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		return engine.Fill(ctx, event)
	}, nil
}
