package athenasource

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"

	"tally/lambda/internal/count"
	"tally/lambda/internal/s3source"
	"tally/lambda/internal/sqlsource"
	"tally/lambda/job"
	"tally/lambda/job/jobtest"
	"tally/test/local"
)

// Random jobs over the same random rows: in a table of PostgreSQL, in JSON Lines in S3, and in a
// table of Athena with partitions. All three must give equal lines.
const (
	equalTables   = 25
	jobsPerTable  = 8
	equalRows     = 60
	bucketOfEqual = "equal-logs"
)

func TestTheSameRowsInThreeSources(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("TALLY_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("TALLY_SEED=%d gives the same jobs again", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	three := startThree(t)
	counted := 0
	for table := range equalTables {
		f := randomFrame(r)
		three.load(t, table, randomRows(r, f))
		var runs sync.WaitGroup
		var mutex sync.Mutex
		for range jobsPerTable {
			variants := f.randomJob(t, r, table)
			runs.Go(func() {
				n := three.compare(t, f, variants)
				mutex.Lock()
				defer mutex.Unlock()
				counted += n
			})
		}
		runs.Wait()
		if t.Failed() {
			break
		}
	}
	t.Logf("%d jobs counted %d rows", equalTables*jobsPerTable, counted)
	if !t.Failed() && counted < equalTables*jobsPerTable {
		t.Error("hardly anything was counted: this test proves nothing")
	}
}

// The columns of the rows. A time is the same in each of the at_ columns, and written in its way:
// where Athena has texts, PostgreSQL has types.
const (
	ofRow      = "n bigint, a integer, b integer, price double precision, flag boolean, word varchar, person varchar"
	inPostgres = ofRow + ", at_zone timestamptz, at_wall timestamp(3), at_text timestamptz, at_unzoned timestamp(3), at_day date, at_seconds bigint, at_millis bigint"
	inAthena   = ofRow + ", at_zone timestamptz, at_wall timestamp(3), at_text varchar, at_unzoned varchar, at_day date, at_seconds bigint, at_millis bigint" +
		", dt varchar, year varchar, month integer, day integer, hour varchar"
)

// three are the sources.
type three struct {
	lake *lake
	s3   *local.S3

	athena, buckets, databases count.Source
}

func startThree(t *testing.T) *three {
	t.Helper()
	l := startLake(t)
	s3, err := local.StartS3(t.Context(), bucketOfEqual)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s3.Close() })
	config := aws.Config{Region: "ap-northeast-2", BaseEndpoint: &s3.Endpoint, Credentials: credentials.NewStaticCredentialsProvider("key", "secret", "")}
	l.exec(t, "CREATE TABLE public.rows ("+inPostgres+")",
		"CREATE TABLE rows ("+inAthena+") PARTITION BY LIST (dt)", "CREATE TABLE rows_of_all_days PARTITION OF rows DEFAULT")
	return &three{
		lake: l, s3: s3, athena: l.source(),
		buckets:   s3source.New(s3source.Options{Client: s3source.NewClient(config), Buckets: map[string]string{"logs": bucketOfEqual}}),
		databases: sqlsource.New(sqlsource.Options{Variable: func(string) string { return postgres.ReaderURL }}),
	}
}

// frame is what the jobs of a table have in common: rows lie around its window.
type frame struct {
	span       job.Span
	zone       string // of the job
	columnZone string // of times without one
	partitions string // the zone that names partitions
	slot       time.Time
	from, to   time.Time
}

// equalMoments are times that a calendar is wrong about easily: changes of clocks, a leap day, the
// ends of months and of a year.
var equalMoments = []string{
	"2022-03-13T09:05:00Z", "2022-03-14T03:05:00Z", "2022-11-06T05:05:00Z", "2022-11-07T06:05:00Z", "2024-02-29T12:05:00Z",
	"2024-03-01T00:05:00Z", "2021-12-31T23:05:00Z", "2022-01-01T00:05:00Z", "2022-04-04T00:05:00Z", "2022-10-30T01:05:00Z", "2022-03-27T01:05:00Z",
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

func randomFrame(r *rand.Rand) frame {
	f := frame{
		span: pick(r, job.Spans...), zone: pick(r, "Asia/Seoul", "America/New_York", "Europe/Berlin", "UTC", "Asia/Kathmandu", "Australia/Lord_Howe"),
		columnZone: pick(r, "Asia/Seoul", "UTC", "Asia/Kathmandu"), // whose clocks do not change: no wall clock shows a time twice
	}
	f.partitions = pick(r, f.zone, "UTC", "Asia/Seoul", "America/New_York")
	at, _ := time.Parse(time.RFC3339, pick(r, equalMoments...))
	f.slot = at.Add(time.Duration(r.IntN(50)) * time.Hour)
	f.from, f.to, _ = f.span.Range(f.slot, location(f.zone))
	return f
}

func location(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

// equalRow is a row; nil is NULL.
type equalRow struct {
	values map[string]any // but for the times
	at     *time.Time     // to the millisecond
	frame  frame
}

var equalWords = []string{"", "a", "A", "ab", "스캔", "b", "a ", "it's", `"q"`, `back\slash`, "%", "é", "🦷", "line\nend"}

func randomRows(r *rand.Rand, f frame) []equalRow {
	rows := make([]equalRow, 2+r.IntN(equalRows))
	for i := range rows {
		values := map[string]any{}
		for _, each := range []struct {
			column string
			value  any
		}{
			{"n", pick(r, int64(0), 1, -1, 3, 7, 1<<62, -1<<62, 9007199254740993, 9007199254740992)},
			{"a", r.IntN(9) - 3},
			{"b", r.IntN(9) - 3},
			{"price", float64(r.IntN(40)) / 8},
			{"flag", r.IntN(2) == 0},
			{"word", pick(r, equalWords...)},
			{"person", pick(r, "x", "y", "z", "스캔")},
		} {
			if i > 0 && r.IntN(5) == 0 { // the first row has all of them
				each.value = nil
			}
			values[each.column] = each.value
		}
		rows[i] = equalRow{values: values, frame: f}
		if i == 0 || r.IntN(8) > 0 {
			at := f.from.Add(time.Duration(r.Int64N(int64(2*f.to.Sub(f.from)+time.Hour))) - time.Hour).Truncate(time.Millisecond)
			if r.IntN(3) == 0 {
				at = pick(r, f.from, f.to).Add(pick(r, -time.Millisecond, 0, time.Millisecond, -time.Second, time.Second))
			}
			rows[i].at = &at
		}
	}
	return rows
}

// times are the at_ columns of a row as texts, without those of partitions.
func (row equalRow) times() map[string]any {
	if row.at == nil {
		return map[string]any{}
	}
	wall := row.at.In(location(row.frame.columnZone))
	return map[string]any{
		"at_zone": row.at.UTC().Format("2006-01-02T15:04:05.000Z"), "at_text": wall.Format("2006-01-02T15:04:05.000-07:00"),
		"at_wall": wall.Format("2006-01-02 15:04:05.000"), "at_unzoned": wall.Format("2006-01-02T15:04:05.000"),
		"at_day": wall.Format(time.DateOnly), "at_seconds": row.at.Unix(), "at_millis": row.at.UnixMilli(),
	}
}

// partition are the columns by which Athena's table is partitioned.
func (row equalRow) partition() map[string]any {
	if row.at == nil {
		return map[string]any{}
	}
	at := row.at.In(location(row.frame.partitions))
	return map[string]any{"dt": at.Format(time.DateOnly), "year": at.Format("2006"), "month": int(at.Month()), "day": at.Day(), "hour": at.Format("15")}
}

// load replaces the rows in all three sources.
func (three *three) load(t *testing.T, table int, rows []equalRow) {
	t.Helper()
	objects := make([]strings.Builder, 3)
	three.lake.exec(t, "TRUNCATE public.rows, rows")
	for i, row := range rows {
		record := map[string]any{}
		for name, value := range row.values {
			if value != nil || i%2 == 0 { // a field that is null, or missing
				record[name] = value
			}
		}
		for name, value := range row.times() {
			record[name] = value
		}
		line, err := json.Marshal(record)
		if err != nil {
			t.Fatal(err)
		}
		objects[i%3].Write(append(line, '\n'))
		for name, more := range map[string]map[string]any{"public.rows": row.times(), "rows": row.times()} {
			all := map[string]any{}
			for _, some := range []map[string]any{row.values, more} {
				for column, value := range some {
					all[column] = value
				}
			}
			if name == "rows" {
				for column, value := range row.partition() {
					all[column] = value
				}
			}
			three.insert(t, name, all)
		}
	}
	for i := range objects {
		if err := three.s3.Put(bucketOfEqual, fmt.Sprintf("rows-%d/%d.jsonl", table, i), []byte(objects[i].String())); err != nil {
			t.Fatal(err)
		}
	}
}

func (three *three) insert(t *testing.T, table string, row map[string]any) {
	t.Helper()
	var columns, places []string
	var values []any
	for column, value := range row {
		columns, values = append(columns, column), append(values, value)
		places = append(places, fmt.Sprintf("$%d", len(values)))
	}
	statement := "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES (" + strings.Join(places, ", ") + ")"
	if _, err := three.lake.db.ExecContext(t.Context(), statement, values...); err != nil {
		t.Fatalf("%s %v: %v", statement, values, err)
	}
}

// variants are a job for each kind of source.
type variants struct{ athena, bucket, database string }

// randomJob is a job in words, for each source. Times are of the frame.
func (f frame) randomJob(t *testing.T, r *rand.Rand, table int) variants {
	t.Helper()
	var sqlCases, cases []string
	for i := range r.IntN(5) {
		condition := randomCondition(r, 3)
		sqlCases = append(sqlCases, fmt.Sprintf("case%d: %s", i, inYAML(t, condition.sql)))
		cases = append(cases, fmt.Sprintf("case%d: %s", i, inYAML(t, condition.expression)))
	}
	rest := ""
	if r.IntN(4) > 0 {
		rest += "    window: {span: " + string(f.span) + ", " + f.randomColumn(r) + "}\n"
	}
	rest += pick(r, "", "", "    group_by: [word]\n", "    group_by: [a]\n", "    group_by: [flag]\n", "    group_by: [person, a]\n", "    group_by: [a, word]\n")
	distinct := pick(r, "", "", "person", "n")
	if distinct != "" {
		rest += "    distinct: " + distinct + "\n"
	}
	if len(cases) > 1 && r.IntN(2) == 0 {
		rest += "    exclusive: true\n"
	}
	windowed := strings.Contains(rest, "window:")
	named := func(source string, cases []string) string {
		text := "    source: {" + source + "}\n" + rest
		if len(cases) > 0 {
			text += "    cases:\n      " + strings.Join(cases, "\n      ") + "\n"
		}
		return text
	}
	return variants{
		athena:   named("athena: lake, table: rows"+f.randomPartitions(r, windowed), sqlCases),
		bucket:   named(fmt.Sprintf("bucket: logs, prefix: rows-%d/, format: jsonl", table), cases),
		database: named("database: app, table: rows", sqlCases),
	}
}

// randomColumn is the column of the window and how it is read.
func (f frame) randomColumn(r *rand.Rand) string {
	inZone := ", column_timezone: " + f.columnZone
	columns := []string{
		"column: at_zone", "column: at_text", "column: at_wall" + inZone, "column: at_unzoned" + inZone,
		"column: at_seconds, column_type: epoch_seconds", "column: at_millis, column_type: epoch_millis",
	}
	if isMidnight(f.from, f.columnZone) && isMidnight(f.to, f.columnZone) {
		columns = append(columns, "column: at_day"+inZone)
	}
	return pick(r, columns...)
}

func isMidnight(at time.Time, zone string) bool {
	return at.In(location(zone)).Format("15:04:05.999") == "00:00:00"
}

// randomPartitions limit the scan to partitions of the window, in the zone in which they are
// named. That may be left out where it is one of those that are read then.
func (f frame) randomPartitions(r *rand.Rand, windowed bool) string {
	if !windowed || r.IntN(5) == 0 {
		return ""
	}
	text := ", partitions: " + pick(r, `{dt: "{yyyy}-{MM}-{dd}"}`, `{year: "{yyyy}", month: "{MM}", day: "{dd}"}`, `{dt: "{yyyy}-{MM}-{dd}", hour: "{HH}"}`,
		`{year: "{yyyy}", month: "{MM}"}`, `{year: "{yyyy}"}`)
	if (f.partitions == f.zone || f.partitions == "UTC") && r.IntN(2) == 0 {
		return text
	}
	return text + ", partition_timezone: " + f.partitions
}

func inYAML(t *testing.T, text string) string {
	t.Helper()
	quoted, err := json.Marshal(text) // which YAML reads, too
	if err != nil {
		t.Fatal(err)
	}
	return string(quoted)
}

// compare counts a job in all three sources, and returns the total.
func (three *three) compare(t *testing.T, f frame, v variants) int {
	var results [3][]string
	total := int64(0)
	for i, of := range []struct {
		source count.Source
		job    string
	}{{three.databases, v.database}, {three.athena, v.athena}, {three.buckets, v.bucket}} {
		counted := jobtest.Read(t, "timezone: "+f.zone+"\njobs:\n  - name: equal\n    schedule: cron(5 * * * ? *)\n"+of.job).Jobs[0]
		window, err := count.WindowOf(counted, job.Slot{Time: f.slot})
		if err != nil {
			t.Error(err)
			return 0
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		result, err := of.source.Count(ctx, count.Query{Job: counted, Window: window, Slot: f.slot, Purpose: v.bucket})
		cancel()
		if err != nil {
			t.Errorf("%v in\n%s", err, of.job)
			return 0
		}
		for _, line := range result.Counts {
			groups, err := json.Marshal(line.Groups)
			if err != nil {
				t.Error(err)
			}
			results[i] = append(results[i], fmt.Sprintf("%s %s: %d", groups, line.Case, line.Count))
			if i == 0 && line.Case == "total" && len(line.Groups) == 0 {
				total = line.Count
			}
		}
	}
	for i, name := range []string{"Athena", "S3"} {
		if difference := cmp.Diff(results[0], results[i+1]); difference != "" {
			t.Errorf("slot %s, window from %s to %s\n%s%s%s(- PostgreSQL, + %s):\n%s", f.slot.Format(time.RFC3339), f.from, f.to, v.database, v.athena, v.bucket, name, difference)
		}
	}
	return int(total)
}
