package main

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"time"

	"tally/infra/settings"
	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/metric"
	"tally/lambda/internal/store"
)

// bucketURL is s3://bucket. The keys of records in it are fixed.
var bucketURL = regexp.MustCompile(`^s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/?$`)

func checkStore(to string) error {
	if to != "" && !bucketURL.MatchString(to) {
		return invalidError{fmt.Errorf("--store %q is not a bucket; write s3://name, without a path", to)}
	}
	return nil
}

// fill fills the slot of an event as the function does, but publishes no metrics. It says
// where the record is, and returns it.
func (o runOptions) fill(ctx context.Context, say io.Writer, engine *count.Engine, environment *settings.Environment, event contract.Event) ([]contract.Record, error) {
	config, err := o.source.logIn(ctx, environment)
	if err != nil {
		return nil, err
	}
	records := store.New(store.NewClient(config), bucketURL.FindStringSubmatch(o.store)[1])
	engine.Store = records
	engine.Metrics = metric.New(io.Discard, "", time.Now)
	answer, err := engine.Fill(ctx, event)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(say, "%s: s3://%s/%s\n", answer.Outcome, answer.Bucket, answer.Key)
	return records.Read(ctx, answer.Key) // the answer has no groups
}
