package s3source_test

import (
	"bytes"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// CSV without quotes has no record that could be without an end: an object of any
// size is read, whatever its lines together are.
func TestManyLines(t *testing.T) {
	for _, quotes := range []string{"strict", "lenient", "none"} {
		b := startS3(t).bucket(t)
		b.put(t, "x/a.csv", []byte("id,s\n"+strings.Repeat("1,abcdefghij\n", 500_000)))
		got := counts(b.mustCount(t, "    source: {bucket: logs, prefix: x/, format: csv, csv: {quotes: "+quotes+"}}\n    cases: {a: s == \"abcdefghij\"}\n"))
		if got["a"] != 500_000 || got["total"] != 500_000 {
			t.Errorf("quotes: %s: counted %v, want 500,000", quotes, got)
		}
	}
}

// S3 may list a page without a key and still have more; then its token leads on.
func TestEmptyPage(t *testing.T) {
	b := startS3(t).bucket(t)
	for i := range 10 {
		b.put(t, fmt.Sprint("x/", i), nil)
	}
	var asked atomic.Int64
	front := b.behind(t, func(w http.ResponseWriter, r *http.Request, forward func(http.ResponseWriter)) bool {
		query := r.URL.Query()
		if token := query.Get("continuation-token"); token == "more" {
			query.Del("continuation-token")
			r.URL.RawQuery = query.Encode()
		}
		if asked.Add(1) > 1 {
			return false
		}
		w.Header().Set("Content-Type", "application/xml")
		fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>`+b.name+`</Name><Prefix>x/</Prefix><KeyCount>0</KeyCount><IsTruncated>true</IsTruncated><NextContinuationToken>more</NextContinuationToken></ListBucketResult>`)
		return true
	})
	got := counts(front.mustCount(t, "    source: {bucket: logs, prefix: x/}\n    cases: {all: size == 0}\n"))
	if got["total"] != 10 {
		t.Errorf("counted %d objects, want 10", got["total"])
	}
}

// A listing of hundreds of pages must survive that one breaks off.
func TestBrokenPage(t *testing.T) {
	b := startS3(t).bucket(t)
	b.put(t, "x/1", nil)
	var asked atomic.Int64
	front := b.behind(t, func(w http.ResponseWriter, _ *http.Request, _ func(http.ResponseWriter)) bool {
		if asked.Add(1) > 1 {
			return false
		}
		w.Header().Set("Content-Length", "5000")
		fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult>`)
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	result, err := front.source(3).Count(t.Context(), queryOf(t, "    source: {bucket: logs, prefix: x/}\n    cases: {all: size == 0}\n"))
	if err != nil || counts(result)["total"] != 1 {
		t.Errorf("got %v, %v; want the object, with a second request", counts(result), err)
	}
}

// A column of which no record has anything is a misspelt one. Where some have it,
// the others are in no window.
func TestWindowColumn(t *testing.T) {
	const day = "    window: {span: previous-day, column: at}\n    cases: {a: x == \"1\"}\n"
	for _, test := range []struct {
		name, format, content string
		total                 int64
		want                  string // of the error
	}{
		{"misspelt", "jsonl", `{"aat":"2026-11-25T01:00:00Z"}` + "\n{}\n", 0, "window.column at: none of the 2 records has it"},
		{"sometimes null", "jsonl", `{"at":"2026-11-25T01:00:00Z"}` + "\n{\"at\":null}\n{}\n", 1, ""},
		{"no records", "jsonl", "\n", 0, ""},
		{"sometimes empty", "csv", "at,x\n,1\n2026-11-25T01:00:00Z,1\n", 1, ""},
	} {
		b := startS3(t).bucket(t)
		b.put(t, "x/a", []byte(test.content))
		result, err := b.count(t, "    source: {bucket: logs, prefix: x/, format: "+test.format+"}\n"+day)
		if test.want != "" {
			wantError(t, err, true, test.want)
		} else if err != nil || counts(result)["total"] != test.total {
			t.Errorf("%s: got %v, %v; want %d", test.name, counts(result), err, test.total)
		}
	}
	b := startS3(t).bucket(t)
	b.put(t, "x/a", []byte("at\nNaN\n"))
	_, err := b.count(t, "    source: {bucket: logs, prefix: x/, format: csv}\n    window: {span: previous-day, column: at, column_type: epoch_seconds}\n    cases: {a: at == \"1\"}\n")
	wantError(t, err, true, "line 2: the window's column is no number of epoch_seconds")
}

// Nothing is not a broken archive.
func TestEmptyObjects(t *testing.T) {
	b := startS3(t).bucket(t)
	for _, key := range []string{"x/a.gz", "x/b.zst", "x/c"} {
		b.put(t, key, nil)
	}
	if got := counts(b.mustCount(t, "    source: {bucket: logs, prefix: x/, format: jsonl}\n    cases: {a: a == 1}\n")); got["total"] != 0 {
		t.Errorf("counted %v", got)
	}
}

// What S3 says of an object's encryption comes back until somebody mends it.
func TestKeys(t *testing.T) {
	for code, skipped := range map[string]bool{"KMS.DisabledException": false, "KMS.NotFoundException": false, "InvalidRequest": true} {
		b := startS3(t).bucket(t)
		b.put(t, "x/1", []byte("{}"))
		front := b.behind(t, func(w http.ResponseWriter, r *http.Request, _ func(http.ResponseWriter)) bool {
			if isGet(r) {
				answer(w, http.StatusBadRequest, code)
			}
			return isGet(r)
		})
		result, err := front.count(t, "    source: {bucket: logs, prefix: x/, format: jsonl, on_error: skip}\n    cases: {all: a == 1}\n")
		if skipped {
			if err != nil || result.Skipped != 1 {
				t.Errorf("%s: got %v, %v; want one object skipped", code, result, err)
			}
			continue
		}
		wantError(t, err, true, code)
	}
}

// Distinct values are in memory for one object that is read, and then once more: the
// function must not be killed for it.
func TestDistinctMemory(t *testing.T) {
	const values, limit = 400_000, 90 << 20
	b := startS3(t).bucket(t)
	var lines bytes.Buffer
	for i := range values {
		fmt.Fprintf(&lines, "{\"id\":%d}\n", i)
	}
	for i := range 8 {
		b.put(t, fmt.Sprintf("x/%d.jsonl.gz", i), gzipped(lines.Bytes()))
	}
	lines = bytes.Buffer{}
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	var peak atomic.Uint64
	stop := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
				runtime.ReadMemStats(&now)
				peak.Store(max(peak.Load(), now.HeapInuse))
			}
		}
	}()
	got := counts(b.mustCount(t, "    source: {bucket: logs, prefix: x/, format: jsonl}\n    distinct: id\n    cases: {a: id > 0}\n"))
	close(stop)
	<-stopped
	if difference := cmp.Diff(map[string]int64{"a": values - 1, "other": 1, "total": values}, got); difference != "" {
		t.Errorf("counts (-want +got):\n%s", difference)
	}
	if grown := peak.Load() - min(peak.Load(), before.HeapInuse); grown > limit {
		t.Errorf("the heap grew by %d MB, want at most %d", grown>>20, limit>>20)
	}
}

// Objects of many values are read one at a time, beside small ones, and each counts once.
func TestDistinctValuesOfLargeObjects(t *testing.T) {
	b := startS3(t).bucket(t)
	for object, values := range []int{150_000, 10, 150_000, 20, 150_000, 99_999} {
		var lines bytes.Buffer
		for i := range values {
			fmt.Fprintf(&lines, "{\"id\":%d,\"g\":%d}\n", i+object*1000, i%2)
		}
		b.put(t, fmt.Sprintf("x/%d.jsonl", object), lines.Bytes())
	}
	var reads atomic.Int64
	front := b.behind(t, func(_ http.ResponseWriter, r *http.Request, _ func(http.ResponseWriter)) bool {
		if strings.HasSuffix(r.URL.Path, ".jsonl") {
			reads.Add(1)
		}
		return false
	})
	got := counts(front.mustCount(t, "    source: {bucket: logs, prefix: x/, format: jsonl}\n    distinct: id\n    group_by: [g]\n    cases: {a: id >= 0}\n"), "g")
	// The last has 99,999 values, and those of its groups.
	if reads.Load() != 6+4 {
		t.Errorf("%d reads of 6 objects, of which 4 are large", reads.Load())
	}
	// 0 to 153,999: those of object 4 go the furthest.
	want := map[string]int64{"a": 154_000, "other": 0, "total": 154_000}
	for _, group := range []string{"0", "1"} {
		want["a "+group], want["other "+group], want["total "+group] = 77_000, 0, 77_000
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("counts (-want +got):\n%s", difference)
	}
}

// Too much of groups' values ends the run, not the function.
func TestTooLargeGroups(t *testing.T) {
	b := startS3(t).bucket(t)
	for i := range 3 {
		b.put(t, fmt.Sprintf("x/%d.jsonl", i), []byte(fmt.Sprintf("{\"g\":\"%d%s\"}\n", i, strings.Repeat("v", 3<<20))))
	}
	_, err := b.count(t, "    source: {bucket: logs, prefix: x/, format: jsonl}\n    group_by: [g]\n    cases: {a: g != \"\"}\n")
	wantError(t, err, true, "group_by g: the values of 3 groups take more than 8 MB; group by something shorter")
}

// A quote that nothing closes takes the rest of the object, which lenient quotes
// would let pass.
func TestOpenQuote(t *testing.T) {
	for _, test := range []struct {
		content string
		total   int64
		bad     bool
	}{
		{"id,s\n1,ok\n2,\"open\n3,ok\n", 0, true},
		{"id,s\n1,\"a\nb\"c\n2,ok\n3,ok", 0, true},
		{"id,s\n1,a \"b\" c\n2,\"two\nlines\"\n", 2, false},
		{"id,s\n1,\"two\nlines\"\n2,ok\n", 2, false},
	} {
		b := startS3(t).bucket(t)
		b.put(t, "x/a.csv", []byte(test.content))
		result, err := b.count(t, "    source: {bucket: logs, prefix: x/, format: csv, csv: {quotes: lenient}}\n    cases: {a: s == \"ok\"}\n")
		if test.bad {
			wantError(t, err, true, "/x/a.csv, line ")
		} else if err != nil || counts(result)["total"] != test.total {
			t.Errorf("%q: got %v, %v; want %d", test.content, counts(result), err, test.total)
		}
	}
}
