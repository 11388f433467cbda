package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rdsdata"
	"github.com/aws/aws-sdk-go-v2/service/rdsdata/types"

	"tally/lambda/dbuser/grant"
	"tally/lambda/internal/pause"
)

// dataAPI runs SQL as a cluster's master user, over HTTPS.
type dataAPI struct {
	client *rdsdata.Client
	pause  time.Duration // between two tries
}

// create creates the user or repairs its rights.
func (a dataAPI) create(ctx context.Context, user grant.User) error {
	statements, err := user.Statements()
	if err != nil {
		return err
	}
	for _, statement := range statements {
		if err := a.execute(ctx, user, statement); err != nil {
			return err
		}
	}
	return nil
}

// execute runs one statement as a cluster's master user. It tries again until the context
// ends, unless the error is in the SQL. A paused cluster refuses the statement and wakes,
// which takes some 15 seconds, or more than 30 after a day. A new cluster may not be ready,
// and the role's new permissions may not be known everywhere.
func (a dataAPI) execute(ctx context.Context, user grant.User, statement string) error {
	var last error
	for ctx.Err() == nil {
		_, err := a.client.ExecuteStatement(ctx, &rdsdata.ExecuteStatementInput{
			ResourceArn: &user.ClusterARN,
			SecretArn:   &user.SecretARN,
			Database:    &user.Database,
			Sql:         aws.String(statement),
		})
		if err == nil {
			return nil
		}
		err = fmt.Errorf("%s …: %w", strings.Join(strings.Fields(statement)[:2], " "), err)
		if isAnswer(err) {
			return err
		}
		if last == nil || ctx.Err() == nil { // a later error only says that the time is over
			last = err
		}
		pause.For(ctx, a.pause)
	}
	return fmt.Errorf("the cluster cannot be reached: %w", cmp.Or(last, ctx.Err()))
}

// transient matches errors that have the type of errors in the SQL but go away: the cluster
// wakes or starts, connections are lost or too many, another session changed the same rows
// of the catalog (PostgreSQL manual, "PostgreSQL Error Codes").
var transient = regexp.MustCompile(`resuming|communications link failure|tuple concurrently (updated|deleted)|sqlstate:? ?(08|40|53|55|57p|58)`)

// isAnswer tells whether the database refused the statement for good.
func isAnswer(err error) bool {
	_, refused := errors.AsType[*types.DatabaseErrorException](err)
	_, bad := errors.AsType[*types.BadRequestException](err)
	return (refused || bad) && !transient.MatchString(strings.ToLower(err.Error()))
}
