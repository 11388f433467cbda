package local

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func TestS3(t *testing.T) {
	store, client := startTestS3(t, "results", "uploads")

	put := func(key, body string) error {
		_, err := client.PutObject(t.Context(), &s3.PutObjectInput{
			Bucket: aws.String("results"), Key: aws.String(key), Body: strings.NewReader(body), IfNoneMatch: aws.String("*"),
		})
		return err
	}
	for _, key := range []string{"counts/b", "counts/a"} {
		if err := put(key, "first "+key); err != nil {
			t.Fatal(err)
		}
	}
	if err := put("counts/a", "second"); statusOf(err) != http.StatusPreconditionFailed {
		t.Errorf("second put: %v, want status 412", err)
	}

	keys, err := store.Keys("results")
	if want := []string{"counts/a", "counts/b"}; err != nil || !slices.Equal(keys, want) {
		t.Errorf("keys %q (%v), want %q", keys, err, want)
	}
	body, err := store.Object("results", "counts/a")
	if err != nil || string(body) != "first counts/a" {
		t.Errorf("object %q (%v)", body, err)
	}
	if keys, err := store.Keys("uploads"); err != nil || len(keys) != 0 {
		t.Errorf("keys of an empty bucket: %q (%v)", keys, err)
	}
	if _, err := store.Keys("missing"); err == nil {
		t.Error("a missing bucket has keys")
	}
	if _, err := store.Object("results", "missing"); err == nil {
		t.Error("a missing object can be read")
	}

	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := http.Get(store.Endpoint); err == nil {
		t.Error("a closed server answers")
	}
}

// TestS3CreatesAnObjectOnce holds the server to the promise that exactly-once rests on.
func TestS3CreatesAnObjectOnce(t *testing.T) {
	store, client := startTestS3(t, "results")
	for round := range 20 {
		key := fmt.Sprintf("counts/%d", round)
		var wins, losses atomic.Int32
		var puts sync.WaitGroup
		start := make(chan struct{})
		for writer := range 32 {
			puts.Go(func() {
				<-start
				_, err := client.PutObject(t.Context(), &s3.PutObjectInput{
					Bucket: aws.String("results"), Key: aws.String(key),
					Body: bytes.NewReader([]byte{byte(writer)}), IfNoneMatch: aws.String("*"),
				})
				switch {
				case err == nil:
					wins.Add(1)
				case statusOf(err) == http.StatusPreconditionFailed:
					losses.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		close(start)
		puts.Wait()
		if wins.Load() != 1 || losses.Load() != 31 {
			t.Fatalf("%d puts of %s succeeded and %d got 412, want 1 and 31", wins.Load(), key, losses.Load())
		}
	}
	if keys, err := store.Keys("results"); err != nil || len(keys) != 20 {
		t.Errorf("%d keys (%v), want 20", len(keys), err)
	}
}

func startTestS3(t *testing.T, buckets ...string) (*S3, *s3.Client) {
	t.Helper()
	store, err := StartS3(t.Context(), buckets...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store, s3.New(s3.Options{
		BaseEndpoint: aws.String(store.Endpoint),
		Region:       "us-east-1",
		Credentials:  credentials.NewStaticCredentialsProvider("local", "local", ""),
		UsePathStyle: true,
	})
}

func statusOf(err error) int {
	var response *awshttp.ResponseError
	if errors.As(err, &response) {
		return response.HTTPStatusCode()
	}
	return 0
}
