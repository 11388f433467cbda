package store_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tally/lambda/internal/store"
)

// An answer that is no listing says nothing about the slots: they are neither without
// a record, which would be counted again, nor missed.
func TestNoPage(t *testing.T) {
	for name, page := range map[string]string{
		"an empty body":    "",
		"HTML":             "<html><body>Please log in</body></html>",
		"other XML":        "<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>",
		"half a page":      "<ListBucketResult><Name>results</Name><Prefix>PREFIX</Prefix><IsTruncated>false</IsTruncated>",
		"more, but no way": "<ListBucketResult><Name>results</Name><Prefix>PREFIX</Prefix><IsTruncated>true</IsTruncated></ListBucketResult>",
		"another bucket":   "<ListBucketResult><Name>other</Name><Prefix>PREFIX</Prefix><IsTruncated>false</IsTruncated></ListBucketResult>",
		"another prefix":   "<ListBucketResult><Name>results</Name><Prefix>other/</Prefix><IsTruncated>false</IsTruncated></ListBucketResult>",
	} {
		front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(strings.ReplaceAll(page, "PREFIX", r.URL.Query().Get("prefix"))))
		}))
		defer front.Close()
		s := store.New(client(front.URL, 1), bucket)
		const want = "the answer is no page of the listing: it "
		if _, found, err := s.Latest(t.Context(), "daily-scans", slot); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: the latest record is found: %t, %v; want %q", name, found, err, want)
		}
		if err := s.Slots(t.Context(), slot, func(string, time.Time) {}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: the slots are listed with %v; want %q", name, err, want)
		}
	}
}
