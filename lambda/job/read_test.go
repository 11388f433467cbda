package job_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

func TestReadFile(t *testing.T) {
	file := mustRead(t, `timezone: Asia/Seoul
jobs:
  - name: daily-scans
    description: Scans read today, by result
    schedule: cron(55 14 * * ? *)
    source: {database: app, table: scans}
    window: {span: day-to-date, column: created_at, column_timezone: Asia/Tokyo}
    cases:
      normal: result = 'normal'
      caries: result = 'caries' AND confidence >= 0.8
  - name: orders
    label: 주문, "paid" & <all>
    timezone: Europe/Berlin
    schedule: cron(5 0 * * ? *)
    schedule_timezone: Europe/Paris
    source: {database: shop, table: sales.orders}
    cases: {paid: status = 'paid'}
`)
	scans, _ := file.Lookup("daily-scans")
	orders, _ := file.Lookup("orders")
	for _, test := range []struct{ name, got, want string }{
		{"zone of the file", scans.Zone.String(), "Asia/Seoul"},
		{"timezone of the file", scans.Timezone, "Asia/Seoul"},
		{"zone of the job", orders.Zone.String(), "Europe/Berlin"},
		{"schedule in UTC", scans.ScheduleZone.String(), "UTC"},
		{"schedule in a zone", orders.ScheduleZone.String(), "Europe/Paris"},
		{"schedule", scans.Cron.String(), "cron(55 14 * * ? *)"},
		{"zone of the column", scans.Window.ColumnZone.String(), "Asia/Tokyo"},
		{"table with a schema", orders.Source.Table.String(), "sales.orders"},
		{"title of a job with a label", orders.Title(), `주문, "paid" & <all>`},
		{"title of a job without", scans.Title(), "daily-scans"},
		{"order of cases", strings.Join(scans.Cases.Keys(), " "), "normal caries"},
	} {
		if test.got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, test.got, test.want)
		}
	}
	if orders.Window != nil {
		t.Errorf("a job without window has %v", orders.Window)
	}
	if _, found := file.Lookup("order"); found {
		t.Error("Lookup finds a job that does not exist")
	}
}

// good is a valid file. The tests replace one part of it.
const good = `timezone: Asia/Seoul
jobs:
  - name: daily
    schedule: cron(55 14 * * ? *)
    source:
      database: app
      table: scans
    window:
      span: day-to-date
      column: created_at
    cases:
      normal: a = 1
`

func TestReadFileReportsProblems(t *testing.T) {
	const nameHint = "write a lower-case letter, then letters, digits, _ or -, at most 63 in all"
	const labelHint = "write one line of at most 100 characters, and the rest as description"
	const second = "  - {name: NAME, schedule: cron(0 1 * * ? *), source: {database: app, table: scans}, cases: {a: b}}\n"
	long := strings.Repeat("b", 62)

	for _, test := range []struct{ name, old, new, want string }{
		{"nothing", "", "", ""},

		// Jobs and names.
		{"no jobs", good, "timezone: UTC\njobs: []", "jobs.yaml:2:1: jobs: is empty; write at least one job"},
		{"jobs missing", good, "timezone: UTC", "jobs.yaml:1:1: jobs: is missing; write jobs: …"},
		{"longest name", "daily", "a" + long, ""},
		{"name with every sign", "daily", "a0_b-1", ""},
		{"name too long", "daily", "aa" + long, `jobs.yaml:3:11: jobs[0].name: "aa` + long + `" is not a name; ` + nameHint},
		{"name with a capital", "daily", "Daily", `jobs.yaml:3:11: jobs[0].name: "Daily" is not a name; ` + nameHint},
		{"name with a digit first", "daily", "1daily", `jobs.yaml:3:11: jobs[0].name: "1daily" is not a name; ` + nameHint},
		{"name with a dot", "daily", "daily.scans", `jobs.yaml:3:11: jobs[0].name: "daily.scans" is not a name; ` + nameHint},
		{"name with a line end", "daily", `"daily\n"`, `jobs.yaml:3:11: jobs[0].name: "daily\n" is not a name; ` + nameHint},
		{"name in Korean", "daily", "스캔", `jobs.yaml:3:11: jobs[0].name: "스캔" is not a name; ` + nameHint},
		{"name used twice", good, good + strings.Replace(second, "NAME", "daily", 1), `jobs.yaml:13:12: jobs[1].name: "daily" is also the name of jobs[0]; write another name`},
		{"two names missing", good, strings.Replace(good, "name: daily\n    ", "", 1) + strings.Replace(second, "name: NAME, ", "", 1),
			"jobs.yaml:3:5: jobs[0].name: is missing; write name: daily-scans\n" +
				"jobs.yaml:12:5: jobs[1].name: is missing; write name: daily-scans"},
		{"nothing but a name", good, "timezone: UTC\njobs:\n  - name: a",
			"jobs.yaml:3:5: jobs[0].schedule: is missing; write schedule: cron(55 14 * * ? *)\n" +
				"jobs.yaml:3:5: jobs[0].source: is missing; write source: {database: app, table: scans}"},

		// Labels.
		{"label", "daily\n", "daily\n    label: 오늘의 스캔\n", ""},
		{"longest label", "daily\n", "daily\n    label: " + strings.Repeat("스", 100) + "\n", ""},
		{"label too long", "daily\n", "daily\n    label: " + strings.Repeat("스", 101) + "\n", `jobs.yaml:4:12: jobs[0].label: "` + strings.Repeat("스", 101) + `" is not a title; ` + labelHint},
		{"label of two lines", "daily\n", "daily\n    label: \"a\\nb\"\n", `jobs.yaml:4:12: jobs[0].label: "a\nb" is not a title; ` + labelHint},
		{"label that is a number", "daily\n", "daily\n    label: 3\n", "jobs.yaml:4:12: jobs[0].label: is a number; put it in quotes: \"3\""},
		{"empty label", "daily\n", "daily\n    label: ''\n", "jobs.yaml:4:12: jobs[0].label: is empty; write a text"},

		// Cases.
		{"no case", "cases:\n      normal: a = 1", "cases: {}", "jobs.yaml:11:5: jobs[0].cases: is empty; write at least one case, such as normal: result = 'normal', or leave it out to count total alone"},
		{"case with a capital", "normal: a", "Normal: a", `jobs.yaml:12:15: jobs[0].cases.Normal: "Normal" is not a name; ` + nameHint},
		{"case with a dot, beside a wrong one", "normal: a = 1", "a: 3\n      a.b: c",
			"jobs.yaml:12:10: jobs[0].cases.a: is a number; put it in quotes: \"3\"\n" +
				`jobs.yaml:13:12: jobs[0].cases.a.b: "a.b" is not a name; ` + nameHint},
		{"case total", "normal: a", "total: a", "jobs.yaml:12:14: jobs[0].cases.total: every record holds total by itself; write another name"},
		{"case other", "normal: a", "other: a", "jobs.yaml:12:14: jobs[0].cases.other: every record holds other by itself; write another name"},
		{"case like a reserved one", "normal: a", "totals: a", ""},
		{"condition cut by YAML", "a = 1", "a = '#1' OR b = ' #2'", `jobs.yaml:12:15: jobs[0].cases.normal: YAML takes "#2'" as a comment; put the whole text in quotes`},

		// Groups, distinct and total.
		{"everything", "    cases:", "    group_by: [clinic, room]\n    max_groups: 10000\n    distinct: patient\n    exclusive: true\n    total: true\n    cases:\n      few: a < 3", ""},
		{"total: false", "    cases:", "    total: false\n    cases:", ""},
		{"overlap as a case", "normal: a", "overlap: a", "jobs.yaml:12:16: jobs[0].cases.overlap: every record holds overlap by itself; write another name"},
		{"no group", "    cases:", "    group_by: []\n    cases:", "jobs.yaml:11:5: jobs[0].group_by: is empty; write a column, or leave it out"},
		{"empty group", "    cases:", "    group_by: ['']\n    cases:", "jobs.yaml:11:16: jobs[0].group_by[0]: is empty; write a text"},
		{"group that is no list", "    cases:", "    group_by: clinic\n    cases:", "jobs.yaml:11:15: jobs[0].group_by: is a text; write a list"},
		{"group twice", "    cases:", "    group_by: [a, b, a]\n    cases:", `jobs.yaml:11:22: jobs[0].group_by[2]: "a" is listed twice; keep one`},
		{"too many groups", "    cases:", "    group_by: [a]\n    max_groups: 10001\n    cases:", "jobs.yaml:12:17: jobs[0].max_groups: is 10001; write a number from 1 to 10000, or leave it out for 1000"},
		{"max_groups without group_by", "    cases:", "    max_groups: 10\n    cases:", "jobs.yaml:11:17: jobs[0].max_groups: limits the groups of group_by, which is missing; write group_by too, or leave it out"},
		{"exclusive with one case", "    cases:", "    exclusive: true\n    cases:", "jobs.yaml:11:16: jobs[0].exclusive: compares cases, and there is one; write another case, or leave it out"},
		{"exclusive without total", "    cases:", "    exclusive: true\n    total: false\n    cases:\n      few: a < 3",
			"jobs.yaml:11:16: jobs[0].exclusive: needs one scan of all rows, which total: false does without; leave one of them out"},

		// Columns of integers.
		{"column_type", "column: created_at", "column: created_at\n      column_type: epoch_millis", ""},
		{"unknown column_type", "column: created_at", "column: created_at\n      column_type: epoch", `jobs.yaml:11:20: jobs[0].window.column_type: "epoch" is not a type; write epoch_seconds or epoch_millis, or leave it out for columns of a time`},
		{"epochs in a zone", "column: created_at", "column: created_at\n      column_type: epoch_seconds\n      column_timezone: UTC",
			"jobs.yaml:12:24: jobs[0].window.column_timezone: says nothing about integers of column_type, which are in UTC; leave it out"},

		// Source.
		{"table missing", "      table: scans\n", "", "jobs.yaml:5:5: jobs[0].source.table: is missing; write table: scans"},
		{"database missing", "      database: app\n", "", "jobs.yaml:5:5: jobs[0].source.database: is missing; write database: app"},
		{"table with a schema", "scans", "clinic.scans", ""},
		{"table of a list", "scans", "[sales, Order Items]", ""},
		{"table of three parts", "scans", "[a, b, c]", "jobs.yaml:7:7: jobs[0].source.table: has 3 entries; write at most 2"},
		{"table of a part with a quote", "scans", `[sales, 'a"b']`, `jobs.yaml:7:22: jobs[0].source.table[1]: "a\"b" is not a name; write it without quotes`},
		{"table with two dots", "scans", "a.b.c", `jobs.yaml:7:14: jobs[0].source.table: "a.b.c" is not a table; write table or schema.table, without quotes; or a list, such as [sales, Order Items], for names with blanks or dots`},
		{"table in quotes", "scans", `'"scans"'`, `jobs.yaml:7:14: jobs[0].source.table: "\"scans\"" is not a table; write table or schema.table, without quotes; or a list, such as [sales, Order Items], for names with blanks or dots`},
		{"table with more behind", "scans", "scans WHERE true", `jobs.yaml:7:14: jobs[0].source.table: "scans WHERE true" is not a table; write table or schema.table, without quotes; or a list, such as [sales, Order Items], for names with blanks or dots`},

		// Zones.
		{"no timezone", "timezone: Asia/Seoul\n", "", "jobs.yaml:2:5: jobs[0].timezone: is missing; write timezone: Asia/Seoul here or at the top of the file"},
		{"own timezone", good, strings.Replace(good[len("timezone: Asia/Seoul\n"):], "daily\n", "daily\n    timezone: UTC\n", 1), ""},
		{"empty timezone", "Asia/Seoul", "''", "jobs.yaml:1:11: timezone: is empty; write a text"},
		{"timezone Local", "Asia/Seoul", "Local", `jobs.yaml:1:11: timezone: the time zone Local is that of whatever machine runs this, name one; write "UTC"`},
		{"timezone that cannot be read, said once", "Asia/Seoul", "9", `jobs.yaml:1:11: timezone: is a number; put it in quotes: "9"`},
		{"misspelt timezone, said once", good, strings.Replace(good, "Seoul", "Soul", 1) + strings.Replace(second, "NAME", "hourly", 1),
			`jobs.yaml:1:11: timezone: there is no time zone "Asia/Soul"; write "Asia/Seoul"`},
		{"misspelt timezone of a job", "daily\n", "daily\n    timezone: Asia/Soul\n", `jobs.yaml:4:15: jobs[0].timezone: there is no time zone "Asia/Soul"; write "Asia/Seoul"`},
		{"misspelt timezone of file and job", good, strings.Replace(strings.Replace(good, "daily\n", "daily\n    timezone: Asia/Soul\n", 1), "Asia/Seoul", "Asia/Tokio", 1),
			"jobs.yaml:1:11: timezone: there is no time zone \"Asia/Tokio\"; write \"Asia/Tokyo\"\n" +
				`jobs.yaml:4:15: jobs[0].timezone: there is no time zone "Asia/Soul"; write "Asia/Seoul"`},
		{"misspelt schedule_timezone", "    source", "    schedule_timezone: Europe/Berln\n    source", `jobs.yaml:5:24: jobs[0].schedule_timezone: there is no time zone "Europe/Berln"; write "Europe/Berlin"`},
		{"column_timezone", "created_at", "created_at\n      column_timezone: KST", `jobs.yaml:11:24: jobs[0].window.column_timezone: there is no time zone "KST"; write "Asia/Seoul"`},

		// Windows.
		{"hours by a clock that repeats one", good, strings.NewReplacer("cron(55 14 * * ? *)\n", "cron(5 * * * ? *)\n    schedule_timezone: Europe/Berlin\n", "day-to-date", "previous-hour").Replace(good),
			"jobs.yaml:10:13: jobs[0].window.span: with schedule_timezone, previous-hour has no slot for an hour that clocks show twice; leave schedule_timezone out: a schedule in UTC fires every hour"},
		{"unknown span", "day-to-date", "today", `jobs.yaml:9:13: jobs[0].window.span: "today" is not a span; write one of hour-to-date, day-to-date, week-to-date, month-to-date, previous-hour, previous-day, previous-week, previous-month`},
		{"span missing", "      span: day-to-date\n", "", "jobs.yaml:8:5: jobs[0].window.span: is missing; write span: day-to-date"},
		{"column missing", "      column: created_at\n", "", "jobs.yaml:8:5: jobs[0].window.column: is missing; write column: created_at"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			input := strings.Replace(good, test.old, test.new, 1)
			if _, err := read(t, input); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("%s\ngot:\n%s\nwant:\n%s", input, got, test.want)
			}
		})
	}
}

// The package cron reports what is wrong with a schedule, and tests that. This test holds
// that a job is told to write a cron.
func TestReadFileRefusesSchedules(t *testing.T) {
	for _, test := range []struct{ name, schedule, says, suggests string }{
		{"five fields", "55 14 * * *", "five", "cron(55 14 * * ? *)"},
		{"five fields with a weekday", "cron(0 9 * * 1)", "five", "cron(0 9 ? * 2 *)"},
		{"rate", "rate(1 hour)", "no fixed times", "cron(0 * * * ? *)"},
		{"rate that no cron keeps", "rate(7 minutes)", "no fixed times", "cron(0/6 * * * ? *)"},
		{"at", "at(2022-04-07T14:55:00)", "does not repeat", "cron(55 14 7 4 ? 2022)"},
		{"hour out of range", "cron(0 25 * * ? *)", "25", ""},
		{"no schedule", "banana", "banana", ""},
		{"a day that never comes", "cron(0 0 30 2 ? *)", "never fires", ""},
	} {
		for _, zone := range []string{"", "    schedule_timezone: Asia/Seoul\n"} {
			t.Run(test.name, func(t *testing.T) {
				_, err := read(t, strings.Replace(good, "cron(55 14 * * ? *)\n", test.schedule+"\n"+zone, 1))
				if err == nil {
					t.Fatal("got no error")
				}
				got := err.Error()
				if !strings.HasPrefix(got, "jobs.yaml:4:15: jobs[0].schedule: ") || strings.Contains(got, "\n") {
					t.Errorf("got:\n%s\nwant one problem of jobs[0].schedule", got)
				}
				if !strings.Contains(got, test.says) || test.suggests != "" && !strings.HasSuffix(got, `; write "`+test.suggests+`"`) {
					t.Errorf("got:\n%s\nwant: … %s …; write %q", got, test.says, test.suggests)
				}
			})
		}
	}
}

func TestToDateWindowsThatAreAlwaysEmpty(t *testing.T) {
	for _, test := range []struct {
		name, timezone, schedule, scheduleTimezone string
		span                                       job.Span
		want                                       job.Span // the span to write instead; "" when the window is fine
	}{
		{"midnight in Seoul", "Asia/Seoul", "cron(0 15 * * ? *)", "", job.DayToDate, job.PreviousDay},
		{"midnight in Seoul, of Scheduler", "Asia/Seoul", "cron(0 0 * * ? *)", "Asia/Seoul", job.DayToDate, job.PreviousDay},
		{"midnight in UTC", "Asia/Seoul", "cron(0 0 * * ? *)", "", job.DayToDate, ""},
		{"a minute later", "Asia/Seoul", "cron(1 15 * * ? *)", "", job.DayToDate, ""},
		{"midnight and noon", "Asia/Seoul", "cron(0 3,15 * * ? *)", "", job.DayToDate, ""},
		{"midnight in winter only", "America/New_York", "cron(0 5 * * ? *)", "", job.DayToDate, ""},
		{"full hours", "Asia/Seoul", "cron(0 * * * ? *)", "", job.HourToDate, job.PreviousHour},
		{"full hours of a zone at half past", "Asia/Kolkata", "cron(0 * * * ? *)", "", job.HourToDate, ""},
		{"Monday midnight", "UTC", "cron(0 0 ? * MON *)", "", job.WeekToDate, job.PreviousWeek},
		{"Sunday midnight", "UTC", "cron(0 0 ? * SUN *)", "", job.WeekToDate, ""},
		{"first of the month", "UTC", "cron(0 0 1 * ? *)", "", job.MonthToDate, job.PreviousMonth},
		{"last of the month", "UTC", "cron(0 0 L * ? *)", "", job.MonthToDate, ""},
		{"once a year", "UTC", "cron(0 0 1 1 ? *)", "", job.MonthToDate, job.PreviousMonth},
		{"complete windows", "UTC", "cron(0 0 1 1 ? *)", "", job.PreviousMonth, ""},
		{"no more", "UTC", "cron(0 0 1 1 ? 2020)", "", job.DayToDate, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := "timezone: " + test.timezone + "\njobs:\n  - name: a\n    schedule: " + test.schedule + "\n"
			if test.scheduleTimezone != "" {
				text += "    schedule_timezone: " + test.scheduleTimezone + "\n"
			}
			text += "    source: {database: app, table: scans}\n    cases: {b: c}\n    window:\n      column: at\n      span: " + string(test.span) + "\n"
			_, err := read(t, text)
			if test.want == "" {
				if err != nil {
					t.Errorf("got %v, want none", err)
				}
				return
			}
			want := "jobs[0].window.span: " + string(test.span) + " is empty at every slot of " + test.schedule + "; write " + string(test.want)
			if err == nil || !strings.HasSuffix(err.Error(), want) || len(err.(strictyaml.Problems)) != 1 {
				t.Errorf("got %v, want … %s", err, want)
			}
		})
	}
}

func TestReadFileWithoutFile(t *testing.T) {
	_, document, _ := job.ReadFile(t.TempDir()+"/jobs.yaml", "infra/jobs.yaml")
	if err := strictyaml.Join(document); err == nil || err.Error() != "infra/jobs.yaml: the file does not exist; write it, or name another" {
		t.Errorf("got %v", err)
	}
}

// A function reads the file without the rules that synth has checked it by, and finds what it
// cannot work with.
func TestReadDeployed(t *testing.T) {
	for _, test := range []struct{ old, new, want string }{
		{"", "", ""},
		{"cron(55 14 * * ? *)", "55 14 * * *", "jobs[0].schedule: "},
		{"Asia/Seoul", "Asia/Elsewhere", "timezone: there is no time zone"},
		{"cases:", "case:", "jobs[0].case: "},
	} {
		path := filepath.Join(t.TempDir(), "jobs.yaml")
		if err := os.WriteFile(path, []byte(strings.Replace(good, test.old, test.new, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		file, document := job.ReadDeployed(path)
		err := strictyaml.Join(document)
		switch {
		case test.want == "" && (err != nil || file.Jobs[0].Zone == nil || file.Jobs[0].ScheduleZone == nil):
			t.Errorf("got %+v (%v)", file, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s: got %v, want %s", test.new, err, test.want)
		}
	}
}
