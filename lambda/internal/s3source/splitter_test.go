package s3source

import (
	"encoding/csv"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/job"
)

// splitAll splits a text that comes in parts of some size, as a stream does.
func splitAll(layout job.RecordLayout, text string, size int) (records [][]string, failed bool) {
	s := newSplitter(layout)
	have := 0
	for at := 0; at < len(text) || have > 0; {
		whole := at+have == len(text)
		fields, length, err := s.record([]byte(text[at:at+have]), whole)
		switch {
		case errors.Is(err, errMore) && !whole:
			have = min(have+size, len(text)-at)
			continue
		case err != nil:
			return records, true
		case len(fields) > 0:
			var copied []string
			for _, field := range fields {
				copied = append(copied, strings.Clone(field))
			}
			records = append(records, copied)
		}
		at, have = at+length, have-length
		if have == 0 {
			have = min(size, len(text)-at)
		}
	}
	return records, false
}

// Random texts are split as encoding/csv splits them, but for the line ends in quotes, which
// it changes, and whatever the parts are in which they come.
func TestSplitterAgreesWithEncodingCSV(t *testing.T) {
	random := rand.New(rand.NewPCG(14, 6))
	pieces := []string{`"`, `""`, ",", "a", "b", "\n", "\r\n", "é", " ", "\n\n", `","`, `"x"`}
	for range 30_000 {
		var text strings.Builder
		for range random.IntN(12) {
			text.WriteString(pieces[random.IntN(len(pieces))])
		}
		for _, quotes := range []job.Quotes{job.QuotesStrict, job.QuotesLenient} {
			reader := csv.NewReader(strings.NewReader(text.String()))
			reader.FieldsPerRecord, reader.LazyQuotes = -1, quotes == job.QuotesLenient
			var want [][]string
			var err error
			for err == nil {
				var record []string
				if record, err = reader.Read(); err == nil {
					want = append(want, record)
				}
			}
			got, failed := splitAll(job.RecordLayout{Format: job.CSVLines, CSV: job.CSV{Quotes: quotes}}, text.String(), 1+random.IntN(20))
			for _, record := range got {
				for i := range record {
					record[i] = strings.ReplaceAll(record[i], "\r\n", "\n")
				}
			}
			// A field that the end of the text closes may hold lines that are records.
			lost := quotes == job.QuotesLenient && !errors.Is(err, io.EOF) || failed && len(want) > 0 && slices.ContainsFunc(want[len(want)-1], func(field string) bool { return strings.Contains(field, "\n") })
			if failed != !errors.Is(err, io.EOF) && !lost {
				t.Fatalf("%q, %s: failed is %t, encoding/csv says %v", &text, quotes, failed, err)
			}
			if !failed && !lost {
				if difference := cmp.Diff(want, got); difference != "" {
					t.Fatalf("%q, %s (- encoding/csv, + got):\n%s", &text, quotes, difference)
				}
			}
		}
	}
}

func TestSplitter(t *testing.T) {
	header := false
	for _, test := range []struct {
		name string
		csv  job.CSV
		text string
		want [][]string
	}{
		{"line ends in quotes stay as they are", job.CSV{}, "\"a\r\nb\",c\r\n", [][]string{{"a\r\nb", "c"}}},
		{"comments", job.CSV{Comment: "#"}, "#x,y\na,b\n#\n \n", [][]string{{"a", "b"}, {" "}}},
		{"no quotes", job.CSV{Quotes: job.QuotesNone, Delimiter: "tab"}, "\"a\t#b\n\t\n", [][]string{{`"a`, "#b"}, {"", ""}}},
		{"a delimiter of several bytes", job.CSV{Delimiter: "→"}, "a→\"b→c\"\n", [][]string{{"a", "b→c"}}},
		{"blanks", job.CSV{Delimiter: "space"}, "a  b \n c\n", [][]string{{"a", "b"}, {"c"}}},
		{"blanks in quotes and brackets", job.CSV{Delimiter: " "}, "[07/Apr/2022:10:00:38 +0000] \"GET / HTTP/1.1\" \"say \\\"hi\\\"\" \"\" [x\n",
			[][]string{{"07/Apr/2022:10:00:38 +0000", "GET / HTTP/1.1", `say "hi"`, "", "[x"}}},
		{"quotes that nobody escaped", job.CSV{Delimiter: "space"}, "\"curl \"beta\"\" end\n", [][]string{{`curl "beta"`, "end"}}},
		{"a backslash at the end", job.CSV{Delimiter: "space"}, `"a b\\" "c\\\" d" e` + "\n", [][]string{{`a b\`, `c\" d`, "e"}}},
		{"a quote that nothing closes", job.CSV{Delimiter: "space"}, "\"a b\n", [][]string{{`"a`, "b"}}},
		{"blanks, and quotes that are characters", job.CSV{Delimiter: "space", Quotes: job.QuotesNone}, "\"a b\"\n", [][]string{{`"a`, `b"`}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.csv.Header = &header
			for size := 1; size <= len(test.text); size++ {
				got, failed := splitAll(job.RecordLayout{Format: job.CSVLines, CSV: test.csv}, test.text, size)
				if difference := cmp.Diff(test.want, got); difference != "" || failed {
					t.Fatalf("in parts of %d, failed is %t (- want, + got):\n%s", size, failed, difference)
				}
			}
		})
	}
}

// S3 writes what clients send between quotes as it is, so that the last field in quotes ends
// before as many fields as are behind it.
func TestSplitterOfS3Access(t *testing.T) {
	layout := job.Source{Format: job.S3Access}.Layout()
	text := `o b [07/Apr/2022:10:00:38 +0000] 1.2.3.4 r id OP key "GET /" HTTP/1.1" 403 - 1 2 3 4 "-" ""x" "y"" - host SigV4` + "\n"
	records, failed := splitAll(layout, text, 10)
	want := []string{"o", "b", "07/Apr/2022:10:00:38 +0000", "1.2.3.4", "r", "id", "OP", "key", `GET /" HTTP/1.1`, "403", "-", "1", "2", "3", "4", "-", `"x" "y"`, "-", "host", "SigV4"}
	if difference := cmp.Diff([][]string{want}, records); difference != "" || failed {
		t.Errorf("failed is %t (- want, + got):\n%s", failed, difference)
	}
}
