package store

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
)

const ms = time.Millisecond

// The pause after a conflict grows, and ends with the run.
func TestPausesOfAConflict(t *testing.T) {
	for _, test := range []struct {
		limit, end time.Duration
		want       []time.Duration // when it tries
	}{
		{time.Hour, 750 * ms, []time.Duration{0, 50 * ms, 150 * ms, 350 * ms, 750 * ms}},
		{80 * ms, 80 * ms, []time.Duration{0, 50 * ms}},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), test.limit)
			defer cancel()
			begun := time.Now()
			var tries []time.Duration
			err := createOnce(ctx, func() error {
				tries = append(tries, time.Since(begun))
				return &smithy.GenericAPIError{Code: codeConflict}
			})
			if err == nil || !slices.Equal(tries, test.want) || time.Since(begun) != test.end {
				t.Errorf("within %s it tried at %s and ended after %s with %v", test.limit, tries, time.Since(begun), err)
			}
		})
	}
}

// fakeS3 answers a request itself.
type fakeS3 func(*http.Request) (status int, body string)

// Do has a request whose answer is status 0 wait for its end.
func (f fakeS3) Do(request *http.Request) (*http.Response, error) {
	status, body := f(request)
	if status == 0 {
		<-request.Context().Done()
		return nil, request.Context().Err()
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: request}, nil
}

func storeIn(client s3.HTTPClient) *Store {
	return New(s3.New(s3.Options{
		Region: "eu-west-1", BaseEndpoint: aws.String("http://s3.test"), UsePathStyle: true, HTTPClient: client, Retryer: aws.NopRetryer{},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "id", SecretAccessKey: "secret"}, nil
		}),
	}), "results")
}

// S3 that never answers has its time once, whatever it is asked.
func TestSilence(t *testing.T) {
	for name, ask := range map[string]func(context.Context, *Store) error{
		"list": func(ctx context.Context, s *Store) error { _, err := s.Keys(ctx, "counts/"); return err },
		"read": func(ctx context.Context, s *Store) error { _, err := s.ReadBytes(ctx, "counts/a"); return err },
		"put":  func(ctx context.Context, s *Store) error { _, err := s.CreateJSON(ctx, "counts/a", 1); return err },
	} {
		synctest.Test(t, func(t *testing.T) {
			begun, asked := time.Now(), 0
			err := ask(t.Context(), storeIn(fakeS3(func(*http.Request) (int, string) { asked++; return 0, "" })))
			if err == nil || !strings.Contains(err.Error(), "no answer from S3 within 20s") || asked != 1 || time.Since(begun) != requestTime {
				t.Errorf("%s: asked %d times, and after %s got %v", name, asked, time.Since(begun), err)
			}
		})
	}
}

func TestPausesOfReading(t *testing.T) {
	for _, test := range []struct {
		status int
		want   []time.Duration // when it reads
	}{
		{http.StatusForbidden, []time.Duration{0, 50 * ms, 150 * ms}},
		{http.StatusOK, []time.Duration{0}}, // what is no record stays none
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			begun := time.Now()
			var reads []time.Duration
			_, err := storeIn(fakeS3(func(*http.Request) (int, string) {
				reads = append(reads, time.Since(begun))
				return test.status, "no JSON"
			})).ReadAllRows(ctx, "counts/a")
			if err == nil || errors.Is(err, count.ErrNoRecord) != (test.status == http.StatusOK) || !slices.Equal(reads, test.want) {
				t.Errorf("with status %d it read at %s and got %v", test.status, reads, err)
			}
		})
	}
}

// exists is what S3 answers to a put where there is an object.
const exists = "<Error><Code>" + codeExists + "</Code></Error>"

// Who put an object that nobody lists would not know what the slot's record is.
func TestAnObjectThatIsNotListed(t *testing.T) {
	s := storeIn(fakeS3(func(request *http.Request) (int, string) {
		if request.Method == http.MethodPut {
			return http.StatusPreconditionFailed, exists
		}
		return http.StatusOK, "<ListBucketResult><Name>results</Name><Prefix>" + request.URL.Query().Get("prefix") + "</Prefix><IsTruncated>false</IsTruncated></ListBucketResult>"
	}))
	_, created, err := s.Create(t.Context(), contract.Lines{AllRows: []contract.Record{{Job: "daily", Revision: 1}}})
	if created || err == nil || !strings.Contains(err.Error(), "lists nothing there") {
		t.Errorf("created %t, %v", created, err)
	}
	if created, err := s.CreateJSON(t.Context(), "schedules/dev/000001.json", 1); created || err != nil {
		t.Errorf("a document is created: %t, %v", created, err)
	}
}

// Connections that are not given back would be used up.
func TestBodiesAreClosed(t *testing.T) {
	object := &closing{Reader: bytes.NewReader([]byte("content"))}
	content, err := storeIn(object).ReadBytes(t.Context(), "counts/a")
	if err != nil || string(content) != "content" || !object.closed {
		t.Errorf("read %q, closed %t, %v", content, object.closed, err)
	}
}

// closing is S3 with one object, and its body.
type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Do(request *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: c, Request: request}, nil
}

func (c *closing) Close() error {
	c.closed = true
	return nil
}

// The largest records that synth accepts have some 200 MB for 16 cases, and more for
// more. Twenty seconds are too few to send them.
func TestTimeToSend(t *testing.T) {
	for size, want := range map[int64]time.Duration{2 << 10: requestTime, 200 << 20: requestTime + 50*time.Second} {
		if got := timeToSend(size); got != want {
			t.Errorf("%d bytes have %s, want %s", size, got, want)
		}
	}
}
