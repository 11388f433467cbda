package s3source_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tally/lambda/internal/count"
	"tally/lambda/internal/s3source"
	"tally/lambda/job"
	"tally/lambda/job/jobtest"
	"tally/test/local"
)

// server is a server of the S3 protocol.
type server struct{ endpoint string }

func startS3(t *testing.T) server {
	t.Helper()
	started, err := local.StartS3(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = started.Close() })
	return server{started.Endpoint}
}

// key and secret are what every server of these tests takes.
const key, secret = "key", "secret-of-the-tests"

func (s server) client(tries int) *s3.Client {
	return s3source.NewClient(aws.Config{
		Region: "us-east-1", BaseEndpoint: &s.endpoint,
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(options *retry.StandardOptions) {
				options.MaxAttempts, options.MaxBackoff = tries, 10*time.Millisecond
			})
		},
		Credentials: credentials.NewStaticCredentialsProvider(key, secret, ""),
	})
}

// bucket is a bucket of its own for a test.
type bucket struct {
	server
	name string
}

var buckets atomic.Int64

func (s server) bucket(t *testing.T) bucket {
	t.Helper()
	b := bucket{s, fmt.Sprintf("bucket-%d", buckets.Add(1))}
	if _, err := s.client(1).CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &b.name}); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b bucket) put(t *testing.T, key string, content []byte, change ...func(*s3.PutObjectInput)) {
	t.Helper()
	input := &s3.PutObjectInput{Bucket: &b.name, Key: &key, Body: bytes.NewReader(content)}
	for _, change := range change {
		change(input)
	}
	if _, err := b.client(1).PutObject(context.WithoutCancel(t.Context()), input); err != nil {
		t.Fatal(err)
	}
}

// jobOf reads the one job of a file whose source and so on are text.
func jobOf(t *testing.T, text string) job.Job {
	t.Helper()
	return jobtest.Read(t, "timezone: Asia/Seoul\njobs:\n  - name: test\n    schedule: cron(5 15 * * ? *)\n"+text).Jobs[0]
}

// slot is that of the tests; previous-day is 25 November in Seoul.
var slot = time.Date(2026, 11, 25, 15, 5, 0, 0, time.UTC)

func queryOf(t *testing.T, text string) count.Query {
	t.Helper()
	counted := jobOf(t, text)
	window, err := count.WindowOf(counted, job.Slot{Time: slot})
	if err != nil {
		t.Fatal(err)
	}
	return count.Query{Job: counted, Window: window}
}

func (b bucket) source(tries int) *s3source.Source {
	return s3source.New(s3source.Options{Client: b.client(tries), Buckets: map[string]string{"logs": b.name}})
}

func (b bucket) count(t *testing.T, text string) (count.Result, error) {
	t.Helper()
	return b.source(2).Count(t.Context(), queryOf(t, text))
}

func (b bucket) mustCount(t *testing.T, text string) count.Result {
	t.Helper()
	result, err := b.count(t, text)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// counts are the counts of a result, by group and case: "normal" or "normal web,nil".
func counts(result count.Result, groupBy ...string) map[string]int64 {
	found := map[string]int64{}
	for _, line := range result.Counts {
		name := line.Case
		for i, column := range groupBy {
			if len(line.Groups) == 0 {
				break
			}
			value := "nil"
			if text := line.Groups[column]; text != nil {
				value = *text
			}
			name += map[bool]string{true: " ", false: ","}[i == 0] + value
		}
		found[name] = line.Count
	}
	return found
}

// fault deals with a request before the server gets it; false leaves it alone.
type fault func(w http.ResponseWriter, r *http.Request, forward func(http.ResponseWriter)) bool

// behind puts a fault before the bucket's server.
func (b bucket) behind(t *testing.T, fault fault) bucket {
	t.Helper()
	target, err := url.Parse(b.endpoint)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		forward := func(w http.ResponseWriter) { proxy.ServeHTTP(w, r) }
		if !fault(w, r, forward) {
			forward(w)
		}
	}))
	t.Cleanup(front.Close)
	return bucket{server{front.URL}, b.name}
}

// answer writes an error as S3 does.
func answer(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = w.Write([]byte("<Error><Code>" + code + "</Code><Message>no details</Message></Error>"))
}

func isGet(r *http.Request) bool {
	return r.Method == http.MethodGet && r.URL.Query().Get("list-type") == ""
}

func (b bucket) delete(t *testing.T, key string) {
	if _, err := b.client(1).DeleteObject(context.WithoutCancel(t.Context()), &s3.DeleteObjectInput{Bucket: &b.name, Key: &key}); err != nil {
		t.Error(err)
	}
}

// listAll lists the keys of a prefix, with how often each came.
func listAll(ctx context.Context, b bucket, limit int, prefix string) (map[string]int, error) {
	var mutex sync.Mutex
	found := map[string]int{}
	err := s3source.List(ctx, b.client(2), b.name, limit, prefix, func(key string) {
		mutex.Lock()
		defer mutex.Unlock()
		found[key]++
	})
	return found, err
}
