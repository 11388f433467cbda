package store_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/store"
)

// cut sends half of an object and closes the connection.
func cut(w http.ResponseWriter, forward func(http.ResponseWriter)) {
	whole := httptest.NewRecorder()
	forward(whole)
	for name, values := range whole.Header() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(whole.Body.Len()))
	_, _ = w.Write(whole.Body.Bytes()[:whole.Body.Len()/2])
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// A read that fails once is no failure; one that always fails says why.
func TestReadsAgain(t *testing.T) {
	for _, test := range []struct {
		name  string
		fails func(w http.ResponseWriter, forward func(http.ResponseWriter))
		want  string // in the error, if it lasts
	}{
		{"cut", cut, "the object broke off: unexpected EOF"},
		{"denied", func(w http.ResponseWriter, _ func(http.ResponseWriter)) {
			answer(w, http.StatusForbidden, "AccessDenied")
		}, "AccessDenied"},
		{"missing", func(w http.ResponseWriter, _ func(http.ResponseWriter)) { answer(w, http.StatusNotFound, "NoSuchKey") }, "NoSuchKey"},
	} {
		for _, often := range []int{1, 2, 1000} {
			t.Run(test.name, func(t *testing.T) {
				server := startS3(t)
				create(t, store.New(client(server.Endpoint, 1), bucket), recordsOf(7, 1), true)
				proxy := startFaulty(t, server, isRead, func(n int, w http.ResponseWriter, forward func(http.ResponseWriter)) bool {
					if n <= often {
						test.fails(w, forward)
					}
					return n <= often
				})
				ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second) // endless tries fail soon
				defer cancel()
				got, ok, err := store.New(client(proxy.Endpoint, 1), bucket).Latest(ctx, "daily-scans", slot)
				if often < 3 {
					if difference := cmp.Diff(recordsOf(7, 1), got.Records); err != nil || !ok || difference != "" {
						t.Errorf("failed %d times: %v (- want, + got)\n%s", often, err, difference)
					}
				} else if err == nil || !strings.Contains(err.Error(), test.want) || errors.Is(err, count.ErrNoRecord) || len(proxy.requests) != 4 {
					t.Errorf("got %v after %d requests, want %s after a listing and 3 reads", err, len(proxy.requests), test.want)
				}
			})
		}
	}
}

// A record is known by its lines of all rows: those of groups, which may be thousands,
// are read on demand only.
func TestLatestReadsTheLinesOfAllRows(t *testing.T) {
	server := startS3(t)
	s := store.New(client(server.Endpoint, 1), bucket)
	lines := contract.Lines{AllRows: recordsOf(7, 1)}
	for _, clinic := range []string{"a", "b"} {
		lines.Groups = append(lines.Groups, contract.GroupCounts{Groups: contract.Groups{"clinic": &clinic}, Counts: []int64{1, 2, 3}})
	}
	created, _, err := s.Create(t.Context(), lines)
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.Read(t.Context(), created.Key)
	if difference := cmp.Diff(lines.Records(), all); err != nil || difference != "" {
		t.Errorf("read: %v (- want, + got)\n%s", err, difference)
	}
	object, err := server.Object(bucket, created.Key)
	if err == nil {
		err = server.Put(bucket, created.Key, append(object, "damaged"...))
	}
	if err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff(recordsOf(7, 1), latest(t, s).Records); difference != "" {
		t.Errorf("latest (- want, + got)\n%s", difference)
	}
	if _, err := s.Read(t.Context(), created.Key); !errors.Is(err, count.ErrNoRecord) {
		t.Errorf("got %v, want ErrNoRecord", err)
	}
}

// A server that takes a request and never answers does not use up the invocation.
func TestNoAnswer(t *testing.T) {
	server := startS3(t)
	create(t, store.New(client(server.Endpoint, 1), bucket), recordsOf(7, 1), true)
	for _, test := range []struct {
		name, want string
		silent     func(*http.Request) bool
	}{
		{"listing", "list s3://results/counts/date=2022-04-07/", func(*http.Request) bool { return true }},
		{"reading", "read s3://results/counts/date=2022-04-07/", isRead},
	} {
		done := make(chan struct{})
		proxy := startFaulty(t, server, test.silent, func(int, http.ResponseWriter, func(http.ResponseWriter)) bool {
			<-done
			return true
		})
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		_, _, err := store.New(client(proxy.Endpoint, 3), bucket).Latest(ctx, "daily-scans", slot)
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "no answer from S3 within ") {
			t.Errorf("%s: got %v", test.name, err)
		}
		cancel()
		close(done)
	}
}
