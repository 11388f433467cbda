package s3source_test

import (
	"fmt"
	"strings"
	"testing"
)

// Times in another unit than column_type says are no count of 0. The window is
// 25 November 2026 in Seoul; 1795537800 is 02:30 there, and 1795000000 is the 19th.
func TestWrongUnit(t *testing.T) {
	const (
		seconds = "window.column at: as epoch_millis its values lie before 1990, and nothing would ever be counted; write column_type: epoch_seconds"
		millis  = "window.column at: as epoch_seconds its values lie more than ten years ahead, and nothing would ever be counted; write column_type: epoch_millis"
	)
	for _, test := range []struct {
		name, unit string
		objects    []string // of values
		want       string   // of the error
		total      int64
		skipped    int64 // with on_error: skip
	}{
		{"seconds", "epoch_seconds", []string{"1795537800 1795000000"}, "", 1, 0},
		{"milliseconds", "epoch_millis", []string{"1795537800123 1795000000000"}, "", 1, 0},
		{"seconds for milliseconds", "epoch_millis", []string{"1795537800"}, seconds, 0, 0},
		{"seconds with a fraction", "epoch_millis", []string{"1795537800.25 1.7955378e9"}, seconds, 0, 0},
		{"of another day", "epoch_millis", []string{"1795000000", "1795000001"}, seconds, 0, 0},
		{"seconds, and a time that was never set", "epoch_millis", []string{"0 1795537800 -1"}, seconds, 0, 0},
		{"both units", "epoch_millis", []string{"1795537800", "1795537800000"}, "", 1, 0},
		{"milliseconds far from the window", "epoch_millis", []string{"1000000000000"}, "", 0, 0},
		{"milliseconds of 1980", "epoch_millis", []string{"315532800000"}, "", 0, 0},
		{"times that were never set", "epoch_millis", []string{"0 0"}, "", 0, 0},
		{"milliseconds for seconds", "epoch_seconds", []string{"1795537800000 1795000000000"}, millis, 0, 0},
		{"seconds, and one in milliseconds", "epoch_seconds", []string{"1795537800", "1795537800000"},
			"the window's column is no number of epoch_seconds; write column_type: epoch_millis if all are like that", 1, 1},
		{"microseconds", "epoch_millis", []string{"1795537800000000"}, "the window's column is no number of epoch_millis", 0, 0},
	} {
		for _, format := range []string{"jsonl", "csv"} {
			t.Run(test.name+" in "+format, func(t *testing.T) {
				b := startS3(t).bucket(t)
				for i, values := range test.objects {
					content := "at\n" + strings.ReplaceAll(values, " ", "\n")
					if format == "jsonl" {
						content = `{"at":` + strings.ReplaceAll(values, " ", "}\n{\"at\":") + "}"
					}
					b.put(t, fmt.Sprint("x/", i), []byte(content))
				}
				text := "    source: {bucket: logs, prefix: x/, format: " + format + "}\n    window: {span: previous-day, column: at, column_type: " + test.unit + "}\n    cases: {all: \"true\"}\n"
				result, err := b.count(t, text)
				switch {
				case test.want == millis: // a row tells it already
					wantError(t, err, true, "bucket logs", "write column_type: epoch_millis")
				case test.want != "":
					wantError(t, err, true, "bucket logs", test.want)
				case err != nil || counts(result)["total"] != test.total:
					t.Errorf("counted %v (%v), want %d", counts(result), err, test.total)
				}
				result, err = b.count(t, strings.Replace(text, "}\n", ", on_error: skip}\n", 1))
				switch {
				case test.want != "" && test.total == 0: // no record is to blame
					wantError(t, err, true, test.want)
				case err != nil || counts(result)["total"] != test.total || result.Skipped != test.skipped:
					t.Errorf("counted %v and skipped %d (%v), want %d and %d", counts(result), result.Skipped, err, test.total, test.skipped)
				}
			})
		}
	}
}

// A number in a column of times is told what to write, whatever the format calls it.
func TestNumberAsTime(t *testing.T) {
	for format, content := range map[string]string{"jsonl": `{"at":1795537800}`, "csv": "at\n1795537800"} {
		b := startS3(t).bucket(t)
		b.put(t, "x/a", []byte(content))
		_, err := b.count(t, "    source: {bucket: logs, prefix: x/, format: "+format+"}\n    window: {span: previous-day, column: at}\n    cases: {all: \"true\"}\n")
		wantError(t, err, true, "is no text with a time; write column_type: epoch_seconds or epoch_millis for numbers")
	}
}
