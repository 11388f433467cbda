package s3source_test

import (
	"net/http"
	"strings"
	"testing"

	"tally/lambda/internal/count"
)

const checkedRecords = `    source: {bucket: logs, prefix: "orders/{yyyy}/{MM}/{dd}/", format: jsonl}
    window: {span: previous-day, column: at}
    cases: {paid: status == "paid"}
`

// A check looks where the slot would be counted, and counts nothing.
func testCheck(t *testing.T, server server) {
	b := server.bucket(t)
	check := func(b bucket, text string) ([]count.Problem, error) {
		return b.source(1).Check(t.Context(), queryOf(t, text))
	}
	for _, text := range []string{checkedRecords, "    source: {bucket: logs, prefix: orders/}\n    cases: {a: \"true\"}\n"} {
		if problems, err := check(b, text); err != nil || len(problems) > 0 {
			t.Errorf("an empty bucket: %v, %v", problems, err)
		}
	}
	b.put(t, "orders/2026/11/25/", nil)
	b.put(t, "orders/2026/11/25/a.jsonl", []byte("{\"status\":\"open\",\"at\":\"2026-11-25T01:00:00Z\"}"))
	b.put(t, "orders/2026/11/24/a.jsonl", []byte("{}"))
	var listed, read []string
	watched := b.behind(t, func(_ http.ResponseWriter, r *http.Request, _ func(http.ResponseWriter)) bool {
		if isGet(r) {
			read = append(read, r.URL.Path+" "+r.Header.Get("Range"))
		} else {
			listed = append(listed, r.URL.Query().Get("prefix"))
		}
		return false
	})
	if problems, err := check(watched, checkedRecords); err != nil || len(problems) > 0 {
		t.Errorf("good records: %v, %v", problems, err)
	}
	if strings.Join(listed, " ") != "orders/2026/11/25/" || strings.Join(read, " ") != "/"+b.name+"/orders/2026/11/25/a.jsonl bytes=0-262143" {
		t.Errorf("listed %q and read %q", listed, read)
	}
	refused := func(status int, code string, get bool) bucket {
		return b.behind(t, func(w http.ResponseWriter, r *http.Request, _ func(http.ResponseWriter)) bool {
			if isGet(r) == get {
				answer(w, status, code)
			}
			return isGet(r) == get
		})
	}
	for _, test := range []struct {
		name string
		b    bucket
		text string
		want string // empty: nothing is wrong
	}{
		{"missing bucket", bucket{server, "bucket-nobody-made"}, checkedRecords, "there is no such bucket"},
		{"unknown key", b, strings.Replace(checkedRecords, "logs", "other", 1), "the environment has no bucket of that key"},
		{"another region", refused(http.StatusMovedPermanently, "PermanentRedirect", false), checkedRecords, "the bucket is in another region"},
		{"listing denied", refused(http.StatusForbidden, "AccessDenied", false), checkedRecords, "access is denied"},
		{"reading denied", refused(http.StatusForbidden, "AccessDenied", true), checkedRecords, "a.jsonl"},
		{"archived", refused(http.StatusForbidden, "InvalidObjectState", true), checkedRecords, "archived"},
		{"archived, and skipped", refused(http.StatusForbidden, "InvalidObjectState", true), strings.Replace(checkedRecords, "jsonl}", "jsonl, on_error: skip}", 1), ""},
		{"went away", refused(http.StatusNotFound, "NoSuchKey", true), checkedRecords, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			problems, err := check(test.b, test.text)
			switch {
			case err != nil:
				t.Error(err)
			case test.want == "" && len(problems) > 0:
				t.Errorf("got %v, want nothing", problems)
			case test.want != "" && (len(problems) != 1 || problems[0].Field != "source" || !strings.Contains(problems[0].Err.Error(), test.want)):
				t.Errorf("got %v, want %s", problems, test.want)
			}
		})
	}
	if problems, err := check(refused(http.StatusServiceUnavailable, "SlowDown", false), checkedRecords); err == nil || count.IsPermanent(err) {
		t.Errorf("overload: got %v, %v; want a transient error", problems, err)
	}
}
