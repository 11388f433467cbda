package store_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/store"
	"tally/test/faults"
)

// A read that fails once is no failure; one that always fails says why.
func TestReadsAgain(t *testing.T) {
	for _, test := range []struct {
		name  string
		fault faults.Fault
		want  string // in the error, if it lasts
	}{
		{"cut", faults.BreaksOff(500), "the object broke off: unexpected EOF"},
		{"denied", faults.Denied, "AccessDenied"},
		{"missing", faults.Refuse(http.StatusNotFound, "NoSuchKey"), "NoSuchKey"},
	} {
		for _, often := range []int{1, 2, always} {
			t.Run(test.name, func(t *testing.T) {
				server := startS3(t)
				create(t, store.New(client(server.Endpoint, 1), bucket), recordsOf(7, 1), true)
				proxy := startProxy(t, server, faults.Get, often, test.fault)
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
		silent faults.Kind
		want   string
	}{
		{faults.List, "list s3://results/counts/date=2022-04-07/"},
		{faults.Get, "read s3://results/counts/date=2022-04-07/"},
	} {
		proxy := startProxy(t, server, test.silent, always, faults.Silent)
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		_, _, err := store.New(client(proxy.Endpoint, 3), bucket).Latest(ctx, "daily-scans", slot)
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "no answer from S3 within ") {
			t.Errorf("%s: got %v", test.silent, err)
		}
		cancel()
	}
}
