package store_test

import (
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tally/lambda/internal/store"
	"tally/test/faults"
	"tally/test/local"
)

const bucket = "results"

// startS3 starts an S3 server with the bucket.
func startS3(t *testing.T) *local.S3 {
	t.Helper()
	server, err := local.StartS3(t.Context(), bucket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server
}

// client makes a client that tries each request as often as given.
func client(endpoint string, tries int) *s3.Client {
	return store.NewClient(aws.Config{
		Region:           "ap-northeast-2",
		BaseEndpoint:     &endpoint,
		RetryMaxAttempts: tries,
		Credentials:      credentials.NewStaticCredentialsProvider("key", "secret", ""),
	})
}

// proxy stands before an S3 server and notes what it is asked.
type proxy struct {
	*faults.S3Proxy
	mutex    sync.Mutex
	requests []faults.Request
}

// startProxy makes a proxy with a fault in so many first requests of a kind.
func startProxy(t *testing.T, server *local.S3, kind faults.Kind, often int, fault faults.Fault) *proxy {
	t.Helper()
	behind, err := faults.StartS3Proxy(server.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = behind.Close() })
	p, met := &proxy{S3Proxy: behind}, 0
	p.Deal = func(request faults.Request) faults.Fault {
		p.mutex.Lock()
		defer p.mutex.Unlock()
		p.requests = append(p.requests, request)
		if request.Kind != kind {
			return nil
		}
		if met++; met > often {
			return nil
		}
		return fault
	}
	return p
}

// always is more often than anybody tries.
const always = 1000
