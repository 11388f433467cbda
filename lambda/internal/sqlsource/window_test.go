package sqlsource

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/internal/count"
	"tally/lambda/internal/statement"
	"tally/lambda/job"
)

// windowColumns are the types that a window's column may have.
func windowColumns(f fixture) []struct {
	name, sqlType string
	kind          statement.Kind
} {
	return []struct {
		name, sqlType string
		kind          statement.Kind
	}{
		{"at_instant", f.pick("timestamptz", "timestamp(6) NULL"), statement.Instant},
		{"at_wall", f.pick("timestamp", "datetime(6)"), statement.WallClock},
		{"at_second", f.pick("timestamp(0)", "datetime"), statement.WallClock},
		{"at_day", "date", statement.Date},
		{"at_seconds", f.pick("integer", "int unsigned"), statement.Integer},
		{"at_millis", "bigint", statement.Integer},
	}
}

// epochs are what the integers of columns count.
var epochs = map[string]job.ColumnType{"at_seconds": job.EpochSeconds, "at_millis": job.EpochMillis}

func testWindows(t *testing.T, f fixture) {
	seoul := zone(t, "Asia/Seoul")
	var columns []string
	for _, column := range windowColumns(f) {
		columns = append(columns, column.name+" "+column.sqlType)
	}
	f.exec(t, "CREATE TABLE moments ("+strings.Join(columns, ", ")+")")
	// Three days in Seoul, with rows on and next to each boundary, and without a time.
	first := time.Date(2022, 4, 6, 0, 0, 0, 0, seoul)
	rows := 0
	for day := range 4 {
		for _, offset := range []time.Duration{-time.Second, -time.Microsecond, 0, time.Microsecond, time.Second, 12 * time.Hour} {
			moment := first.AddDate(0, 0, day).Add(offset)
			f.insertMoment(t, moment)
			if !moment.Before(first) && moment.Before(first.AddDate(0, 0, 3)) {
				rows++
			}
		}
	}
	f.exec(t, "INSERT INTO moments (at_wall) VALUES (NULL)")
	// The result must not depend on what zone the server or the user is set to.
	if f.postgres() {
		f.exec(t, "ALTER ROLE tally_reader SET timezone = 'America/New_York'")
		t.Cleanup(func() { f.exec(t, "ALTER ROLE tally_reader RESET timezone") })
	} else {
		f.exec(t, "SET GLOBAL time_zone = '-05:00'")
		t.Cleanup(func() { f.exec(t, "SET GLOBAL time_zone = '+00:00'") })
	}

	for _, column := range windowColumns(f) {
		t.Run(column.sqlType, func(t *testing.T) {
			columnZone := seoul
			if column.kind == statement.Instant || column.kind == statement.Integer {
				columnZone = nil // not needed
			}
			var sum int64
			for day := range 3 {
				from := first.AddDate(0, 0, day)
				query := within(queryOf("moments", "any", "1 = 1"), column.name, columnZone, from.UTC(), from.AddDate(0, 0, 1).UTC())
				query.Job.Window.ColumnType = epochs[column.name]
				got := f.mustCount(t, query)
				// Of each day: 0, 1 µs, 1 s, 12 h, and 1 s and 1 µs before the next.
				if difference := cmp.Diff(map[string]int64{"any": 6, "other": 0, "total": 6}, got); difference != "" {
					t.Errorf("day %d: counts (-want +got):\n%s", day, difference)
				}
				sum += got["total"]
			}
			if sum != int64(rows) {
				t.Errorf("the windows hold %d rows, want each of the %d in one", sum, rows)
			}
		})
	}
	t.Run("times in a condition are UTC", func(t *testing.T) {
		got := f.mustCount(t, queryOf("moments", "start", "at_instant = '2022-04-05 15:00:00'"))
		if got["start"] != 1 {
			t.Errorf("%d rows lie on the start of the first day, want 1", got["start"])
		}
	})
	t.Run("to-date windows end at the minute", func(t *testing.T) {
		at := first.Add(12 * time.Hour) // a row lies exactly there
		for _, column := range windowColumns(f)[:3] {
			before := f.mustCount(t, within(queryOf("moments", "any", "1 = 1"), column.name, seoul, first, at))
			after := f.mustCount(t, within(queryOf("moments", "any", "1 = 1"), column.name, seoul, at, first.AddDate(0, 0, 1)))
			if before["total"] != 3 || after["total"] != 3 {
				t.Errorf("%s: %d rows before noon and %d from noon on, want 3 and 3", column.sqlType, before["total"], after["total"])
			}
		}
	})
}

// insertMoment inserts a moment as an application in its zone would. The column
// without microseconds gets the second it lies in.
func (f fixture) insertMoment(t *testing.T, moment time.Time) {
	t.Helper()
	utc := moment.UTC().Format(statement.WallClockLayout)
	if f.postgres() {
		utc += "Z"
	}
	whole := moment.Add(-time.Duration(moment.Nanosecond()))
	f.exec(t, fmt.Sprintf("INSERT INTO moments (at_instant, at_wall, at_second, at_day, at_seconds, at_millis) VALUES ('%s', '%s', '%s', '%s', %d, %d)",
		utc, moment.Format(statement.WallClockLayout), whole.Format(statement.WallClockLayout), moment.Format(time.DateOnly), moment.Unix(), moment.UnixMilli()))
}

// Days in New York when the clocks change: every half hour there is a row.
func testDST(t *testing.T, f fixture) {
	newYork := zone(t, "America/New_York")
	f.exec(t, "CREATE TABLE halves (at_instant "+f.pick("timestamptz", "timestamp NULL")+", at_wall "+f.pick("timestamp", "datetime")+")")
	var values []string
	for moment := at("2022-03-10T00:00:00Z"); moment.Before(at("2022-03-17T00:00:00Z")); moment = moment.Add(30 * time.Minute) {
		values = append(values, half(f, moment, newYork))
	}
	for moment := at("2022-11-03T00:00:00Z"); moment.Before(at("2022-11-10T00:00:00Z")); moment = moment.Add(30 * time.Minute) {
		values = append(values, half(f, moment, newYork))
	}
	f.exec(t, insert("halves", values...))
	for _, test := range []struct {
		slot string
		want int64
	}{
		{"2022-03-13T12:00:00Z", 48}, // the 12th
		{"2022-03-14T12:00:00Z", 46}, // the 13th has 23 hours
		{"2022-11-06T12:00:00Z", 48},
		{"2022-11-07T12:00:00Z", 50}, // the 6th has 25
	} {
		from, to, err := job.PreviousDay.Range(at(test.slot), newYork)
		if err != nil {
			t.Fatal(err)
		}
		for _, column := range []string{"at_instant", "at_wall"} {
			got := f.mustCount(t, within(queryOf("halves", "any", "1 = 1"), column, newYork, from, to))
			if got["total"] != test.want {
				t.Errorf("slot %s, column %s: total is %d, want %d", test.slot, column, got["total"], test.want)
			}
		}
	}
	// Each row is in one hour, also where the clocks show more than one hour twice.
	for zoneName, change := range map[string]string{
		"America/New_York": "2024-11-03T06:00:00Z", "Australia/Lord_Howe": "2024-04-06T15:00:00Z", "Antarctica/Troll": "2024-10-27T01:00:00Z",
	} {
		local, changed := zone(t, zoneName), at(change)
		f.exec(t, "DELETE FROM halves")
		var values []string
		for moment := changed.Add(-4 * time.Hour); moment.Before(changed.Add(4 * time.Hour)); moment = moment.Add(15 * time.Minute) {
			values = append(values, half(f, moment, local))
		}
		f.exec(t, insert("halves", values...))
		var counted int64
		last := time.Time{}
		for slot := changed.Add(-6 * time.Hour); slot.Before(changed.Add(8 * time.Hour)); slot = slot.Add(15 * time.Minute) {
			from, to, err := job.PreviousHour.Range(slot, local)
			if err != nil {
				t.Fatal(err)
			}
			if !from.Equal(last) {
				query := within(queryOf("halves", "any", "1 = 1"), "at_wall", local, from, to)
				query.Job.Window.Span = job.PreviousHour
				counted += f.mustCount(t, query)["total"]
			}
			last = from
		}
		if counted != int64(len(values)) {
			t.Errorf("%s: the hours hold %d rows, want each of the %d in one", zoneName, counted, len(values))
		}
	}
}

func half(f fixture, moment time.Time, zone *time.Location) string {
	return fmt.Sprintf("'%s', '%s'", moment.Format("2006-01-02 15:04:05"+f.pick("Z", "")), moment.In(zone).Format(statement.WallClockLayout))
}

func testBadColumns(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE columns_of (wall "+f.pick("timestamp", "datetime")+", day date, word varchar(10), epoch bigint, clock time)")
	seoul := zone(t, "Asia/Seoul")
	midnight, noon := time.Date(2022, 4, 7, 0, 0, 0, 0, seoul), time.Date(2022, 4, 7, 12, 0, 0, 0, seoul)
	for _, test := range []struct {
		column string
		zone   *time.Location
		to     time.Time
		want   []string
	}{
		{"wall", nil, noon, []string{"wall", "column_timezone: Asia/Seoul", "job daily"}},
		{"day", nil, midnight.AddDate(0, 0, 1), []string{"day", "column_timezone: Asia/Seoul", "job daily"}},
		{"day", seoul, noon, []string{"day", "2022-04-07T03:00:00Z", "Asia/Seoul", "span: previous-day"}},
		{"day", time.UTC, midnight.AddDate(0, 0, 1), []string{"day", "2022-04-06T15:00:00Z", "UTC"}},
		{"word", seoul, noon, []string{"word", "varchar", "date"}},
		{"epoch", seoul, noon, []string{"epoch", "integers", "job daily", "column_type: epoch_seconds or epoch_millis"}},
		{"clock", seoul, noon, []string{"clock", "its type is time;"}},
		{"day", seoul, midnight.Add(time.Hour), []string{"day", "2022-04-06T16:00:00Z", "span: previous-day"}},
		{"missing", seoul, noon, []string{"missing", "columns_of"}},
	} {
		_, err := f.count(t, within(queryOf("columns_of", "any", "1 = 1"), test.column, test.zone, midnight.UTC(), test.to.UTC()))
		if !count.IsPermanent(err) {
			t.Errorf("%s: got %v, want a permanent failure", test.column, err)
			continue
		}
		for _, want := range test.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q does not say %q", test.column, err, want)
			}
		}
	}
}

// Integers are times only if the job says so, and times are no integers.
func testColumnType(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE typed_columns (wall "+f.pick("timestamp", "datetime")+", n bigint)")
	for _, test := range []struct {
		column string
		said   job.ColumnType
		want   string
	}{
		{"n", "", "it holds integers; write in job daily what they count: column_type: epoch_seconds or epoch_millis"},
		{"n", job.EpochMillis, ""},
		{"wall", job.EpochSeconds, "it holds times, not epoch_seconds; leave column_type out of job daily"},
	} {
		query := within(queryOf("typed_columns", "any", "1 = 1"), test.column, nil, at("2022-04-07T00:00:00Z"), at("2022-04-08T00:00:00Z"))
		query.Job.Window.ColumnType = test.said
		_, err := f.count(t, query)
		if test.want == "" && err != nil || test.want != "" && (!count.IsPermanent(err) || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s as %q: got %v, want %q", test.column, test.said, err, test.want)
		}
	}
}

// Times in another unit than column_type says are no count of 0.
func testWrongUnit(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE units (seconds integer, millis bigint, unset bigint, mixed bigint)",
		"INSERT INTO units VALUES (1649300000, 1649300000000, 0, 1649300000), (1640000000, NULL, 0, 1649300000000)")
	for _, test := range []struct {
		column string
		said   job.ColumnType
		total  int64
		want   string
	}{
		{"seconds", job.EpochSeconds, 1, ""},
		{"millis", job.EpochMillis, 1, ""},
		{"seconds", job.EpochMillis, 0, "window.column seconds: as epoch_millis its values lie before 1990, and nothing would ever be counted; write column_type: epoch_seconds"},
		{"millis", job.EpochSeconds, 0, "window.column millis: as epoch_seconds its values lie more than ten years ahead, and nothing would ever be counted; write column_type: epoch_millis"},
		{"unset", job.EpochMillis, 0, ""},
		{"mixed", job.EpochMillis, 1, ""},
		{"mixed", job.EpochSeconds, 1, ""},
	} {
		query := within(queryOf("units", "any", "1 = 1"), test.column, nil, at("2022-04-07T00:00:00Z"), at("2022-04-08T00:00:00Z"))
		query.Job.Window.ColumnType = test.said
		got, err := f.count(t, query)
		problems, checkErr := sourceAt(f.server.ReaderURL).Check(t.Context(), query)
		if checkErr != nil {
			t.Fatal(checkErr)
		}
		switch {
		case test.want == "" && (err != nil || got["total"] != test.total || len(problems) != 0):
			t.Errorf("%s as %s: got %v, %v, and the check %v; want %d", test.column, test.said, got, err, problems, test.total)
		case test.want != "" && (!count.IsPermanent(err) || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s as %s: got %v, want %q", test.column, test.said, err, test.want)
		case test.want != "" && (len(problems) != 1 || problems[0].Field != "window.column" || !strings.Contains(problems[0].Err.Error(), test.want)):
			t.Errorf("%s as %s: the check finds %v, want %q", test.column, test.said, problems, test.want)
		}
	}
	// Without a row in the window there is nothing to mistake.
	query := within(queryOf("units", "any", "1 = 1"), "seconds", nil, at("2021-04-07T00:00:00Z"), at("2021-04-08T00:00:00Z"))
	query.Job.Window.ColumnType = job.EpochSeconds
	if got := f.mustCount(t, query); got["total"] != 0 {
		t.Errorf("counted %v, want 0", got)
	}
}

// A bound that an index cannot serve (a function around the column, a value of
// another type) would scan the whole table every day.
func testIndex(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE many (at_instant "+f.pick("timestamptz", "timestamp NULL")+", at_wall "+f.pick("timestamp", "datetime")+", at_day date, at_seconds integer, at_millis bigint)")
	var values []string
	for i := range 5000 {
		moment := at("2022-01-01T00:00:00Z").Add(time.Duration(i) * time.Hour)
		values = append(values, fmt.Sprintf("'%[1]s', '%[1]s', '%[1]s', %[2]d, %[3]d", moment.Format(statement.WallClockLayout), moment.Unix(), moment.UnixMilli()))
	}
	f.exec(t, insert("many", values...))
	columns := []string{"at_instant", "at_wall", "at_day", "at_seconds", "at_millis"}
	for _, column := range columns {
		f.exec(t, "CREATE INDEX many_"+column+" ON many ("+column+")")
	}
	f.exec(t, f.pick("ANALYZE many", "ANALYZE TABLE many"))
	for _, column := range columns {
		session := f.session(t)
		query := within(queryOf("many", "any", "1 = 1"), column, time.UTC, at("2022-04-07T00:00:00Z"), at("2022-04-08T00:00:00Z"))
		query.Job.Window.ColumnType = epochs[column]
		planned, err := (&run{session: session, query: query}).planned(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		st := planned.Together(statement.Measures(query.Job))
		names, rows, err := session.texts(t.Context(), "EXPLAIN "+st.Text, st.Values...)
		if err != nil {
			t.Fatal(err)
		}
		plan := chosen(names, rows)
		if !strings.Contains(plan, "many_"+column) || strings.Contains(plan, "ALL") || strings.Contains(plan, "Seq Scan") {
			t.Errorf("%s: the plan does not use the index:\n%s", column, plan)
		}
	}
}

// chosen is a plan as text, without what MariaDB did not choose.
func chosen(names []string, rows [][]string) string {
	var plan strings.Builder
	for _, row := range rows {
		for i, cell := range row {
			if names[i] != "possible_keys" {
				plan.WriteString(cell + " ")
			}
		}
		plan.WriteByte('\n')
	}
	return plan.String()
}

func TestStartsDay(t *testing.T) {
	for _, test := range []struct {
		moment, zone string
		want         bool
	}{
		{"2022-04-06T15:00:00Z", "Asia/Seoul", true},
		{"2022-04-06T15:00:01Z", "Asia/Seoul", false},
		{"2022-04-06T15:00:00Z", "UTC", false},
		{"2018-11-04T03:00:00Z", "America/Sao_Paulo", true}, // clocks skipped midnight: the day began at 01:00
		{"2018-11-04T04:00:00Z", "America/Sao_Paulo", false},
	} {
		if got := statement.StartsDay(at(test.moment), zone(t, test.zone)); got != test.want {
			t.Errorf("%s in %s: got %t", test.moment, test.zone, got)
		}
	}
}

func at(text string) time.Time {
	moment, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return moment
}
