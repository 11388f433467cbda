package s3source_test

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
)

const orders = `{"id":1,"channel":"web","status":"paid","amount":120.5,"order":{"customer":{"id":7}}}
{"id":2,"channel":"web","status":"open","amount":20,"order":{"customer":{"id":7}}}

{"id":3,"channel":"app","status":"paid","amount":99,"order":{"customer":{"id":8}}}
{"id":4,"channel":null,"status":"paid","amount":300,"order":{"customer":{}}}
  {"id":5,"status":"refunded","order":null}` + "\r\n"

const ordersJob = `    source: {bucket: logs, prefix: orders/, format: jsonl}
    group_by: [channel]
    cases: {paid: status == "paid", large: amount > 100, cheap: not (amount > 100)}
    exclusive: true
`

var ordersWant = map[string]int64{
	"paid": 3, "large": 2, "cheap": 2, "other": 1, "total": 5, "overlap": 3,
	"paid web": 1, "large web": 1, "cheap web": 1, "other web": 0, "total web": 2, "overlap web": 1,
	"paid app": 1, "large app": 0, "cheap app": 1, "other app": 0, "total app": 1, "overlap app": 1,
	"paid nil": 1, "large nil": 1, "cheap nil": 0, "other nil": 1, "total nil": 2, "overlap nil": 1,
}

func testRecords(t *testing.T, server server) {
	b := server.bucket(t)
	b.put(t, "orders/a.jsonl", []byte(orders))
	b.put(t, "orders/empty.jsonl", nil)
	b.put(t, "elsewhere/a.jsonl", []byte(orders))
	result := b.mustCount(t, ordersJob)
	if difference := cmp.Diff(ordersWant, counts(result, "channel")); difference != "" {
		t.Errorf("counts (-want +got):\n%s", difference)
	}
	if result.Skipped != 0 || result.Listed == nil || result.Listed.To.Before(result.Listed.From) {
		t.Errorf("skipped %d, listed %v", result.Skipped, result.Listed)
	}
	// Distinct values leave nil out; overlap counts rows.
	b.put(t, "orders/b.jsonl", []byte(orders))
	got := counts(b.mustCount(t, strings.Replace(ordersJob, "    group_by: [channel]\n", "    distinct: order.customer.id\n", 1)))
	if difference := cmp.Diff(map[string]int64{"paid": 2, "large": 1, "cheap": 2, "other": 0, "total": 2, "overlap": 6}, got); difference != "" {
		t.Errorf("distinct (-want +got):\n%s", difference)
	}
	got = counts(b.mustCount(t, strings.Replace(ordersJob, "    exclusive: true\n", "    distinct: order.customer.id\n", 1)), "channel")
	if got["total web"] != 1 || got["total app"] != 1 || got["total nil"] != 0 || got["paid web"] != 1 {
		t.Errorf("distinct by group: %v", got)
	}
	// Too many groups are a mistake in group_by, in one object and in several.
	for _, max := range []int{1, 2} {
		_, err := b.count(t, strings.Replace(ordersJob, "[channel]", fmt.Sprintf("[channel]\n    max_groups: %d", max), 1))
		wantError(t, err, true, "group_by channel has more than")
	}
}

// The same records give the same counts in every format and compression.
func testFormats(t *testing.T, server server) {
	rows := randomRows(rand.New(rand.NewPCG(7, 8)), 500)
	var csvText bytes.Buffer
	writer := csv.NewWriter(&csvText)
	_ = writer.Write(columns)
	for _, row := range rows {
		_ = writer.Write(row.fields())
	}
	writer.Flush()
	plain := func(delimiter string, quote string) []byte {
		var text strings.Builder
		for _, row := range rows {
			text.WriteString(quote + strings.Join(row.fields(), quote+delimiter+quote) + quote + "\r\n")
		}
		return []byte(text.String())
	}
	var jsonText bytes.Buffer
	for _, row := range rows {
		_ = json.NewEncoder(&jsonText).Encode(row)
	}
	const jsonJob = `    source: {bucket: logs, prefix: FOLDER, format: jsonl}
    group_by: [kind]
    cases: {a: name startsWith "a", big: n > 50, both: name contains "b" and n <= 50}
`
	csvJob := strings.NewReplacer("format: jsonl", "format: csv", "n > 50", "int(n) > 50", "n <= 50", "int(n) <= 50").Replace(jsonJob)
	want := wantOf(rows)
	encoded := func(encoding string) func(*s3.PutObjectInput) {
		return func(input *s3.PutObjectInput) { input.ContentEncoding = &encoding }
	}
	none := func(*s3.PutObjectInput) {}
	for _, test := range []struct {
		name, key, job string
		content        []byte
		change         func(*s3.PutObjectInput)
	}{
		{"jsonl", "a.jsonl", jsonJob, jsonText.Bytes(), none},
		{"byte order mark", "a.jsonl", jsonJob, append([]byte("\ufeff"), jsonText.Bytes()...), none},
		{"without the last line's end", "a.jsonl", jsonJob, bytes.TrimRight(jsonText.Bytes(), "\n"), none},
		{"gz", "a.jsonl.gz", jsonJob, gzipped(jsonText.Bytes()), none},
		{"two gzip members", "a.jsonl.gz", jsonJob, append(gzipped(jsonText.Bytes()[:1000]), gzipped(jsonText.Bytes()[1000:])...), none},
		{"gzip by encoding", "a", jsonJob, gzipped(jsonText.Bytes()), encoded("gzip")},
		{"gzip by both", "a.gz", jsonJob, gzipped(jsonText.Bytes()), encoded("gzip")},
		{"zst", "a.jsonl.zst", jsonJob, zipped(jsonText.Bytes()), none},
		{"zstd by encoding", "a", jsonJob, zipped(jsonText.Bytes()), encoded("zstd")},
		{"csv", "a.csv", csvJob, csvText.Bytes(), none},
		{"csv gz", "a.csv.gz", csvJob, gzipped(csvText.Bytes()), none},
		{"csv zst", "a.csv.zst", csvJob, zipped(csvText.Bytes()), none},
		{"csv with byte order mark", "a.csv", csvJob, append([]byte("\ufeff"), csvText.Bytes()...), none},
		{"csv with a delimiter at each line's end", "a.csv", csvJob, bytes.ReplaceAll(csvText.Bytes(), []byte("\n"), []byte(",\n")), none},
		{"csv without header", "a.csv", strings.Replace(csvJob, "csv}", "csv, csv: {header: false, columns: [kind, name, n]}}", 1), plain(",", ""), none},
		{"tabs", "a.tsv", strings.Replace(csvJob, "csv}", "csv, csv: {header: false, columns: [kind, name, n], delimiter: tab}}", 1), plain("\t", ""), none},
		{"every field in quotes", "a.csv", strings.Replace(csvJob, "csv}", "csv, csv: {header: false, columns: [kind, name, n], delimiter: \";\"}}", 1), plain(";", `"`), none},
		{"no quotes", "a.csv", strings.Replace(csvJob, "csv}", "csv, csv: {header: false, columns: [kind, name, n], quotes: none}}", 1), plain(",", ""), none},
		{"lenient quotes", "a.csv", strings.Replace(csvJob, "csv}", "csv, csv: {header: false, columns: [kind, name, n], quotes: lenient}}", 1), plain(",", ""), none},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := server.bucket(t)
			b.put(t, "f/"+test.key, test.content, test.change)
			result, err := b.count(t, strings.Replace(test.job, "FOLDER", "f/", 1))
			if err != nil {
				t.Fatal(err)
			}
			if difference := cmp.Diff(want, nonZero(counts(result, "kind"))); difference != "" {
				t.Errorf("(-want +got):\n%s", difference)
			}
		})
	}
}

// row is a record of the tests that compare formats.
type row struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	N    int    `json:"n"`
}

var columns = []string{"kind", "name", "n"}

func (r row) fields() []string { return []string{r.Kind, r.Name, fmt.Sprint(r.N)} }

func randomRows(random *rand.Rand, n int) []row {
	rows := make([]row, n)
	for i := range rows {
		rows[i] = row{
			Kind: []string{"x", "y", "한글"}[random.IntN(3)],
			Name: []string{"ab", "ba", "a c", "bé", "c|d'e"}[random.IntN(5)],
			N:    random.IntN(100),
		}
	}
	return rows
}

// wantOf counts rows with a loop of its own.
func wantOf(rows []row) map[string]int64 {
	want := map[string]int64{}
	for _, row := range rows {
		matched := false
		for name, holds := range map[string]bool{"a": row.Name[0] == 'a', "big": row.N > 50, "both": strings.Contains(row.Name, "b") && row.N <= 50} {
			if holds {
				matched = true
				want[name]++
				want[name+" "+row.Kind]++
			}
		}
		if !matched {
			want["other"]++
			want["other "+row.Kind]++
		}
		want["total"]++
		want["total "+row.Kind]++
	}
	return want
}

func nonZero(counts map[string]int64) map[string]int64 {
	for name, n := range counts {
		if n == 0 {
			delete(counts, name)
		}
	}
	return counts
}

// Random records of many objects, some fields missing, against a loop over them.
func testRandomRecords(t *testing.T, server server) {
	random := rand.New(rand.NewPCG(9, 10))
	b := server.bucket(t)
	want := map[string]int64{}
	values := map[string]map[any]bool{}
	for i := range 20 {
		var lines bytes.Buffer
		for range random.IntN(200) {
			record := map[string]any{"filler": strings.Repeat("x", random.IntN(100))}
			nested := map[string]any{}
			if random.IntN(4) > 0 {
				record["status"] = []string{"paid", "open"}[random.IntN(2)]
			}
			if random.IntN(4) > 0 {
				record["amount"] = random.IntN(200)
			}
			if random.IntN(4) > 0 {
				nested["id"] = random.IntN(30)
			}
			record["customer"] = nested
			_ = json.NewEncoder(&lines).Encode(record)

			meet := func(name string) {
				if id, there := nested["id"]; there {
					if values[name] == nil {
						values[name] = map[any]bool{}
					}
					values[name][id] = true
				}
				want[name]++
			}
			amount, known := record["amount"].(int)
			paid, large := record["status"] == "paid", known && amount > 100
			unpaid := record["status"] == "open"
			for name, holds := range map[string]bool{"paid": paid, "large": large, "unpaid": unpaid, "other": !paid && !large && !unpaid, "total": true} {
				if holds {
					meet(name)
				}
			}
		}
		b.put(t, fmt.Sprintf("r/%d.jsonl", i), lines.Bytes())
	}
	text := "    source: {bucket: logs, prefix: r/, format: jsonl}\n    cases: {paid: status == \"paid\", large: amount > 100, unpaid: status != \"paid\"}\n"
	if difference := cmp.Diff(want, counts(b.mustCount(t, text))); difference != "" {
		t.Errorf("rows (-want +got):\n%s", difference)
	}
	for name := range want {
		want[name] = int64(len(values[name]))
	}
	if difference := cmp.Diff(want, counts(b.mustCount(t, text+"    distinct: customer.id\n"))); difference != "" {
		t.Errorf("distinct (-want +got):\n%s", difference)
	}
}

// The window of the tests is 25 November in Seoul: [24th 15:00, 25th 15:00) in UTC.
func testRecordWindows(t *testing.T, server server) {
	for _, test := range []struct {
		name, options string
		format        string
		in, out       []string // as JSON
	}{
		{"RFC 3339", "", "jsonl",
			[]string{`"2026-11-24T15:00:00Z"`, `"2026-11-25T00:00:00+09:00"`, `"2026-11-25T14:59:59.999999999Z"`},
			[]string{`"2026-11-24T14:59:59.999999999Z"`, `"2026-11-25T15:00:00Z"`, `"2026-11-25T15:00:00.000Z"`, `null`}},
		{"local", ", column_timezone: Asia/Seoul", "jsonl",
			[]string{`"2026-11-25 00:00:00"`, `"2026-11-25T23:59:59.9"`, `"2026-11-25"`, `"2026-11-24T15:00:00Z"`},
			[]string{`"2026-11-24 23:59:59.999"`, `"2026-11-26 00:00:00"`, `"2026-11-26"`, `"2026-11-25T15:00:00Z"`}},
		{"seconds", ", column_type: epoch_seconds", "jsonl", []string{"1764082800", "1764082800.5", "1764169199", "1.7640828e9"}, []string{"1764082799", "1764082799.999", "1764169200"}},
		{"milliseconds", ", column_type: epoch_millis", "jsonl", []string{"1764082800000", "1764169199999"}, []string{"1764082799999", "1764169200000"}},
		{"seconds of CSV", ", column_type: epoch_seconds", "csv", []string{"1764082800", "1764169199"}, []string{"1764082799", "1764169200"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := server.bucket(t)
			var lines strings.Builder
			if test.format == "csv" {
				lines.WriteString("at\n")
			}
			// The slot of the epochs is in 2025.
			for _, at := range append(test.in, test.out...) {
				if test.format == "csv" {
					lines.WriteString(at + "\n")
				} else {
					lines.WriteString(`{"at":` + at + "}\n")
				}
			}
			b.put(t, "w/a", []byte(lines.String()))
			query := queryOf(t, "    source: {bucket: logs, prefix: w/, format: "+test.format+"}\n    window: {span: previous-day, column: at"+test.options+"}\n    cases: {there: 1 == 1}\n")
			if strings.Contains(test.options, "epoch") {
				query.Window.From, query.Window.To = time.Unix(1764082800, 0), time.Unix(1764169200, 0)
			}
			result, err := b.source(2).Count(t.Context(), query)
			if err != nil {
				t.Fatal(err)
			}
			if got := counts(result)["total"]; got != int64(len(test.in)) {
				t.Errorf("%d records, want %d", got, len(test.in))
			}
		})
	}
}

// A log partitioned by UTC days counts a day in Seoul right: both of its days are
// read, and each record's time decides.
func testPartitionedLog(t *testing.T, server server) {
	b := server.bucket(t)
	random := rand.New(rand.NewPCG(11, 12))
	files := map[string]*bytes.Buffer{}
	from, to := time.Date(2026, 11, 24, 15, 0, 0, 0, time.UTC), time.Date(2026, 11, 25, 15, 0, 0, 0, time.UTC)
	var want int64
	for range 2000 {
		at := from.Add(time.Duration(random.Int64N(int64(4*24*time.Hour))) - 36*time.Hour).Truncate(time.Second)
		key := at.Format("log/2006/01/02/") + fmt.Sprint(random.IntN(3)) + ".jsonl"
		if files[key] == nil {
			files[key] = new(bytes.Buffer)
		}
		fmt.Fprintf(files[key], `{"at":%q}`+"\n", at.Format(time.RFC3339))
		if !at.Before(from) && at.Before(to) {
			want++
		}
	}
	for key, content := range files {
		b.put(t, key, content.Bytes())
	}
	got := counts(b.mustCount(t, `    source: {bucket: logs, prefix: "log/{yyyy}/{MM}/{dd}/", prefix_timezone: UTC, format: jsonl}
    window: {span: previous-day, column: at}
    cases: {there: at != nil}
`))
	if got["total"] != want || want == 0 {
		t.Errorf("%d records, want %d", got["total"], want)
	}
}

func gzipped(plain []byte) []byte {
	var out bytes.Buffer
	writer := gzip.NewWriter(&out)
	_, _ = writer.Write(plain)
	_ = writer.Close()
	return out.Bytes()
}

func zipped(plain []byte) []byte {
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		panic(err)
	}
	return encoder.EncodeAll(plain, nil)
}

func parseTime(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
