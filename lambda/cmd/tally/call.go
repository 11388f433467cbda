package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"tally/lambda/internal/pause"
	"tally/lambda/internal/sweep"
)

// The tries of an invocation that Lambda refuses for now, or that has no answer. A slot that
// was counted all the same is not counted twice: the next try finds its record.
const mostTries = 8

// firstPause is doubled after each try, to half a minute in all.
var firstPause = 250 * time.Millisecond

// errRefused means that Lambda did not begin an invocation, for as long as it was tried. That
// says nothing about the slot.
var errRefused = errors.New("refused by Lambda")

// call invokes a function and waits for its end. An error of the function is returned as its
// message alone.
func (d *deployed) call(ctx context.Context, function string, event, answer any) error {
	payload, err := json.Marshal(event)
	if err != nil {
		return fmt.Errorf("encode the event: %w", err)
	}
	reply, err := d.invoke(ctx, function, payload)
	if err != nil {
		return d.notInvoked(ctx, function, err)
	}
	if reply.Failed {
		var failure struct{ ErrorMessage string }
		if err := json.Unmarshal(reply.Payload, &failure); err != nil || failure.ErrorMessage == "" {
			return fmt.Errorf("%s failed, and answered %s", function, reply.Payload)
		}
		return errors.New(failure.ErrorMessage)
	}
	if err := json.Unmarshal(reply.Payload, answer); err != nil {
		return fmt.Errorf("read the answer of %s: %w", function, err)
	}
	return nil
}

func (d *deployed) invoke(ctx context.Context, function string, payload []byte) (sweep.Reply, error) {
	wait := firstPause
	for try := 1; ; try++ {
		reply, err := d.invoker.Invoke(ctx, function, payload)
		if err == nil || ctx.Err() != nil || try == mostTries || !sweep.NotStarted(err) && !sweep.IsTemporary(err) {
			return reply, err
		}
		if !pause.For(ctx, wait) {
			return reply, err
		}
		wait *= 2
	}
}

// notInvoked is an error of an invocation in words.
func (d *deployed) notInvoked(ctx context.Context, function string, err error) error {
	answer, cut := new(sweep.APIError), new(url.Error)
	switch errors.As(err, &answer); {
	case ctx.Err() != nil:
		return fmt.Errorf("interrupted: what %s still counts is stored all the same: %w", function, ctx.Err())
	case sweep.NotStarted(err):
		return fmt.Errorf("%w: %s has no room (max_concurrency, or the account's limit) or is being deployed (%s)", errRefused, function, answer.Kind)
	case answer.Status == http.StatusNotFound:
		return fmt.Errorf("there is no function %s; run make deploy ENV=%s", function, d.environment.Name)
	case answer.Status == http.StatusForbidden:
		return fmt.Errorf("AWS does not allow to invoke %s; needs lambda:InvokeFunction", function)
	case errors.As(err, &cut):
		err = fmt.Errorf("no answer: %w", cut.Err)
	}
	return fmt.Errorf("invoke %s: %w", function, err)
}
