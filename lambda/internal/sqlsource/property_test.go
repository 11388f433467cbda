package sqlsource

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/internal/count"
	"tally/lambda/internal/statement"
	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

// Generated tables, jobs and windows: what the databases count must be what a loop
// over the same rows counts (oracle_test.go). The seed is fixed, so that a failure
// comes again.
const (
	generatedTables = 25
	jobsPerTable    = 8
	largestTable    = 60
)

func testGenerated(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE made_up (n bigint, word varchar(60)"+f.binary()+", g1 varchar(60)"+f.binary()+", g2 integer, "+
		"at_instant "+f.pick("timestamptz", "timestamp(6) NULL")+", at_wall "+f.pick("timestamp", "datetime(6)")+
		", at_day date, at_seconds bigint, at_millis bigint)")
	r := rand.New(rand.NewPCG(20220407, 1455))
	for table := range generatedTables {
		frame := randomFrame(t, r)
		rows := make([]row, r.IntN(largestTable))
		for i := range rows {
			rows[i] = randomRow(r, frame)
		}
		f.load(t, rows)
		for i := range jobsPerTable {
			query, cases, window := randomQuery(r, frame)
			got := f.lines(t, query)
			if difference := cmp.Diff(oracle(rows, query.Job, cases, window), got); difference != "" {
				t.Fatalf("table %d, job %d: %+v\nwindow %+v\nlines (-oracle +got):\n%s", table, i, query.Job, query.Window, difference)
			}
		}
	}
}

// binary compares texts byte by byte in each engine, as Go does.
func (f fixture) binary() string {
	return f.pick("", " COLLATE utf8mb4_nopad_bin", " COLLATE utf8mb4_0900_bin")
}

// row is a row of the table made_up; nil is NULL.
type row struct {
	n        *int64
	word, g1 *string
	g2       *int64
	at       *time.Time // to the microsecond; every at_ column says it in its way
}

func (f fixture) load(t *testing.T, rows []row) {
	t.Helper()
	f.exec(t, "DELETE FROM made_up")
	values := make([]string, 9)
	for i := range values {
		values[i] = f.pick(fmt.Sprintf("$%d", i+1), "?")
	}
	insert := "INSERT INTO made_up VALUES (" + strings.Join(values, ", ") + ")"
	for _, row := range rows {
		arguments := []any{row.n, row.word, row.g1, row.g2, nil, nil, nil, nil, nil}
		if row.at != nil {
			wall := row.at.In(columnZone)
			arguments = append(arguments[:4], row.at.UTC().Format(statement.WallClockLayout)+f.pick("Z", ""), wall.Format(statement.WallClockLayout),
				wall.Format(time.DateOnly), row.at.Unix(), row.at.UnixMilli())
		}
		if _, err := f.admin.ExecContext(t.Context(), insert, arguments...); err != nil {
			t.Fatalf("%v: %v", arguments, err)
		}
	}
}

// columnZone is what the columns without a zone mean. It has no daylight saving
// time: a wall clock that goes back cannot be told from one that does not.
var columnZone = time.FixedZone("Asia/Seoul", 9*60*60)

// frame is a slot and the window that generated rows lie around.
type frame struct {
	zone     *time.Location
	span     job.Span
	from, to time.Time
}

// moments are days that a calendar is wrong about easily: changes of clocks in
// spring and autumn, a leap day, the ends of months and of a year.
var moments = []string{
	"2022-03-13T09:30:00Z", "2022-03-14T03:59:00Z", "2022-11-06T05:30:00Z", "2022-11-07T06:00:00Z", "2024-02-29T12:00:00Z",
	"2024-03-01T00:05:00Z", "2021-12-31T23:59:00Z", "2022-01-01T00:00:00Z", "2022-04-04T00:01:00Z", "2022-10-30T01:30:00Z",
}

func randomFrame(t *testing.T, r *rand.Rand) frame {
	t.Helper()
	f := frame{span: pick(r, job.Spans), zone: zone(t, pick(r, []string{"Asia/Seoul", "America/New_York", "Europe/Berlin", "UTC", "Asia/Kathmandu", "Australia/Lord_Howe"}))}
	var err error
	f.from, f.to, err = f.span.Range(at(pick(r, moments)).Add(time.Duration(r.IntN(3000))*time.Minute), f.zone)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func randomRow(r *rand.Rand, f frame) row {
	var generated row
	if r.IntN(6) > 0 {
		generated.n = new(pick(r, []int64{0, 1, -1, 2, 3, 7, -9, 1 << 62, -1 << 63, 1<<63 - 1, 9007199254740993}))
	}
	if r.IntN(6) > 0 {
		generated.word = new(pick(r, words))
	}
	if r.IntN(4) > 0 {
		generated.g1 = new(pick(r, words[:4]))
	}
	if r.IntN(4) > 0 {
		generated.g2 = new(int64(r.IntN(3) - 1))
	}
	if r.IntN(8) > 0 {
		moment := pick(r, []time.Time{f.from, f.to})
		if r.IntN(3) > 0 {
			moment = moment.Add(pick(r, []time.Duration{-time.Microsecond, 0, time.Microsecond, -time.Second, time.Second, -time.Millisecond}))
		} else {
			moment = f.from.Add(time.Duration(r.Int64N(int64(2*f.to.Sub(f.from)+time.Hour))) - time.Hour).Truncate(time.Microsecond)
		}
		generated.at = &moment
	}
	return generated
}

var words = []string{"", "a", "A", "스캔", "b", "a ", "it's", `"q"`, `back\slash`, "%", "é", "e\u0301", "🦷", "line\nend"}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// randomQuery makes a job and says what it means: a test for each case, and one
// for the window.
func randomQuery(r *rand.Rand, f frame) (query count.Query, cases []func(row) sql.NullBool, inWindow func(row) bool) {
	counted := job.Job{Name: "generated", Timezone: f.zone.String(), Source: job.Source{Database: "app", Table: job.Table{"made_up"}}}
	for i := range 1 + r.IntN(5) {
		text, means := randomCondition(r, 3)
		counted.Cases = append(counted.Cases, strictyaml.Entry[job.Condition]{Key: fmt.Sprintf("case%d", i), Value: job.Condition(text)})
		cases = append(cases, means)
	}
	counted.GroupBy = pick(r, [][]string{nil, nil, {"g1"}, {"g2"}, {"g1", "g2"}, {"g2", "g1"}})
	counted.Distinct = pick(r, []string{"", "", "n", "word"})
	switch {
	case r.IntN(4) == 0:
		counted.Total = new(false)
	case len(cases) > 1 && r.IntN(2) == 0:
		counted.Exclusive = true
	}
	query = count.Query{Job: counted}
	if r.IntN(4) == 0 {
		return query, cases, func(row) bool { return true }
	}
	query, inWindow = randomWindow(r, f, query)
	return query, cases, inWindow
}

func randomWindow(r *rand.Rand, f frame, query count.Query) (count.Query, func(row) bool) {
	columns := []string{"at_instant", "at_wall", "at_seconds", "at_millis"}
	if statement.StartsDay(f.from, columnZone) && statement.StartsDay(f.to, columnZone) {
		columns = append(columns, "at_day")
	}
	column := pick(r, columns)
	query = within(query, column, columnZone, f.from.UTC(), f.to.UTC())
	precision := time.Microsecond
	switch column {
	case "at_seconds":
		query.Job.Window.ColumnType, precision = job.EpochSeconds, time.Second
	case "at_millis":
		query.Job.Window.ColumnType, precision = job.EpochMillis, time.Millisecond
	}
	return query, func(row row) bool {
		if row.at == nil {
			return false
		}
		stored := row.at.Truncate(precision)
		if column == "at_day" {
			year, month, day := row.at.In(columnZone).Date()
			stored = time.Date(year, month, day, 0, 0, 0, 0, columnZone)
		}
		return !stored.Before(f.from) && stored.Before(f.to)
	}
}
