package s3source_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/internal/count"
)

func wantError(t *testing.T, err error, permanent bool, parts ...string) {
	t.Helper()
	var failure *count.Failure
	if !errors.As(err, &failure) || failure.Permanent != permanent {
		t.Errorf("got %v, want a failure, permanent %t", err, permanent)
		return
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("got %v\nwant %q in it", err, part)
		}
	}
}

// What cannot be read fails the run with where it is, or is skipped and counted.
// Beside it lies an object with two good records.
func testBadInput(t *testing.T, server server) {
	const good = "{\"a\":1}\n{\"a\":2}\n"
	huge := append([]byte(`{"a":"`), bytes.Repeat([]byte("x"), 100<<20)...)
	huge = append(huge, "\"}\n{\"a\":1}\n"...)
	for _, test := range []struct {
		name, key, format string
		content           []byte
		want              string
		counted, skipped  int64 // of this object
	}{
		{"broken line", "b", "jsonl", []byte("{\"a\":1}\n{\"a\":\n{\"a\":3}\n"), "/bad/b, line 2: JSON breaks off", 2, 1},
		{"half a line at the end", "b", "jsonl", []byte("{\"a\":1}\n{\"a\":2"), "/bad/b, line 2: JSON breaks off", 1, 1},
		{"array", "b", "jsonl", []byte("[{\"a\":1},{\"a\":2}]"), "/bad/b, line 1: is a JSON array; write format: json to count its elements", 0, 1},
		{"array over lines", "b", "jsonl", []byte("[\n{\"a\":1}\n]\n"), "/bad/b, line 1: is a JSON array", 1, 2},
		{"nested too deep", "b", "jsonl", []byte("{\"a\":1}\n{\"b\":" + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + "}\n"), "/bad/b, line 2: JSON is nested too deep: more than 10000 levels", 1, 1},
		{"another kind", "b", "jsonl", []byte("5\n{\"a\":1}\n"), "/bad/b, line 1: is no object of JSON", 1, 1},
		{"invalid UTF-8", "b", "jsonl", []byte("{\"a\":\"\xff\"}\n{\"a\":1}\n"), "/bad/b, line 1: is not UTF-8 text", 1, 1},
		{"100 MB in a line", "b", "jsonl", huge, "/bad/b, line 1: the record is longer than 4 MB", 1, 1},
		{"wrong type", "b", "jsonl", []byte("{\"a\":\"x\"}\n{\"a\":1}\n"), "/bad/b, line 1: cannot compute a text > a number", 1, 1},
		{"truncated gzip", "b.gz", "jsonl", gzipped(bytes.Repeat([]byte("{\"a\":1}\n"), 1000))[:60], "/bad/b.gz, line ", 0, 1},
		{"gzip with a wrong sum", "b.gz", "jsonl", damaged(gzipped([]byte("{\"a\":1}\n{\"a\":2}\n"))), "/bad/b.gz, line ", 0, 1},
		{"no gzip", "b.gz", "jsonl", []byte("{\"a\":1}\n"), "/bad/b.gz: gzip: ", 0, 1},
		{"truncated zstd", "b.zst", "jsonl", zipped(bytes.Repeat([]byte("{\"a\":1}\n"), 1000))[:20], "/bad/b.zst, line ", 0, 1},
		{"plain text", "b", "jsonl", []byte("a b c\n"), "/bad/b, line 1: is no object of JSON", 0, 1},
		{"field too many", "b", "csv", []byte("a\n1\n2,3\n4\n"), "/bad/b, line 3: has 2 fields, and there are 1 columns", 2, 1},
		{"field missing", "b", "csv", []byte("x,a\n1,2\n3\n"), "/bad/b, line 3: has 1 fields, and there are 2 columns", 1, 1},
		{"column missing", "b", "csv", []byte("b,c\n1,2\n"), `/bad/b, line 1: there is no column "a"`, 0, 1},
		{"column twice", "b", "csv", []byte("a,a\n1,2\n"), `/bad/b, line 1: there are two columns "a"`, 0, 1},
		{"invalid UTF-8 in CSV", "b", "csv", []byte("a\n\xff\n1\n"), "/bad/b, line 2: is not UTF-8 text", 1, 1},
		{"no number", "b", "csv", []byte("a\nx\n1\n"), "/bad/b, line 2: cannot compute int(a) (1:1)", 1, 1},
		{"bare quote", "b", "csv", []byte("a\nx\"y\n1\n"), "/bad/b, line 2: bare \" in non-quoted-field", 1, 1},
		{"open quote", "b", "csv", []byte("a\n1\n\"2\n3\n4\n"), "/bad/b, line 3: extraneous or missing \" in quoted-field", 0, 1},
		{"open quote before 10 MB", "b", "csv", []byte("a\n1\n\"" + strings.Repeat("2\n", 5<<20)), "/bad/b, line 3: the record is longer than 4 MB", 0, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := server.bucket(t)
			b.put(t, "bad/"+test.key, test.content)
			value, goodText := "a", good
			if test.format == "csv" {
				value, goodText = "int(a)", "a\n1\n2\n"
			}
			b.put(t, "bad/good", []byte(goodText))
			text := "    source: {bucket: logs, prefix: bad/, format: " + test.format + "}\n    cases: {any: " + value + " > 0}\n"
			_, err := b.count(t, text)
			wantError(t, err, true, test.want, b.name)
			result, err := b.count(t, strings.Replace(text, "}\n", ", on_error: skip}\n", 1))
			if err != nil {
				t.Fatal(err)
			}
			if got := counts(result)["any"]; got != 2+test.counted || result.Skipped != test.skipped {
				t.Errorf("%d counted and %d skipped, want %d and %d", got, result.Skipped, 2+test.counted, test.skipped)
			}
		})
	}
}

// damaged changes the checksum at the end.
func damaged(content []byte) []byte {
	content = bytes.Clone(content)
	content[len(content)-6] ^= 1
	return content
}

func testMissingBucket(t *testing.T, server server) {
	for _, format := range []string{"", ", format: jsonl"} {
		_, err := bucket{server, "bucket-nobody-made"}.count(t, "    source: {bucket: logs, prefix: x/"+format+"}\n    cases: {a: \"true\"}\n")
		wantError(t, err, true, "bucket logs", "there is no such bucket", "bucket-nobody-made")
	}
	query := queryOf(t, "    source: {bucket: other, prefix: x/}\n    cases: {a: \"true\"}\n")
	_, err := bucket{server, "any"}.source(1).Count(t.Context(), query)
	wantError(t, err, true, "bucket other: the environment has no bucket of that key")
}

// An object that is replaced between the listing and its reading counts as it is
// now, and one that goes away does not count.
func testChanged(t *testing.T, server server) {
	b := server.bucket(t)
	b.put(t, "c/a", []byte("{\"v\":1}\n"))
	b.put(t, "c/gone", []byte("{\"v\":1}\n"))
	b.put(t, "c/stays", []byte("{\"v\":1}\n"))
	var changes atomic.Int32
	changing := b.behind(t, func(w http.ResponseWriter, r *http.Request, forward func(http.ResponseWriter)) bool {
		if isGet(r) && strings.HasSuffix(r.URL.Path, "/a") && changes.Add(1) == 1 {
			b.put(t, "c/a", []byte("{\"v\":2}\n{\"v\":2}\n"))
		}
		if isGet(r) && strings.HasSuffix(r.URL.Path, "/gone") {
			b.delete(t, "c/gone")
		}
		return false
	})
	text := "    source: {bucket: logs, prefix: c/, format: jsonl}\n    cases: {old: v == 1, new: v == 2}\n"
	if difference := cmp.Diff(map[string]int64{"old": 1, "new": 2, "other": 0, "total": 3}, counts(changing.mustCount(t, text))); difference != "" {
		t.Errorf("(-want +got):\n%s", difference)
	}
	always := b.behind(t, func(w http.ResponseWriter, r *http.Request, forward func(http.ResponseWriter)) bool {
		if isGet(r) && strings.HasSuffix(r.URL.Path, "/a") {
			b.put(t, "c/a", fmt.Appendf(nil, "{\"v\":%d}\n", changes.Add(1)))
		}
		return false
	})
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second) // endless tries fail soon
	defer cancel()
	_, err := always.source(2).Count(ctx, queryOf(t, text))
	wantError(t, err, false, "changes all the time")
}

// A connection that breaks in the middle of an object: its records are counted once.
func testReset(t *testing.T, server server) {
	b := server.bucket(t)
	const records = 50_000
	b.put(t, "r/a", bytes.Repeat([]byte("{\"v\":1,\"filler\":\"xxxxxxxxxxxxxxxxxxxx\"}\n"), records))
	text := "    source: {bucket: logs, prefix: r/, format: jsonl}\n    cases: {one: v == 1}\n"
	var gets atomic.Int32
	breaking := func(times int32) bucket {
		gets.Store(0)
		return b.behind(t, func(w http.ResponseWriter, r *http.Request, forward func(http.ResponseWriter)) bool {
			if !isGet(r) || gets.Add(1) > times {
				return false
			}
			forward(&breaksOff{ResponseWriter: w, left: 900_000})
			return true
		})
	}
	if got := counts(breaking(2).mustCount(t, text))["one"]; got != records {
		t.Errorf("%d records, want %d", got, records)
	}
	_, err := breaking(1000).count(t, text)
	wantError(t, err, false, "could not be read to its end", "/r/a")
}

// breaksOff closes the connection after some bytes.
type breaksOff struct {
	http.ResponseWriter
	left int
}

func (b *breaksOff) Write(content []byte) (int, error) {
	if b.left -= len(content); b.left < 0 {
		panic(http.ErrAbortHandler)
	}
	return b.ResponseWriter.Write(content)
}

// S3's answers, and whether another try may help.
func TestAnswers(t *testing.T) {
	b := startS3(t).bucket(t)
	b.put(t, "x/a", []byte("{\"v\":1}\n"))
	const objects, records = "    source: {bucket: logs, prefix: x/}\n    cases: {a: \"true\"}\n", "    source: {bucket: logs, prefix: x/, format: jsonl}\n    cases: {a: v == 1}\n"
	for _, test := range []struct {
		name, text string
		get        bool // only objects are answered so
		status     int
		code       string
		permanent  bool
		want       string
	}{
		{"may not list", objects, false, 403, "AccessDenied", true, "access is denied"},
		{"may not read", records, true, 403, "AccessDenied", true, "access is denied"},
		{"another region", objects, false, 301, "PermanentRedirect", true, "the bucket is in another region"},
		{"another region, newer", objects, false, 400, "AuthorizationHeaderMalformed", true, "the bucket is in another region"},
		{"archived", records, true, 403, "InvalidObjectState", true, "x/a: the object is archived (Glacier)"},
		{"busy", objects, false, 503, "SlowDown", false, "SlowDown"},
		{"busy with objects", records, true, 503, "SlowDown", false, "SlowDown"},
		{"broken", records, true, 500, "InternalError", false, "InternalError"},
	} {
		t.Run(test.name, func(t *testing.T) {
			answering := b.behind(t, func(w http.ResponseWriter, r *http.Request, _ func(http.ResponseWriter)) bool {
				if isGet(r) != test.get {
					return false
				}
				answer(w, test.status, test.code)
				return true
			})
			_, err := answering.count(t, test.text)
			wantError(t, err, test.permanent, test.want, "bucket logs", b.name)
		})
	}
	archived := b.behind(t, func(w http.ResponseWriter, r *http.Request, _ func(http.ResponseWriter)) bool {
		if isGet(r) {
			answer(w, 403, "InvalidObjectState")
		}
		return isGet(r)
	})
	result := archived.mustCount(t, strings.Replace(records, "}\n", ", on_error: skip}\n", 1))
	if result.Skipped != 1 || counts(result)["total"] != 0 {
		t.Errorf("skipped %d, counts %v", result.Skipped, counts(result))
	}
}

// S3 denies a request for a missing key to those who may not list the whole bucket:
// an object that went away since it was listed must not look like a lack of rights.
func TestGoneWithoutRights(t *testing.T) {
	b := startS3(t).bucket(t)
	b.put(t, "x/gone", []byte("{\"v\":1}\n"))
	b.put(t, "x/stays", []byte("{\"v\":1}\n"))
	denying := b.behind(t, func(w http.ResponseWriter, r *http.Request, _ func(http.ResponseWriter)) bool {
		if !isGet(r) || !strings.HasSuffix(r.URL.Path, "/gone") {
			return false
		}
		b.delete(t, "x/gone")
		answer(w, 403, "AccessDenied")
		return true
	})
	if got := counts(denying.mustCount(t, "    source: {bucket: logs, prefix: x/, format: jsonl}\n    cases: {a: v == 1}\n")); got["a"] != 1 || got["total"] != 1 {
		t.Errorf("got %v", got)
	}
}

// S3 that is busy for a moment is asked again.
func TestBusyForAMoment(t *testing.T) {
	b := startS3(t).bucket(t)
	b.put(t, "x/a", []byte("{\"v\":1}\n"))
	var requests atomic.Int32
	busy := b.behind(t, func(w http.ResponseWriter, r *http.Request, _ func(http.ResponseWriter)) bool {
		if requests.Add(1)%2 == 1 {
			answer(w, 503, "SlowDown")
			return true
		}
		return false
	})
	if got := counts(busy.mustCount(t, "    source: {bucket: logs, prefix: x/, format: jsonl}\n    cases: {a: v == 1}\n")); got["a"] != 1 {
		t.Errorf("got %v", got)
	}
}

// A run that S3 holds up ends with the invocation, and may be tried again.
func TestSlow(t *testing.T) {
	b := startS3(t).bucket(t)
	b.put(t, "x/a", bytes.Repeat([]byte("{\"v\":1}\n"), 10_000))
	for _, objects := range []bool{false, true} {
		slow := b.behind(t, func(w http.ResponseWriter, r *http.Request, forward func(http.ResponseWriter)) bool {
			if isGet(r) == objects {
				<-r.Context().Done()
				return true
			}
			return false
		})
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		begun := time.Now()
		_, err := slow.source(1).Count(ctx, queryOf(t, "    source: {bucket: logs, prefix: x/, format: jsonl}\n    cases: {a: v == 1}\n"))
		wantError(t, err, false)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the deadline", err)
		}
		if took := time.Since(begun); took > 5*time.Second {
			t.Errorf("took %s", took)
		}
	}
}

// A request for a single key, which only helps to list side by side, may fail like any other:
// then the run fails at once.
func TestProbesThatFail(t *testing.T) {
	b := startS3(t).bucket(t)
	for i := range 60 {
		b.put(t, fmt.Sprintf("p/%02d", i), nil)
	}
	var probes atomic.Int32
	denying := b.behind(t, func(w http.ResponseWriter, r *http.Request, _ func(http.ResponseWriter)) bool {
		if r.URL.Query().Get("max-keys") != "1" {
			return false
		}
		probes.Add(1)
		answer(w, 403, "AccessDenied")
		return true
	})
	if listed, err := listAll(t.Context(), denying, 7, "p/"); err == nil || !strings.Contains(err.Error(), "AccessDenied") || probes.Load() == 0 {
		t.Errorf("after %d probes: %d keys, %v", probes.Load(), len(listed), err)
	}
}
