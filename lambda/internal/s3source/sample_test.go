package s3source_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A check reads the first records of the window and warns of what is odd about them.
func TestCheckWarns(t *testing.T) {
	const at = `"at":"2026-11-25T01:00:00Z"`
	good := fmt.Sprintf("{\"status\":\"open\",%s}\n", at)
	csvJob := strings.Replace(checkedRecords, "format: jsonl", "format: csv", 1)
	for _, test := range []struct {
		name, job string
		objects   map[string]string
		want      []string
	}{
		{"good records", checkedRecords, map[string]string{"a.jsonl": good}, nil},
		{"an empty object", checkedRecords, map[string]string{"a.jsonl": "\n"}, nil},
		{"a field that no record has", checkedRecords, map[string]string{"a.jsonl": strings.ReplaceAll(good, "status", "state")},
			[]string{`cases.paid: none of the first 1 records has the field "status"; the nearest that they have is "state"`}},
		{"a field that another object has", checkedRecords, map[string]string{"a.jsonl": "{" + at + "}\n", "b.jsonl": good}, nil},
		{"a field that is null", checkedRecords, map[string]string{"a.jsonl": strings.ReplaceAll(good, `"open"`, "null")}, nil},
		{"gzip", checkedRecords, map[string]string{"a.jsonl.gz": string(gzipped([]byte(strings.ReplaceAll(good, "status", "state"))))},
			[]string{`cases.paid: none of the first 1 records has the field "status"; the nearest that they have is "state"`}},
		{"no times", checkedRecords, map[string]string{"a.jsonl": "{\"status\":\"open\",\"time\":1}\n"},
			[]string{`window.column: at: none of the 1 records has it; write the field with their time; the nearest that they have is "status"`}},
		{"local times", checkedRecords, map[string]string{"a.jsonl": strings.ReplaceAll(good, "Z", "")},
			[]string{"source: s3://BUCKET/orders/2026/11/25/a.jsonl, line 1: the window's column has no time zone; write column_timezone"}},
		{"seconds for milliseconds", strings.Replace(checkedRecords, "at}", "at, column_type: epoch_millis}", 1), map[string]string{"a.jsonl": "{\"status\":\"open\",\"at\":1795537800}\n"},
			[]string{"window.column: window.column at: as epoch_millis its values lie before 1990, and nothing would ever be counted; write column_type: epoch_seconds"}},
		{"records that are left out, counted once", strings.Replace(checkedRecords, `status == "paid"`, "status > 1 or state == 1", 1), map[string]string{"a.jsonl": strings.Repeat(good, 60), "b.jsonl": strings.Repeat(good, 60)},
			[]string{"source: s3://BUCKET/orders/2026/11/25/a.jsonl, line 1: cannot compute a text > a number", `cases.paid: none of the first 100 records has the field "state"; the nearest that they have is "status"`}},
		{"no JSON", checkedRecords, map[string]string{"a.jsonl": "a,b\n1,2\n" + good},
			[]string{"source: s3://BUCKET/orders/2026/11/25/a.jsonl, line 1: is no object of JSON"}},
		{"half a line at the end", checkedRecords, map[string]string{"a.jsonl": good + "{"},
			[]string{"source: s3://BUCKET/orders/2026/11/25/a.jsonl, line 2: JSON breaks off"}},
		{"no gzip", checkedRecords, map[string]string{"a.jsonl.gz": good},
			[]string{"source: s3://BUCKET/orders/2026/11/25/a.jsonl.gz: gzip: gzip: invalid header"}},
		{"a column that is not there", csvJob, map[string]string{"a.csv": "at,state\n2026-11-25T01:00:00Z,open\n"},
			[]string{`source: s3://BUCKET/orders/2026/11/25/a.csv, line 1: there is no column "status"; write "state"; there are "at", "state"`}},
		{"good CSV", csvJob, map[string]string{"a.csv": "at,status\n2026-11-25T01:00:00Z,open\n"}, nil},
		// What is behind the beginning is not read.
		{"the hundred and first record", checkedRecords, map[string]string{"a.jsonl": strings.Repeat("{"+at+"}\n", 100) + good},
			[]string{`cases.paid: none of the first 100 records has the field "status"; the nearest that they have is "at"`}},
		{"a record over the limit", checkedRecords, map[string]string{"a.jsonl": good + `{"filler":"` + strings.Repeat("x", 1<<20) + "\"}\n"}, nil},
		{"a long line", checkedRecords, map[string]string{"a.jsonl": `{"filler":"` + strings.Repeat("x", 1<<20) + "\"}\n"}, nil},
		{"a long gzip", checkedRecords, map[string]string{"a.jsonl.gz": string(gzipped([]byte(strings.Repeat(good, 1_000_000))))}, nil},
		{"a gzip over the limit", checkedRecords, map[string]string{"a.jsonl.gz": string(gzipped([]byte(good + random(1<<20))))}, nil},
		{"quotes over the limit", csvJob, map[string]string{"a.csv": "at,status\n2026-11-25T01:00:00Z,\"" + strings.Repeat("open\n", 1000) + "\"\n"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := startS3(t).bucket(t)
			for name, content := range test.objects {
				b.put(t, "orders/2026/11/25/"+name, []byte(content))
			}
			problems, err := b.source(1).Check(t.Context(), queryOf(t, test.job))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, problem := range problems {
				if !problem.Warning {
					t.Errorf("%v is no warning", problem)
				}
				got = append(got, strings.ReplaceAll(problem.Field+": "+problem.Err.Error(), b.name, "BUCKET"))
			}
			if difference := cmp.Diff(test.want, got); difference != "" {
				t.Errorf("warnings (- want, + got):\n%s", difference)
			}
		})
	}
}

// random is so much text that hardly compresses, on lines that are no records.
func random(size int) string {
	source := rand.New(rand.NewPCG(1, 2))
	text := make([]byte, size)
	for i := range text {
		text[i] = byte('!' + source.IntN(90))
	}
	return strings.Repeat("{\"status\":\"open\",\"at\":\"2026-11-25T01:00:00Z\"}\n", 100) + string(text)
}

// However much there is, a check asks for the beginning of a few objects.
func TestCheckIsShort(t *testing.T) {
	b := startS3(t).bucket(t)
	for i := range 50 {
		b.put(t, fmt.Sprintf("orders/2026/11/25/%02d.jsonl", i), []byte("{\"at\":\"2026-11-25T01:00:00Z\"}\n"))
	}
	var read atomic.Int32
	watched := b.behind(t, func(_ http.ResponseWriter, r *http.Request, _ func(http.ResponseWriter)) bool {
		if isGet(r) {
			read.Add(1)
			if r.Header.Get("Range") != "bytes=0-262143" {
				t.Errorf("asked for %q of %s", r.Header.Get("Range"), r.URL.Path)
			}
		}
		return false
	})
	problems, err := watched.source(1).Check(t.Context(), queryOf(t, checkedRecords))
	if err != nil || len(problems) != 1 || !strings.Contains(problems[0].Err.Error(), "none of the first 10 records has") {
		t.Errorf("got %v, %v", problems, err)
	}
	if read.Load() != 10 {
		t.Errorf("%d objects were read, want 10", read.Load())
	}
}
