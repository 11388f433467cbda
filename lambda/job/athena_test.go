package job_test

import (
	"strings"
	"testing"
	"time"
)

const goodEvents = `timezone: Asia/Seoul
jobs:
  - name: events
    schedule: cron(30 16 * * ? *)
    source:
      athena: lake
      table: events
      partitions: {dt: "{yyyy}-{MM}-{dd}"}
      partition_timezone: Asia/Seoul
    window:
      span: previous-day
      column: event_time
    cases:
      clicks: kind = 'click'
`

func TestAthenaProblems(t *testing.T) {
	for _, test := range []struct{ name, old, new, want string }{
		{"good", "", "", ""},
		{"no entry", "athena: lake\n      ", "", "jobs.yaml:5:5: jobs[0].source.athena: is missing; write athena: lake"},
		{"no table", "      table: events\n", "", "jobs.yaml:5:5: jobs[0].source.table: is missing; write table: events"},
		{"the table's database", "table: events", "table: analytics.events", "jobs.yaml:7:14: jobs[0].source.table: names a database, which stands in the environment file; write table: events"},
		{"two kinds", "athena: lake", "athena: lake\n      bucket: logs", "jobs.yaml:5:5: jobs[0].source: names a bucket and Athena; write either bucket and prefix, or athena and table"},
		{"a scan for each case", "    cases:", "    total: false\n    cases:", "jobs.yaml:13:12: jobs[0].total: is false, so that each case would have a scan of its own, and Athena bills every scan; leave it out"},
		{"no column and no partitions", "      partitions: {dt: \"{yyyy}-{MM}-{dd}\"}\n      partition_timezone: Asia/Seoul\n    window:\n      span: previous-day\n      column: event_time\n", "    window:\n      span: previous-day\n",
			`jobs.yaml:8:5: jobs[0].window.column: is missing; write column: event_time, or placeholders such as dt: "{yyyy}-{MM}-{dd}" in source.partitions`},
		{"partitions alone", "      column: event_time\n", "", ""},
		{"the zone of no column", "      column: event_time\n", "      column_timezone: UTC\n", "jobs.yaml:12:24: jobs[0].window.column_timezone: is about the column, which is missing; write window.column too, or leave it out"},
		{"columns of a record", "column: event_time", "column: [day, time]", "jobs.yaml:12:7: jobs[0].window.column: names several columns, which records of buckets may have; write the one with the time"},
		{"a format of times", "column: event_time", "column: event_time\n      column_format: dd/MM/yyyy", "jobs.yaml:13:22: jobs[0].window.column_format: is about records in buckets; leave it out, the column has a type"},

		{"a statement that is too long", "kind = 'click'", "kind = '" + strings.Repeat("x", 130_000) + "'", "jobs.yaml:13:5: jobs[0].cases: make a statement of 260086 bytes, and Athena takes 250000; write two jobs"},

		{"no such placeholder", "{dd}", "{DD}", `jobs.yaml:8:24: jobs[0].source.partitions.dt: "{DD}" is not a placeholder; write {yyyy}, {MM}, {dd} or {HH}`},
		{"strftime", "{yyyy}-{MM}-{dd}", "%Y-%m-%d", "jobs.yaml:8:24: jobs[0].source.partitions.dt: has times as strftime writes them; write \"{yyyy}-{MM}-{dd}\"\n" +
			"jobs.yaml:9:27: jobs[0].source.partition_timezone: is about placeholders, and the partitions have none; leave it out"},
		{"times without braces", "{yyyy}-{MM}-{dd}", "yyyy-MM-dd", "jobs.yaml:8:24: jobs[0].source.partitions.dt: has times without braces, which would be read as they are; write \"{yyyy}-{MM}-{dd}\"\n" +
			"jobs.yaml:9:27: jobs[0].source.partition_timezone: is about placeholders, and the partitions have none; leave it out"},
		{"an empty value", `"{yyyy}-{MM}-{dd}"`, `"{yyyy}-{MM}-{dd}", hour: ""`, "jobs.yaml:8:50: jobs[0].source.partitions.hour: is empty; write a text"},
		{"times that come again", `{dt: "{yyyy}-{MM}-{dd}"}`, `{day: "{dd}", month: "{MM}"}`, `jobs.yaml:8:7: jobs[0].source.partitions: name a time that comes again; write the longer periods too, such as dt: "{yyyy}-{MM}-{dd}"`},
		{"times in several columns", `{dt: "{yyyy}-{MM}-{dd}"}`, `{day: "{dd}", month: "{MM}", year: "{yyyy}"}`, ""},
		{"times that run together", "{yyyy}-{MM}-{dd}", "{yyyy}{M}{d}", "jobs.yaml:8:24: jobs[0].source.partitions.dt: has a time without leading zeros before another one, so that two times have the same value; write {MM}, {dd} or {HH}"},
		{"a fixed value beside times", `{dt:`, `{region: eu, dt:`, ""},
		{"no partitions", `{dt: "{yyyy}-{MM}-{dd}"}`, "{}", "jobs.yaml:8:7: jobs[0].source.partitions: is empty; write a column with its values, such as dt: \"{yyyy}-{MM}-{dd}\", or leave it out\n" +
			"jobs.yaml:9:27: jobs[0].source.partition_timezone: is about placeholders, and the partitions have none; leave it out"},
		{"no such zone", "partition_timezone: Asia/Seoul", "partition_timezone: Asia/Soul", `jobs.yaml:9:27: jobs[0].source.partition_timezone: there is no time zone "Asia/Soul"; write "Asia/Seoul"`},

		// Partitions alone must tell windows apart.
		{"a day of another zone", "partition_timezone: Asia/Seoul\n    window:\n      span: previous-day\n      column: event_time", "partition_timezone: UTC\n    window:\n      span: previous-day",
			"jobs.yaml:9:27: jobs[0].source.partition_timezone: makes a day of UTC, while the window is in Asia/Seoul: rows would count in two windows; write {HH} too, or write window.column, which decides for each row"},
		{"hours by days", "span: previous-day\n      column: event_time", "span: previous-hour",
			"jobs.yaml:8:7: jobs[0].source.partitions: names a day, which previous-hour does not fill: rows would count in several windows; write placeholders down to the hour, or write window.column, which decides for each row"},
		{"a window to date", "span: previous-day\n      column: event_time", "span: day-to-date", "jobs.yaml:11:13: jobs[0].window.span: day-to-date ends at the slot, and partitions alone would count what comes after it in a late run; write window.column, or previous-day"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(goodEvents, test.old) {
				t.Fatalf("%q is not in the file", test.old)
			}
			got := ""
			input := strings.Replace(goodEvents, test.old, test.new, 1)
			if _, err := read(t, input); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("%s\ngot:\n%s\nwant:\n%s", input, got, test.want)
			}
		})
	}
	if _, err := read(t, strings.NewReplacer("    window:\n      span: previous-day\n      column: event_time\n", "").Replace(goodEvents)); err == nil ||
		err.Error() != "jobs.yaml:8:24: jobs[0].source.partitions.dt: has placeholders for times of a window; write a window too" {
		t.Errorf("without a window: %v", err)
	}
}

func TestPartitionValues(t *testing.T) {
	at := func(text string) time.Time {
		parsed, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	for _, test := range []struct{ name, partitions, from, to, want string }{
		{"a day", `{dt: "{yyyy}-{MM}-{dd}"}
      partition_timezone: Asia/Seoul`, "2022-04-06T15:00:00Z", "2022-04-07T15:00:00Z", "2022-04-07"},
		{"a day of nobody's zone", `{dt: "{yyyy}-{MM}-{dd}"}`, "2022-04-06T15:00:00Z", "2022-04-07T15:00:00Z", "2022-04-07 2022-04-06"},
		{"columns", `{y: "{yyyy}", m: "{M}", d: "{d}"}
      partition_timezone: UTC`, "2022-04-30T23:30:00Z", "2022-05-01T00:30:00Z", "2022/4/30 2022/5/1"},
		{"an hour that clocks show twice", `{dt: "{yyyy}-{MM}-{dd}T{HH}"}
      partition_timezone: America/New_York`, "2022-11-06T05:00:00Z", "2022-11-06T08:00:00Z", "2022-11-06T01 2022-11-06T02"},
		{"half an hour", `{dt: "{yyyy}-{MM}-{dd}T{HH}"}
      partition_timezone: Asia/Kolkata`, "2022-04-07T00:00:00Z", "2022-04-07T01:00:00Z", "2022-04-07T05 2022-04-07T06"},
		{"an empty window", `{dt: "{yyyy}-{MM}-{dd}"}
      partition_timezone: UTC`, "2022-04-07T00:00:00Z", "2022-04-07T00:00:00Z", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			file, err := read(t, strings.Replace(goodEvents, "{dt: \"{yyyy}-{MM}-{dd}\"}\n      partition_timezone: Asia/Seoul", test.partitions, 1))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, values := range file.Jobs[0].Source.PartitionValues(at(test.from), at(test.to)) {
				got = append(got, strings.Join(values, "/"))
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// Who does not say in which zone partitions are named pays for those of two.
func TestAZoneThatNobodySaysIsAWarning(t *testing.T) {
	for input, want := range map[string]string{
		goodEvents: "",
		strings.Replace(goodEvents, "      partition_timezone: Asia/Seoul\n", "", 1):                                                   "source.partitions are read as named in Asia/Seoul and in UTC; write source.partition_timezone to read those of one zone",
		strings.NewReplacer("      partition_timezone: Asia/Seoul\n", "", "timezone: Asia/Seoul", "timezone: UTC").Replace(goodEvents): "",
	} {
		file, err := read(t, input)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(file.Jobs[0].Warnings(), "\n"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestTheKindOfASource(t *testing.T) {
	for input, want := range map[string]string{goodObjects: "bucket/uploads", goodEvents: "athena/lake"} {
		file, err := read(t, input)
		if err != nil {
			t.Fatal(err)
		}
		if got := file.Jobs[0].Source.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
