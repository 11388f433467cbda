package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// listing measures counting objects on a server 30 ms away, against a loop over
// ListObjectsV2.
func listing(ctx context.Context, root string) ([]figure, error) {
	m, done, err := newMeasurer(ctx, root)
	if err != nil {
		return nil, err
	}
	defer done()
	const objects, latency = 200_000, 30 * time.Millisecond
	random := rand.New(rand.NewPCG(5, 6))
	var figures []figure
	most := 0.0 // memory
	for _, layout := range []struct {
		name string
		key  func(i int) string
	}{
		{"keys under dates", func(i int) string {
			return fmt.Sprintf("orders/2026/%02d/%02d/%02d/%08x.jsonl", 1+i%3, 1+i/3%28, i%24, random.Uint32())
		}},
		{"flat random keys", func(int) string { return fmt.Sprintf("orders/%016x%016x", random.Uint64(), random.Uint64()) }},
	} {
		keys := make([]string, objects)
		for i := range keys {
			keys[i] = layout.key(i)
		}
		server, err := serveList(keys, latency)
		if err != nil {
			return nil, err
		}
		defer server.server.Close()
		var ours, theirs []float64
		for range runs {
			took, err := listInALoop(ctx, server.endpoint, objects)
			if err != nil {
				return nil, err
			}
			server.requests.Store(0)
			counted, err := m.count(ctx, "    source: {bucket: bench, prefix: orders/}\n    cases: {large: size > 10_000}\n", "-endpoint", server.endpoint)
			if err != nil {
				return nil, err
			}
			if counted.Total != objects || counted.Counts["large"] != objects {
				return nil, fmt.Errorf("%s: counted %v, there are %d", layout.name, counted.Counts, objects)
			}
			ours, theirs, most = append(ours, counted.Seconds), append(theirs, took), max(most, counted.Megabytes)
		}
		value, spread := ratio(ours, theirs, median)
		figures = append(figures, figure{
			name: "listing " + layout.name + ", time to a loop's", value: value, spread: spread, limit: 1.0 / 8, unit: "x",
			detail: fmt.Sprintf("%.1f times as fast; %d objects, 30 ms away: %.2f s with %d requests, a loop %.2f s", 1/value, objects, median(ours), server.requests.Load(), median(theirs)),
		})
	}
	return append(figures, figure{name: "listing, resident memory", value: most, limit: 64, unit: "MB", detail: "the most of both"}), nil
}

// listInALoop lists a bucket page by page, in seconds.
func listInALoop(ctx context.Context, endpoint string, objects int) (float64, error) {
	client := s3.New(s3.Options{
		Region: "us-east-1", BaseEndpoint: &endpoint, UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
	})
	began := time.Now()
	pages := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: aws.String("bench"), Prefix: aws.String("orders/")})
	listed := 0
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return 0, err
		}
		listed += len(page.Contents)
	}
	if listed != objects {
		return 0, fmt.Errorf("the loop listed %d objects, there are %d", listed, objects)
	}
	return time.Since(began).Seconds(), nil
}
