package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/store"
	"tally/test/faults"
)

// The first PUT is stored and its answer lost: the SDK's second one finds the
// object there. It is our own record, and must not become an error or a second one.
func TestLostAnswer(t *testing.T) {
	server := startS3(t)
	proxy := startProxy(t, server, faults.Put, 1, faults.Lost)
	stored, _, err := store.New(client(proxy.Endpoint, 3), bucket).Create(t.Context(), contract.Lines{AllRows: recordsOf(7, 1)})
	if err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff(recordsOf(7, 1), stored.Records); difference != "" {
		t.Errorf("records (-want +got):\n%s", difference)
	}
}

func TestConflict(t *testing.T) {
	t.Run("passes", func(t *testing.T) {
		server := startS3(t)
		proxy := startProxy(t, server, faults.Put, 2, faults.Conflict)
		create(t, store.New(client(proxy.Endpoint, 1), bucket), recordsOf(7, 1), true)
	})
	t.Run("stays", func(t *testing.T) {
		server := startS3(t)
		proxy := startProxy(t, server, faults.Put, always, faults.Conflict)
		_, _, err := store.New(client(proxy.Endpoint, 1), bucket).Create(t.Context(), contract.Lines{AllRows: recordsOf(7, 1)})
		if err == nil || !strings.Contains(err.Error(), "ConditionalRequestConflict") {
			t.Errorf("got %v, want the conflict", err)
		}
		if len(proxy.requests) != 5 {
			t.Errorf("%d requests, want 5: %v", len(proxy.requests), proxy.requests)
		}
	})
	t.Run("outlasts the invocation", func(t *testing.T) {
		server := startS3(t)
		proxy := startProxy(t, server, faults.Put, always, faults.Conflict)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		_, _, err := store.New(client(proxy.Endpoint, 1), bucket).Create(ctx, contract.Lines{AllRows: recordsOf(7, 1)})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the deadline", err)
		}
	})
}

func TestUnavailable(t *testing.T) {
	server := startS3(t)
	proxy := startProxy(t, server, faults.Put, always, faults.SlowDown)
	_, _, err := store.New(client(proxy.Endpoint, 1), bucket).Create(t.Context(), contract.Lines{AllRows: recordsOf(7, 1)})
	if err == nil || !strings.Contains(err.Error(), "SlowDown") || !strings.Contains(err.Error(), "put s3://results/counts/") {
		t.Errorf("got %v, want SlowDown with the step", err)
	}
	if keys, err := server.Keys(bucket); err != nil || len(keys) != 0 {
		t.Errorf("the bucket holds %v (%v), want nothing", keys, err)
	}
}

// Asking for an object that is not there needs rights on the whole bucket; the
// function may list its own prefix only.
func TestLooksByListing(t *testing.T) {
	server := startS3(t)
	proxy := startProxy(t, server, faults.Put, 0, nil)
	if _, _, err := store.New(client(proxy.Endpoint, 1), bucket).Latest(t.Context(), "daily-scans", slot); err != nil {
		t.Fatal(err)
	}
	want := faults.Request{Kind: faults.List, Bucket: bucket, Key: "counts/date=2022-04-07/daily-scans-20220407T1455Z.rev", N: 1}
	if difference := cmp.Diff([]faults.Request{want}, proxy.requests); difference != "" {
		t.Errorf("requests (-want +got):\n%s", difference)
	}
}
