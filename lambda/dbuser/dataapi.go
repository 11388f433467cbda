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
)

// dataAPI runs SQL as a cluster's master user, over HTTPS.
type dataAPI struct {
	client *rdsdata.Client
	pause  time.Duration // between two tries
}

// execute runs one statement. A paused cluster refuses and wakes, which takes some
// 15 seconds, or more than 30 after a day; one that has just been made may not be
// ready, nor the role's permissions be known everywhere. So all but an error in the
// SQL is tried again until the context ends.
func (a dataAPI) execute(ctx context.Context, as grant.Reader, statement string) error {
	var last error
	for ctx.Err() == nil {
		_, err := a.client.ExecuteStatement(ctx, &rdsdata.ExecuteStatementInput{
			ResourceArn: &as.ClusterARN,
			SecretArn:   &as.SecretARN,
			Database:    &as.Database,
			Sql:         aws.String(statement),
		})
		if err == nil {
			return nil
		}
		err = fmt.Errorf("%s …: %w", strings.Join(strings.Fields(statement)[:2], " "), err)
		if isAnswer(err) {
			return err
		}
		if last == nil || ctx.Err() == nil { // else it says only that the time is over
			last = err
		}
		select {
		case <-time.After(a.pause):
		case <-ctx.Done():
		}
	}
	return fmt.Errorf("the cluster cannot be reached: %w", cmp.Or(last, ctx.Err()))
}

// passing is what errors that are otherwise of the SQL say when they pass: the
// cluster wakes or starts, connections are lost or too many, somebody else was at
// the same rows of the catalog (PostgreSQL manual, "PostgreSQL Error Codes").
var passing = regexp.MustCompile(`resuming|communications link failure|tuple concurrently (updated|deleted)|sqlstate:? ?(08|40|53|55|57p|58)`)

// isAnswer tells whether the database has answered, to a statement that it will not
// run.
func isAnswer(err error) bool {
	var refused *types.DatabaseErrorException
	var bad *types.BadRequestException
	if !errors.As(err, &refused) && !errors.As(err, &bad) {
		return false
	}
	return !passing.MatchString(strings.ToLower(err.Error()))
}
