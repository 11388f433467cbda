package s3source_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"tally/lambda/internal/count"
	"tally/lambda/internal/s3source"
)

// A folder * is any folder, days may lack their zeros, and no object counts twice.
func testFolders(t *testing.T, server server) {
	b := server.bucket(t)
	for _, key := range []string{
		"logs/111/trail/eu/2026/1/2/a", "logs/111/trail/eu/2026/1/2/b", "logs/111/trail/us/2026/1/2/a", "logs/222/trail/eu/2026/1/2/a",
		"logs/111/trail/eu/2026/1/20/a", "logs/111/trail/eu/2026/1/1/a", "logs/111/digest/eu/2026/1/2/a", "logs/trail/eu/2026/1/2/a",
		"logs/111/trail/2026/1/2/a", "more/2026-1-2/a", "more/2026-1-21/a", "odd/w*/x/2026/1/2/a",
	} {
		b.put(t, key, []byte("x"))
	}
	for i := range 1100 { // more folders than S3 lists at a time
		b.put(t, fmt.Sprintf("many/%04d/2026/1/2/a", i), []byte("x"))
	}
	for _, test := range []struct {
		name, source string
		want         int64
	}{
		{"two folders of any name", `prefix: "logs/*/trail/*/{yyyy}/{M}/{d}/"`, 4},
		{"several prefixes", `prefixes: ["logs/*/trail/*/{yyyy}/{M}/{d}/", "more/{yyyy}-{M}-{d}/"]`, 5},
		{"one within another", `prefixes: ["logs/*/trail/eu/{yyyy}/{M}/{d}/", "logs/111/*/eu/{yyyy}/{M}/{d}/"]`, 4},
		{"many folders", `prefix: "many/*/{yyyy}/{M}/{d}/"`, 1100},
		{"a folder whose name looks like a prefix", `prefix: "odd/*/*/{yyyy}/{M}/{d}/"`, 1},
		{"none", `prefix: "nothing/*/{yyyy}/{M}/{d}/"`, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			query := queryOf(t, "    timezone: UTC\n    source: {bucket: logs, prefix_timezone: UTC, "+test.source+"}\n    window: {span: previous-day}\n    cases: {all: \"true\"}\n")
			query.Window = &count.Window{From: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC)}
			result, err := b.source(1).Count(t.Context(), query)
			if err != nil || counts(result)["all"] != test.want {
				t.Errorf("got %d (%v), want %d", counts(result)["all"], err, test.want)
			}
		})
	}
}

// payer notes who pays for requests.
type payer struct {
	s3source.Client
	t *testing.T
}

func (p payer) ListObjectsV2(ctx context.Context, input *s3.ListObjectsV2Input, options ...func(*s3.Options)) (*s3.ListObjectsV2Output, error) {
	if input.RequestPayer != types.RequestPayerRequester {
		p.t.Errorf("%s is listed at the cost of its owner", *input.Prefix)
	}
	if input.EncodingType != types.EncodingTypeUrl { // a key may have characters that XML has not
		p.t.Errorf("%s is listed as it is", *input.Prefix)
	}
	return p.Client.ListObjectsV2(ctx, input, options...)
}

func (p payer) GetObject(ctx context.Context, input *s3.GetObjectInput, options ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	if input.RequestPayer != types.RequestPayerRequester {
		p.t.Errorf("%s is read at the cost of its owner", *input.Key)
	}
	return p.Client.GetObject(ctx, input, options...)
}

func TestTheRequesterPays(t *testing.T) {
	b := startS3(t).bucket(t)
	b.put(t, "x/a/b", []byte("{}"))
	query := queryOf(t, "    source: {bucket: logs, prefix: x/*/, format: jsonl}\n    cases: {all: \"true\"}\n")
	source := s3source.New(s3source.Options{Client: payer{b.client(1), t}, Buckets: map[string]string{"logs": b.name}, RequesterPays: []string{"logs"}})
	if result, err := source.Count(t.Context(), query); err != nil || counts(result)["all"] != 1 {
		t.Errorf("got %v (%v)", result, err)
	}
	if problems, err := source.Check(t.Context(), query); err != nil || len(problems) > 0 {
		t.Errorf("the check says %v (%v)", problems, err)
	}
}

// A folder of one prefix may be that of another.
func TestPrefixesThatMeet(t *testing.T) {
	b := startS3(t).bucket(t)
	for _, key := range []string{"x/a/b/1", "x/a/2", "x/c/3"} {
		b.put(t, key, nil)
	}
	if got := counts(b.mustCount(t, "    source: {bucket: logs, prefixes: [x/*/, x/a/b/]}\n    cases: {all: \"true\"}\n")); got["all"] != 3 {
		t.Errorf("counted %v, want 3", got)
	}
}
