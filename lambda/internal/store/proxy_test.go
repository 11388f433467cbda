package store_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tally/lambda/internal/store"
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

// proxy stands before an S3 server and does to requests what networks and busy
// servers do.
type proxy struct {
	Endpoint string
	mutex    sync.Mutex
	requests []string // method and path, with the query
}

// fault deals with the n-th request of a kind, from 1; false leaves it to the server.
type fault func(n int, w http.ResponseWriter, forward func(http.ResponseWriter)) bool

// startProxy makes a proxy with a fault in writes.
func startProxy(t *testing.T, server *local.S3, fault fault) *proxy {
	return startFaulty(t, server, func(r *http.Request) bool { return r.Method == http.MethodPut }, fault)
}

// isRead tells whether an object is asked for.
func isRead(r *http.Request) bool {
	return r.Method == http.MethodGet && r.URL.Query().Get("list-type") == ""
}

func startFaulty(t *testing.T, server *local.S3, kind func(*http.Request) bool, fault fault) *proxy {
	t.Helper()
	target, err := url.Parse(server.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	behind := httputil.NewSingleHostReverseProxy(target)
	p := &proxy{}
	met := 0
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mutex.Lock()
		p.requests = append(p.requests, r.Method+" "+r.URL.RequestURI())
		if kind(r) {
			met++
		}
		n := met
		p.mutex.Unlock()
		forward := func(w http.ResponseWriter) { behind.ServeHTTP(w, r) }
		if !kind(r) || !fault(n, w, forward) {
			forward(w)
		}
	}))
	t.Cleanup(front.Close)
	p.Endpoint = front.URL
	return p
}

// answer writes an error as S3 does.
func answer(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = w.Write([]byte("<Error><Code>" + code + "</Code><Message>" + code + "</Message></Error>"))
}
