package s3source_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What is wrong with the job is never skipped: no record, or no object, fits.
func TestSkipNeverSkipsTheJob(t *testing.T) {
	const wantRecords = "; that fails wherever it is tried, and on_error: skip leaves out single records only"
	jsonl := func(rest string) string {
		return "    source: {bucket: logs, prefix: x/, format: jsonl, on_error: skip}\n" + rest
	}
	csv := func(rest string) string { return strings.Replace(jsonl(rest), "jsonl", "csv", 1) }
	day := func(rest string) string {
		return "    window: {span: previous-day, column: at" + rest + "}\n    cases: {any: \"true\"}\n"
	}
	const good, local = `{"at":"2026-11-25T01:00:00Z"}` + "\n", `{"at":"2026-11-25T01:00:00"}` + "\n"
	for _, test := range []struct {
		name, job string
		objects   []string
		want      string // the error; empty if the run goes on
		skipped   int64
	}{
		{"a column that no object has", csv("    cases: {paid: statsu == \"paid\"}\n"), []string{"id,status\n1,paid\n", "id,status\n2,open\n"},
			`, line 1: there is no column "statsu"; write "status"; there are "id", "status"; no object has it, and on_error: skip leaves out single objects only`, 0},
		{"a text without quotes", csv("    cases: {paid: status == paid}\n"), []string{"id,status\n1,paid\n"},
			`, line 1: there is no column "paid"; there are "id", "status"; a text is written in quotes: "paid"; no object has it`, 0},
		{"a column that one object lacks", csv("    cases: {paid: status == \"paid\"}\n"), []string{"id,status\n1,paid\n", "id\n2\n"}, "", 1},
		{"a column of the window", csv(day("")), []string{"time\n2026-11-25T01:00:00Z\n"}, `there is no column "at"; there are "time"; no object has it`, 0},
		{"two columns everywhere", csv("    cases: {a: a == \"1\"}\n"), []string{"a,a\n1,2\n"}, `there are two columns "a"; no object has it`, 0},
		{"columns that the file does not have", strings.Replace(csv("    cases: {a: a == \"1\"}\n"), "csv,", "csv, csv: {header: false, columns: [a, b]},", 1), []string{"1;2\n3;4\n"},
			"line 1: has 1 fields, and there are 2 columns" + wantRecords + "; write csv.columns and csv.delimiter as they are", 0},
		{"a line of other columns", strings.Replace(csv("    cases: {a: a == \"1\"}\n"), "csv,", "csv, csv: {header: false, columns: [a, b]},", 1), []string{"1;2\n3,4\n"}, "", 1},

		{"no zone", jsonl(day("")), []string{local, local}, "line 1: the window's column has no time zone; write column_timezone", 0},
		{"no zone of one record", jsonl(day("")), []string{good + local}, "line 2: the window's column has no time zone; write column_timezone", 0},
		{"numbers without a type", jsonl(day("")), []string{"{\"at\":1}\n{\"at\":2}\n"}, "write column_type: epoch_seconds or epoch_millis for numbers" + wantRecords, 0},
		{"a number without a type", jsonl(day("")), []string{"{\"at\":1}\n" + good}, "", 1},
		{"times of another type", jsonl(day(", column_type: epoch_seconds")), []string{good}, "the window's column is no number of epoch_seconds" + wantRecords, 0},
		{"times of CSV", csv(day(", column_type: epoch_millis")), []string{"at\n2026-11-25\n"}, "the window's column is no number of epoch_millis" + wantRecords, 0},
		{"no times", jsonl(day("")), []string{"{\"at\":\"yesterday\"}\n{}\n"}, "write column_format for another form" + wantRecords, 0},

		{"texts for numbers", jsonl("    cases: {large: amount > 5}\n"), []string{"{\"amount\":\"7\"}\n", "{\"amount\":\"8\"}\n"}, "cannot compute a text > a number" + wantRecords, 0},
		{"texts for numbers of some records", jsonl("    cases: {large: status == \"paid\" and amount > 5}\n"),
			[]string{"{\"status\":\"open\",\"amount\":\"7\"}\n{\"status\":\"paid\",\"amount\":\"8\"}\n"}, "line 2: cannot compute a text > a number" + wantRecords, 0},
		{"a text for a number", jsonl("    cases: {large: amount > 5}\n"), []string{"{\"amount\":\"7\"}\n{\"amount\":8}\n"}, "", 1},
		{"no number in CSV", csv("    cases: {large: int(amount) > 5}\n"), []string{"amount\nx\ny\n"}, "cannot compute int(amount) (1:1)" + wantRecords, 0},
		{"no number in CSV of some records", csv("    cases: {large: status == \"paid\" and int(amount) > 5}\n"), []string{"status,amount\nopen,1\npaid,7.5\npaid,8.5\n"}, "line 3: cannot compute int(amount) (1:22)" + wantRecords, 0},
		{"a number that is none in CSV", csv("    cases: {large: status == \"paid\" and int(amount) > 5}\n"), []string{"status,amount\nopen,1\npaid,7.5\n", "status,amount\npaid,8\n"}, "", 1},
		{"no number in group_by", csv("    cases: {a: \"true\"}\n    group_by: ['int(amount)']\n"), []string{"amount\nx\ny\n"}, "cannot compute int(amount) (1:1)" + wantRecords, 0},
		{"no number in distinct", csv("    cases: {a: \"true\"}\n    distinct: int(amount)\n"), []string{"amount\nx\ny\n"}, "cannot compute int(amount) (1:1)" + wantRecords, 0},
		{"a second case that fits none", csv("    cases: {a: int(b) > 5, c: int(d) > 5}\n"), []string{"b,d\nx,1\n1,x\n2,y\n"}, "cannot compute int(d) (1:1)" + wantRecords, 0},
		{"two fields of other types", jsonl("    cases: {a: b > c}\n"), []string{"{\"b\":1,\"c\":\"x\"}\n{\"b\":\"y\",\"c\":2}\n"}, "line 1: cannot compute a number > a text" + wantRecords, 0},
		{"two fields of other types in the second case", jsonl("    cases: {f: flag, a: b > c}\n"),
			[]string{"{\"flag\":1,\"b\":1,\"c\":2}\n{\"flag\":true,\"b\":1,\"c\":\"x\"}\n"}, "line 2: cannot compute a number > a text" + wantRecords, 0},
		{"what is no truth", jsonl("    cases: {a: flag}\n"), []string{"{\"flag\":1}\n"}, "a number is not true or false" + wantRecords, 0},
		{"what is no truth once", jsonl("    cases: {a: flag}\n"), []string{"{\"flag\":1}\n{\"flag\":true}\n"}, "", 1},
		{"cases that fit one", csv("    cases: {a: int(b) > 5, c: int(d) > 5}\n"), []string{"b,d\nx,1\n1,x\n2,2\n"}, "", 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := startS3(t).bucket(t)
			for i, content := range test.objects {
				b.put(t, "x/"+string(rune('a'+i)), []byte(content))
			}
			result, err := b.count(t, test.job)
			if test.want != "" {
				wantError(t, err, true, test.want, "/x/")
			} else if err != nil || result.Skipped != test.skipped || result.SkippedAll {
				t.Errorf("got %v, skipped %d, all %t; want %d skipped", err, result.Skipped, result.SkippedAll, test.skipped)
			}
		})
	}
}

// A run says what it left out, by kind, and whether that was all.
func TestLeftOut(t *testing.T) {
	const good = "{\"a\":1}\n"
	jsonl := "    source: {bucket: logs, prefix: x/, format: jsonl, on_error: skip}\n    cases: {any: a > 0}\n"
	csv := strings.NewReplacer("jsonl", "csv", "a > 0", "int(a) > 0").Replace(jsonl)
	for _, test := range []struct {
		name, job string
		objects   map[string]string
		want      []string
		all       bool
	}{
		{"nothing", jsonl, map[string]string{"a": good}, nil, false},
		{"lines", jsonl, map[string]string{"a": "no\n" + good + "[1]\n{\n"}, []string{"left out 3 lines that are no records, such as s3://BUCKET/x/a, line 1: is no object of JSON"}, false},
		{"of several kinds", jsonl, map[string]string{"a": good + "\"\xff\"\n{\"a\":\"\xff\"}\n{\"a\":\"x\"}\n", "b.gz": good + good + good}, []string{
			"left out 1 line that is no record, such as s3://BUCKET/x/a, line 2: is no object of JSON",
			"left out 1 record that is not UTF-8, such as s3://BUCKET/x/a, line 3: is not UTF-8 text",
			"left out 1 record with a value of another type, such as s3://BUCKET/x/a, line 4: cannot compute a text > a number",
			"left out 1 object that is damaged, such as s3://BUCKET/x/b.gz: gzip: gzip: invalid header",
		}, false},
		{"a long line", jsonl, map[string]string{"a": good + `{"a":"` + string(bytes.Repeat([]byte("x"), 5<<20)) + `"}`},
			[]string{"left out 1 record that is too long, such as s3://BUCKET/x/a, line 2: the record is longer than 4 MB"}, false},
		{"CSV", csv, map[string]string{"a": "a\n1\n2,3\n4,5\n", "b": "b\n1\n"}, []string{
			"left out 2 records with another number of fields, such as s3://BUCKET/x/a, line 3: has 2 fields, and there are 1 columns",
			`left out 1 object without a column that the job uses, such as s3://BUCKET/x/b, line 1: there is no column "a"; there are "b"`,
		}, false},
		{"everything", jsonl, map[string]string{"a": "no\nno\n", "b.gz": good + good + good},
			[]string{"left out 2 lines that are no records, such as s3://BUCKET/x/a, line 1: is no object of JSON", "left out 1 object that is damaged, such as s3://BUCKET/x/b.gz: gzip: gzip: invalid header"}, true},
		{"everything, and nothing to read", jsonl, map[string]string{"a": "no\n", "b": "\n"},
			[]string{"left out 1 line that is no record, such as s3://BUCKET/x/a, line 1: is no object of JSON"}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := startS3(t).bucket(t)
			for key, content := range test.objects {
				b.put(t, "x/"+key, []byte(content))
			}
			result := b.mustCount(t, test.job)
			var got []string
			for _, warning := range result.Warnings {
				got = append(got, strings.ReplaceAll(warning, b.name, "BUCKET"))
			}
			if difference := cmp.Diff(test.want, got); difference != "" || result.SkippedAll != test.all {
				t.Errorf("all is %t, want %t; warnings (- want, + got):\n%s", result.SkippedAll, test.all, difference)
			}
		})
	}
	t.Run("archived", func(t *testing.T) {
		b := startS3(t).bucket(t)
		b.put(t, "x/a", []byte(good))
		archived := b.behind(t, func(w http.ResponseWriter, r *http.Request, _ func(http.ResponseWriter)) bool {
			if isGet(r) {
				answer(w, http.StatusForbidden, "InvalidObjectState")
			}
			return isGet(r)
		})
		result := archived.mustCount(t, jsonl)
		if len(result.Warnings) != 1 || !strings.HasPrefix(result.Warnings[0], "left out 1 object that is archived or encrypted, such as ") || !result.SkippedAll {
			t.Errorf("got %q, all %t", result.Warnings, result.SkippedAll)
		}
	})
	t.Run("in no window", func(t *testing.T) { // which is read all the same
		b := startS3(t).bucket(t)
		b.put(t, "x/a", []byte("{\"at\":\"2020-01-01T00:00:00Z\"}\nno\n"))
		result := b.mustCount(t, strings.Replace(jsonl, "    cases", "    window: {span: previous-day, column: at}\n    cases", 1))
		if result.Skipped != 1 || result.SkippedAll || counts(result)["total"] != 0 {
			t.Errorf("skipped %d, all %t, counts %v", result.Skipped, result.SkippedAll, counts(result))
		}
	})
}
