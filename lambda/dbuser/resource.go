package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/cfn"

	"tally/lambda/dbuser/grant"
)

// resource is the custom resource.
type resource struct {
	logger *slog.Logger
	api    dataAPI
}

// handle makes the user whenever its resource is created or changed. When the
// resource is deleted the user stays: it cannot log in without the role's
// permission, and to drop it might fail and keep the stack from going. An error is
// what CloudFormation shows; no statement and no driver's message holds a secret.
func (r *resource) handle(ctx context.Context, event cfn.Event) (id string, data map[string]any, err error) {
	if event.RequestType == cfn.RequestDelete {
		r.logger.Info("the user stays", "user", event.PhysicalResourceID)
		return event.PhysicalResourceID, nil, nil
	}
	reader, err := readerOf(event)
	if err != nil {
		return event.PhysicalResourceID, nil, err
	}
	// The same for the same user: CloudFormation takes another id for a replacement.
	id = reader.Cluster + "/" + reader.Database + "/" + reader.Username
	ctx, cancel := leaveRoom(ctx)
	defer cancel()
	if err := r.make(ctx, reader); err != nil {
		return id, nil, shortened(fmt.Errorf("make user %s: %w", id, err))
	}
	r.logger.Info("the user is as it should be", "request", event.RequestType, "user", id)
	return id, nil, nil
}

// reasonLimit keeps an answer below the 4096 bytes that CloudFormation takes (User
// guide, "Custom resource response objects").
const reasonLimit = 2000

func shortened(err error) error {
	text := err.Error()
	if len(text) <= reasonLimit {
		return err
	}
	return errors.New(strings.ToValidUTF8(text[:reasonLimit], "") + "…")
}

func (r *resource) make(ctx context.Context, reader grant.Reader) error {
	statements, err := reader.Statements()
	if err != nil {
		return err
	}
	for _, statement := range statements {
		if err := r.api.execute(ctx, reader, statement); err != nil {
			return err
		}
	}
	return nil
}

// readerOf reads the properties, which CloudFormation gives as text. It adds one of
// its own (ServiceToken).
func readerOf(event cfn.Event) (grant.Reader, error) {
	var reader grant.Reader
	text, err := json.Marshal(event.ResourceProperties)
	if err == nil {
		err = json.Unmarshal(text, &reader)
	}
	if err != nil {
		return grant.Reader{}, fmt.Errorf("read the resource's properties: %w", err)
	}
	return reader, nil
}

// answerTime is what is left of an invocation to answer CloudFormation, which
// would wait for an answer that never comes.
const answerTime = 20 * time.Second

func leaveRoom(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, limited := ctx.Deadline()
	if !limited {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, deadline.Add(-answerTime))
}
