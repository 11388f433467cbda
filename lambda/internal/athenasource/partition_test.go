package athenasource

import (
	"fmt"
	"strings"
	"testing"

	"tally/lambda/job"
)

// The condition that limits the scan, by what the job says of partitions.
func TestPartitionsLimitTheScan(t *testing.T) {
	l := startLake(t)
	l.exec(t, "CREATE TABLE events (at timestamptz, dt varchar, day date, ymd integer, y varchar, m integer, d varchar, h varchar, region varchar)")
	for _, test := range []struct{ name, partitions, window, want string }{
		{"a day", `{dt: "{yyyy}-{MM}-{dd}"}, partition_timezone: Asia/Seoul`, "{span: previous-day, column: at}", `"dt" IN ('2022-04-07')`},
		{"a day in another zone", `{dt: "{yyyy}-{MM}-{dd}"}, partition_timezone: UTC`, "{span: previous-day, column: at}", `"dt" IN ('2022-04-06', '2022-04-07')`},
		{"a zone that nobody says", `{dt: "{yyyy}-{MM}-{dd}"}`, "{span: previous-day, column: at}", `"dt" IN ('2022-04-07', '2022-04-06')`},
		{"a date", `{day: "{yyyy}-{MM}-{dd}"}, partition_timezone: Asia/Seoul`, "{span: previous-day, column: at}", `"day" IN (DATE '2022-04-07')`},
		{"a number", `{ymd: "{yyyy}{MM}{dd}"}, partition_timezone: Asia/Seoul`, "{span: previous-day, column: at}", `"ymd" IN (20220407)`},
		{"numbers have no zeros before", `{y: "{yyyy}", m: "{MM}"}, partition_timezone: Asia/Seoul`, "{span: previous-day, column: at}", `"y" IN ('2022') AND "m" IN (4)`},
		{"hours", `{dt: "{yyyy}-{MM}-{dd}", h: "{HH}"}, partition_timezone: Asia/Seoul`, "{span: previous-hour, column: at}", `"dt" IN ('2022-04-08') AND "h" IN ('00')`},
		{"hours of two days", `{dt: "{yyyy}-{MM}-{dd}", h: "{HH}"}, partition_timezone: America/Santiago`, "{span: hour-to-date, column: at}", `"dt" IN ('2022-04-07') AND "h" IN ('12')`},
		{"days with all their hours share them", `{dt: "{yyyy}-{MM}-{dd}", h: "{H}"}, partition_timezone: Asia/Seoul`, "{span: week-to-date, column: at}",
			`("dt" IN ('2022-04-04', '2022-04-05', '2022-04-06', '2022-04-07') AND "h" IN ('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13', '14', '15', '16', '17', '18', '19', '20', '21', '22', '23')` + "\n    " +
				`OR "dt" IN ('2022-04-08') AND "h" IN ('0', '1'))`},
		{"a fixed value", `{region: eu, dt: "{yyyy}-{MM}-{dd}"}, partition_timezone: Asia/Seoul`, "{span: previous-day, column: at}", `"region" IN ('eu') AND "dt" IN ('2022-04-07')`},
		{"partitions are the window", `{dt: "{yyyy}-{MM}-{dd}"}`, "{span: previous-day}", `"dt" IN ('2022-04-07')`},
		{"a quote", `{dt: "it's {yyyy}-{MM}-{dd}"}`, "{span: previous-day}", `"dt" IN ('it''s 2022-04-07')`},
	} {
		t.Run(test.name, func(t *testing.T) {
			query := queryOf(t, jobOf(t, fmt.Sprintf("    source: {athena: lake, table: events, partitions: %s}\n    window: %s\n", test.partitions, test.window)))
			explained, err := l.source().Explain(t.Context(), query)
			if err != nil {
				t.Fatal(err)
			}
			if sql := explained[0].SQL; !strings.Contains(sql+"\n", test.want+"\n") {
				t.Errorf("got %s\nwant %s", sql, test.want)
			}
		})
	}
}

func TestPartitionsThatTheTableCannotHave(t *testing.T) {
	l := startLake(t)
	l.exec(t, "CREATE TABLE events (at timestamptz, dt varchar, day date, ymd integer, amount double precision)")
	for _, test := range []struct{ partitions, want string }{
		{`{day: "{yyyy}/{MM}/{dd}"}`, `source.partitions.day: column day: its type is date, and "2022/04/07" is none; write "{yyyy}-{MM}-{dd}"`},
		{`{ymd: "{yyyy}-{MM}-{dd}"}`, `source.partitions.ymd: column ymd: its type is integer, and "2022-04-07" is no number`},
		{`{amount: "{yyyy}"}`, `source.partitions.amount: column amount: its type is double; partitions need varchar, date or an integer`},
		{`{missing: "{yyyy}"}`, `source.partitions.missing: `},
	} {
		query := queryOf(t, jobOf(t, fmt.Sprintf("    source: {athena: lake, table: events, partitions: %s}\n    window: {span: previous-day, column: at}\n", test.partitions)))
		problems, err := l.source().Check(t.Context(), query)
		if err != nil || len(problems) != 1 || !strings.HasPrefix(problems[0].Field+": "+problems[0].Err.Error(), test.want) {
			t.Errorf("%s: got %v (%v), want %s", test.partitions, problems, err, test.want)
		}
	}
}

// Nobody limits the scan of a table with partitions: the run says what it cost.
func TestAScanOfAllPartitionsIsToldWithItsBytes(t *testing.T) {
	l := startEvents(t)
	const base = "    source: {athena: lake, table: events}\n    window: {span: previous-day, column: %s, column_timezone: Asia/Seoul}\n"
	_, result := counted(t, l.source(), queryOf(t, jobOf(t, fmt.Sprintf(base, "event_time"))))
	want := "source.partitions: events is partitioned by dt, and nothing limits the scan to the window's partitions: query " + result.QueryID +
		` read 16.4 KB; write for example partitions: {dt: "{yyyy}-{MM}-{dd}"}`
	if len(result.Warnings) != 1 || result.Warnings[0] != want {
		t.Errorf("got %q, want %q", result.Warnings, want)
	}
	for name, j := range map[string]job.Job{
		"limited":       jobOf(t, clicks),
		"without a day": jobOf(t, "    source: {athena: lake, table: events}\n"),
	} {
		if _, result := counted(t, l.source(), queryOf(t, j)); result.Warnings != nil {
			t.Errorf("%s: got %q", name, result.Warnings)
		}
	}
}

// Partitions that the table does not have, or names otherwise.
func TestPartitionsThatReadEverythingOrNothing(t *testing.T) {
	l := startEvents(t)
	const base = "    source: {athena: lake, table: events, partitions: {%s}, partition_timezone: Asia/Seoul}\n    window: {span: previous-day, column: event_time, column_timezone: Asia/Seoul}\n"
	problems, err := l.source().Check(t.Context(), queryOf(t, jobOf(t, fmt.Sprintf(base, `person: "{yyyy}"`))))
	if err != nil || len(problems) != 1 || problems[0].Warning || problems[0].Err.Error() != "is no partition of events, which has dt; write one of these, or a condition of the cases" {
		t.Errorf("a column: got %v (%v)", problems, err)
	}
	fixed := "    source: {athena: lake, table: events, partitions: {dt: '2022-04-07'}}\n    window: {span: previous-day, column: event_time, column_timezone: Asia/Seoul}\n"
	problems, err = l.source().Check(t.Context(), queryOf(t, jobOf(t, fixed)))
	if err != nil || len(problems) != 1 || !problems[0].Warning {
		t.Errorf("a fixed value: got %v (%v)", problems, err)
	}
	got, result := counted(t, l.source(), queryOf(t, jobOf(t, fmt.Sprintf(base, `dt: "{yyyy}{MM}{dd}"`))))
	if got != "total 0" || len(result.Warnings) != 1 || !strings.Contains(result.Warnings[0], "found no data in the partitions of the window") {
		t.Errorf("another form: got %s with %q", got, result.Warnings)
	}
}
