package sweep_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"tally/lambda/internal/sweep"
)

// Over the API of Lambda a slot is tried again only where its invocation certainly did not
// begin: else a second try could count it twice.
func TestWhatTheClientTriesAgain(t *testing.T) {
	refuse := func(status int, kind string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Amzn-ErrorType", kind)
			w.WriteHeader(status)
			_, _ = w.Write([]byte(`{"message":"not now"}`))
		}
	}
	for _, test := range []struct {
		name            string
		answer          http.HandlerFunc
		pending, failed int
		reason          string
		again           bool
	}{
		{"throttled", refuse(429, "TooManyRequestsException"), 1, 0, "TooManyRequestsException", true},
		{"being activated", refuse(409, "ResourceConflictException"), 1, 0, "ResourceConflictException", true},
		{"network interface", refuse(502, "ENINotReadyException"), 1, 0, "ENINotReadyException", true},
		{"the key of KMS is not allowed", refuse(502, "KMSAccessDeniedException:http://internal.amazon.com/"), 0, 1, "KMSAccessDeniedException", false},
		{"a gateway on the way", refuse(502, ""), 1, 0, "502", false},
		{"Lambda is down", refuse(500, "ServiceException"), 1, 0, "ServiceException", false},
		{"no right", refuse(403, "AccessDeniedException"), 0, 1, "AccessDeniedException", false},
		{"the connection ends", func(w http.ResponseWriter, _ *http.Request) {
			connection, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_ = connection.Close()
			}
		}, 1, 0, "EOF", false},
		{"a slow counter", func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(time.Second)
			_, _ = w.Write([]byte(`{"outcome":"already-stored"}`))
		}, 0, 0, "", false},
		{"the function failed", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Amz-Function-Error", "Unhandled")
			_, _ = w.Write([]byte(`{"errorType":"Permanent","errorMessage":"no such column"}`))
		}, 0, 1, "no such column", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var tries atomic.Int64
			api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.ContentLength == int64(len(`{"ping":true}`)) {
					_, _ = w.Write([]byte(`{"outcome":"pong"}`))
					return
				}
				tries.Add(1)
				test.answer(w, r)
			}))
			defer api.Close()
			w := newWorld(t, "2022-04-07T00:30:00Z", "a "+hourly)
			w.sweeper.Lambda = sweep.NewClient(aws.Config{
				Region: "ap-northeast-2", BaseEndpoint: &api.URL, Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
			})
			w.sweep()
			w.pass("2022-04-07T01:30:00Z")
			answer := w.sweep()
			said := append(answer.Pending.Slots, answer.Failed.Slots...)
			if answer.Pending.Total != test.pending || answer.Failed.Total != test.failed || len(said) > 0 && !strings.Contains(said[0].Reason, test.reason) {
				t.Errorf("the sweep says %+v", answer)
			}
			if again := tries.Load() > 1; again != test.again {
				t.Errorf("it was tried %d times", tries.Load())
			}
		})
	}
}
