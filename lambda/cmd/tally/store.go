package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"time"

	"github.com/spf13/pflag"

	"tally/infra/settings"
	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/metric"
	"tally/lambda/internal/store"
)

// storeOptions are the flags that say where records go.
type storeOptions struct{ url, endpoint string }

func (o *storeOptions) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&o.url, "store", "", "store the record in this bucket, such as s3://tally-prod-results")
	flags.StringVar(&o.endpoint, "endpoint-url", "", "the S3 server, if it is not AWS's")
}

// bucketURL is s3://bucket: where records lie in it is fixed.
var bucketURL = regexp.MustCompile(`^s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/?$`)

func (o storeOptions) check() error {
	if o.url == "" {
		return nil
	}
	if !bucketURL.MatchString(o.url) {
		return invalidError{fmt.Errorf("--store %q is not a bucket; write s3://name, without a path", o.url)}
	}
	if o.endpoint != "" {
		if parsed, err := url.Parse(o.endpoint); err != nil || parsed.Host == "" {
			return invalidError{errors.New("--endpoint-url is not a URL; write it like http://127.0.0.1:9000")}
		}
	}
	return nil
}

// anyRegion is for servers that have none.
const anyRegion = "us-east-1"

// fill fills the slot of an event as the function does, but publishes no metrics,
// and says what became of it.
func (o storeOptions) fill(ctx context.Context, say io.Writer, engine *count.Engine, environment *settings.Environment, event contract.Event) ([]contract.Record, error) {
	region := ""
	if environment != nil {
		region = environment.Region
	}
	config, err := loadAWS(ctx, region)
	if err != nil {
		return nil, err
	}
	if o.endpoint != "" {
		config.BaseEndpoint = &o.endpoint
		config.Region = cmp.Or(config.Region, anyRegion)
	}
	engine.Store = store.New(store.NewClient(config), bucketURL.FindStringSubmatch(o.url)[1])
	engine.Metrics = metric.New(io.Discard, "", time.Now)
	answer, err := engine.Fill(ctx, event)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(say, "%s: s3://%s/%s\n", answer.Outcome, answer.Bucket, answer.Key)
	return answer.Records, nil
}
