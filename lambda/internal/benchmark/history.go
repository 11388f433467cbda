package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"tally/lambda/internal/history"
	"tally/lambda/internal/store"
	"tally/lambda/job"
)

// inTurn sends one request after the other.
type inTurn struct {
	client aws.HTTPClient
	mutex  sync.Mutex
}

func (t *inTurn) Do(request *http.Request) (*http.Response, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return t.client.Do(request)
}

// readHistory reads the records of the last days in the bucket named bench, and says how long
// that took and how many counts there are.
func readHistory(ctx context.Context, jobs job.File, endpoint string, days int, oneByOne bool) error {
	config := aws.Config{Region: "us-east-1", BaseEndpoint: &endpoint, Credentials: credentials.NewStaticCredentialsProvider("key", "secret", "")}
	if oneByOne {
		config.HTTPClient = &inTurn{client: awshttp.NewBuildableClient()}
	}
	now := time.Now()
	reader := history.Reader{Store: store.New(store.NewClient(config), "bench"), Environment: "bench", Now: time.Now}
	series, err := reader.Read(ctx, jobs.Jobs, history.Options{From: now.AddDate(0, 0, -days), To: now})
	if err != nil {
		return err
	}
	took, counted := time.Since(now), int64(0)
	for _, each := range series {
		for _, slot := range each.Slots {
			if slot.State == history.Counted {
				counted++
			}
		}
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{"total": counted, "seconds": took.Seconds()})
}
