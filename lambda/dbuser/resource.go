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

// handle creates or repairs the user when the resource is created or changed. When the
// resource is deleted the user stays: it cannot log in without the role's permission, and
// a DROP USER that fails would stop the stack's deletion. CloudFormation shows the error;
// no statement and no driver's message holds a secret.
func (r *resource) handle(ctx context.Context, event cfn.Event) (id string, data map[string]any, err error) {
	if event.RequestType == cfn.RequestDelete {
		r.logger.Info("the user stays", "user", event.PhysicalResourceID)
		return event.PhysicalResourceID, nil, nil
	}
	user, err := userOf(event)
	if err != nil {
		return event.PhysicalResourceID, nil, err
	}
	// The id stays the same for the same user: CloudFormation takes another id for a
	// replacement.
	id = user.Cluster + "/" + user.Database + "/" + user.Username
	if deadline, limited := ctx.Deadline(); limited {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-answerTime))
		defer cancel()
	}
	if err := r.api.create(ctx, user); err != nil {
		return id, nil, shortened(fmt.Errorf("make user %s: %w", id, err))
	}
	r.logger.Info("the user is as it should be", "request", event.RequestType, "user", id)
	return id, nil, nil
}

// reasonLimit, in bytes, keeps an answer below CloudFormation's limit of 4096 (User guide,
// "Custom resource response objects").
const reasonLimit = 2000

func shortened(err error) error {
	text := err.Error()
	if len(text) <= reasonLimit {
		return err
	}
	return errors.New(strings.ToValidUTF8(text[:reasonLimit], "") + "…")
}

// userOf reads the properties. CloudFormation adds one of its own (ServiceToken).
func userOf(event cfn.Event) (grant.User, error) {
	var user grant.User
	text, err := json.Marshal(event.ResourceProperties)
	if err == nil {
		err = json.Unmarshal(text, &user)
	}
	if err != nil {
		return grant.User{}, fmt.Errorf("read the resource's properties: %w", err)
	}
	return user, nil
}

// answerTime is how much of an invocation's time is kept to answer CloudFormation.
// Without an answer it would wait until its own timeout.
const answerTime = 20 * time.Second
