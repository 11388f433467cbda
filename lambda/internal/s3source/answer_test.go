package s3source_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

// noPages are answers to a request for a listing that are none, though their status
// is 200. Package listing knows more of them.
var noPages = map[string]string{
	"an empty body":     "",
	"HTML":              "<!DOCTYPE html><html><body>Please log in</body></html>",
	"other XML":         "<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>",
	"half a page":       "<ListBucketResult><Name>BUCKET</Name><Prefix>x/</Prefix><IsTruncated>false</IsTruncated>",
	"nothing in a page": "<ListBucketResult/>",
	"more, but no way":  "<ListBucketResult><Name>BUCKET</Name><Prefix>x/</Prefix><KeyCount>0</KeyCount><IsTruncated>true</IsTruncated></ListBucketResult>",
	"another bucket":    "<ListBucketResult><Name>other</Name><Prefix>x/</Prefix><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>",
	"another prefix":    "<ListBucketResult><Name>BUCKET</Name><Prefix>y/</Prefix><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>",
}

// An answer that is no listing is no empty bucket: the run fails, and may be tried
// again. Once S3 answers again, the run counts.
func TestNoPage(t *testing.T) {
	b := startS3(t).bucket(t)
	b.put(t, "x/a", []byte("{\"v\":1}\n"))
	for name, page := range noPages {
		for _, source := range []string{"", ", on_error: skip", ", format: jsonl", ", format: jsonl, on_error: skip"} {
			t.Run(name+source, func(t *testing.T) {
				text := "    source: {bucket: logs, prefix: x/" + source + "}\n    cases: {a: \"true\"}\n"
				var asked atomic.Int32
				wrong := func(times int32) bucket {
					asked.Store(0)
					return b.behind(t, func(w http.ResponseWriter, r *http.Request, _ func(http.ResponseWriter)) bool {
						if isGet(r) || asked.Add(1) > times {
							return false
						}
						w.Header().Set("Content-Type", "application/xml")
						fmt.Fprint(w, strings.ReplaceAll(page, "BUCKET", b.name))
						return true
					})
				}
				_, err := wrong(1000).source(1).Count(t.Context(), queryOf(t, text))
				wantError(t, err, false, "the answer is no page of the listing: it ")
				if _, err := wrong(1000).source(1).Check(t.Context(), queryOf(t, text)); err == nil {
					t.Error("the check says nothing")
				}
				if got := counts(wrong(1).mustCount(t, text)); got["a"] != 1 {
					t.Errorf("counted %v after another try, want the object", got)
				}
			})
		}
	}
}

// A server that lists the same keys again, whatever it is asked for, neither counts them
// twice nor keeps the run listing until its time is over.
func TestSamePageAgain(t *testing.T) {
	b := startS3(t).bucket(t)
	const object = "<Contents><Key>x/%s</Key><LastModified>2026-11-25T01:02:03.000Z</LastModified><Size>8</Size></Contents>"
	for name, keys := range map[string][2]string{"a page for ever": {"a", "b"}, "a key twice": {"a", "a"}, "keys in another order": {"b", "a"}} {
		for _, source := range []string{"", ", format: jsonl"} {
			t.Run(name+source, func(t *testing.T) {
				var asked atomic.Int32
				again := b.behind(t, func(w http.ResponseWriter, r *http.Request, _ func(http.ResponseWriter)) bool {
					if isGet(r) || r.URL.Query().Get("prefix") != "x/" { // a slow listing is divided
						return false
					}
					more := name == "a page for ever" && asked.Add(1) < 100
					fmt.Fprintf(w, "<ListBucketResult><Name>%s</Name><Prefix>x/</Prefix><KeyCount>2</KeyCount><IsTruncated>%t</IsTruncated><NextContinuationToken>t</NextContinuationToken>%s%s</ListBucketResult>",
						b.name, more, fmt.Sprintf(object, keys[0]), fmt.Sprintf(object, keys[1]))
					return true
				})
				_, err := again.count(t, "    source: {bucket: logs, prefix: x/"+source+"}\n    cases: {a: \"true\"}\n")
				wantError(t, err, false, "its keys are not in order, or were listed before")
			})
		}
	}
}

// An answer to a request for an object that is not the object counts nothing, and is
// no fault of the object: the object is asked for again.
func TestNoObject(t *testing.T) {
	b := startS3(t).bucket(t)
	b.put(t, "x/a", []byte("{\"v\":1}\n{\"v\":1}\n"))
	etag := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", r.Header.Get("If-Match"))
	}
	for name, answer := range map[string]func(http.ResponseWriter, *http.Request){
		"an empty body":         func(http.ResponseWriter, *http.Request) {},
		"HTML":                  func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html><body/></html>") },
		"an error":              func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, "InternalError") },
		"other records":         func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{\"v\":2}\n{\"v\":2}\n") },
		"nothing of the object": etag,
		"no content":            func(w http.ResponseWriter, r *http.Request) { etag(w, r); w.WriteHeader(http.StatusNoContent) },
		"half of the object":    func(w http.ResponseWriter, r *http.Request) { etag(w, r); fmt.Fprint(w, "{\"v\":1}\n") },
		"half of it, no length": func(w http.ResponseWriter, r *http.Request) {
			etag(w, r)
			fmt.Fprint(w, "{\"v\":1}\n")
			w.(http.Flusher).Flush()
		},
		"more than the object": func(w http.ResponseWriter, r *http.Request) {
			etag(w, r)
			w.(http.Flusher).Flush()
			fmt.Fprint(w, strings.Repeat("{\"v\":1}\n", 3))
		},
	} {
		for _, skip := range []string{"", ", on_error: skip"} {
			t.Run(name+skip, func(t *testing.T) {
				t.Parallel() // there are pauses between tries
				text := "    source: {bucket: logs, prefix: x/, format: jsonl" + skip + "}\n    cases: {a: v == 1}\n"
				var asked atomic.Int32
				wrong := func(times int32) bucket {
					asked.Store(0)
					return b.behind(t, func(w http.ResponseWriter, r *http.Request, _ func(http.ResponseWriter)) bool {
						if !isGet(r) || asked.Add(1) > times {
							return false
						}
						answer(w, r)
						return true
					})
				}
				if skip != "" {
					_, err := wrong(1000).count(t, text)
					wantError(t, err, false, "/x/a: the object could not be read to its end")
				}
				if result := wrong(1).mustCount(t, text); counts(result)["a"] != 2 || result.Skipped != 0 {
					t.Errorf("counted %v and skipped %d after another try, want the object's 2 records", counts(result), result.Skipped)
				}
			})
		}
	}
}
