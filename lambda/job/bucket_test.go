package job_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/job"
	"tally/lambda/timezone"
)

// goodRecords is a valid file that counts records. The tests replace one part of it.
const goodRecords = `timezone: Asia/Seoul
jobs:
  - name: orders
    schedule: cron(20 15 * * ? *)
    source:
      bucket: logs
      prefix: "orders/{yyyy}/{MM}/{dd}/"
      prefix_timezone: UTC
      format: jsonl
    window:
      span: previous-day
      column: ordered_at
    group_by: [channel, 'upper(order.country)']
    distinct: order.customer.id
    cases:
      paid: status == "paid"
      large: amount > 100
`

const goodObjects = `timezone: Asia/Seoul
jobs:
  - name: uploads
    schedule: cron(10 15 * * ? *)
    source:
      bucket: uploads
      prefix: "images/{yyyy}/{MM}/{dd}/"
    window:
      span: previous-day
    cases:
      jpeg: key endsWith ".jpg"
`

const goodLogs = `jobs:
  - name: requests
    schedule: cron(30 1 * * ? *)
    timezone: Asia/Seoul
    source:
      bucket: logs
      prefix: "AWSLogs/{yyyy}/{MM}/{dd}/"
      format: alb
    window:
      span: previous-day
    cases:
      failed: int(elb_status_code) >= 500
`

func TestBucketProblems(t *testing.T) {
	const all = `"ordered_at", "channel", "country", "customer", "status", "amount"`
	albFields := `"` + strings.Join(job.Source{Format: job.ALB}.Layout().CSV.Columns[:30], `", "`) + `", and 3 more`
	known := "format: csv\n      csv: {header: false, columns: [ordered_at, channel, country, customer, status, amount]}"
	csv := strings.NewReplacer("format: jsonl", "format: csv", "amount > 100", "int(amount) > 100", "order.customer.id", "customer", "order.country", "country").Replace(goodRecords)
	for _, test := range []struct{ name, file, old, new, want string }{
		{"records", goodRecords, "", "", ""},
		{"objects", goodObjects, "", "", ""},
		{"csv", csv, "", "", ""},
		{"every option", csv, "format: csv", strings.Replace(known, "]}", "], delimiter: tab, quotes: none}", 1) + "\n      on_error: skip", ""},

		// One kind of source.
		{"nothing", goodObjects, "bucket: uploads\n      prefix: \"images/{yyyy}/{MM}/{dd}/\"", "table: ''", "jobs.yaml:5:5: jobs[0].source: names nothing; write {database: app, table: scans} or {bucket: logs, prefix: orders/} or {athena: lake, table: events}\njobs.yaml:6:14: jobs[0].source.table: is empty; write a text"},
		{"both kinds", goodObjects, "bucket: uploads", "bucket: uploads\n      table: scans", "jobs.yaml:5:5: jobs[0].source: names a database and a bucket; write either database and table, or bucket and prefix"},
		{"no bucket", goodObjects, "bucket: uploads\n      ", "", "jobs.yaml:5:5: jobs[0].source.bucket: is missing; write bucket: logs"},
		{"format of a table", goodObjects, "bucket: uploads\n      prefix: \"images/{yyyy}/{MM}/{dd}/\"", "database: app\n      table: scans\n      format: csv",
			"jobs.yaml:5:5: jobs[0].source: names a database and a bucket; write either database and table, or bucket and prefix"},
		{"whole bucket", goodObjects, "\n      prefix: \"images/{yyyy}/{MM}/{dd}/\"", "", ""},

		// Options.
		{"unknown format", goodRecords, "jsonl", "xml", `jobs.yaml:9:15: jobs[0].source.format: "xml" is not a format; write one of jsonl, json, csv, alb, cloudfront, cloudtrail, s3-access, vpc-flow, or leave it out to count objects`},
		{"format json", goodRecords, "jsonl", "json", ""},
		{"list in JSON", goodRecords, "format: jsonl", "format: json\n      records: detail.items", ""},
		{"list in lines", goodRecords, "format: jsonl", "format: jsonl\n      records: items", "jobs.yaml:10:16: jobs[0].source.records: is about format: json, which is not set; write it, or leave this out"},
		{"list with a blank", goodRecords, "format: jsonl", "format: json\n      records: my items", `jobs.yaml:10:16: jobs[0].source.records: "my items" is not a path; write the list's name, such as Records, with dots after the names that it lies in`},
		{"several prefixes", goodObjects, "prefix: \"images/{yyyy}/{MM}/{dd}/\"", "prefixes: [\"images/{yyyy}/{MM}/{dd}/\", \"videos/{yyyy}-{M}-{d}/\"]", ""},
		{"prefixes within another", goodObjects, "prefix: \"images/{yyyy}/{MM}/{dd}/\"", "prefixes: [images/, images/jpeg/]", `jobs.yaml:7:27: jobs[0].source.prefixes[1]: is within "images/", whose keys count already; leave it out`},
		{"prefixes of other periods", goodObjects, "prefix: \"images/{yyyy}/{MM}/{dd}/\"", "prefixes: [\"images/{yyyy}/{MM}/{dd}/\", \"videos/{yyyy}-{MM}/\"]", "jobs.yaml:7:46: jobs[0].source.prefixes[1]: has other placeholders than the first prefix; write a job for each"},
		{"prefix and prefixes", goodObjects, "prefix: ", "prefixes: [videos/]\n      prefix: ", "jobs.yaml:8:15: jobs[0].source.prefix: is one more beside prefixes; write it there"},
		{"folders of any name", goodObjects, "images/{yyyy}", "AWSLogs/*/CloudTrail/*/{yyyy}", ""},
		{"days without zeros", goodObjects, "{MM}/{dd}", "{M}/{d}", ""},
		{"days without zeros and without an end", goodObjects, "{MM}/{dd}/", "{MM}/{d}", "jobs.yaml:7:15: jobs[0].source.prefix: has a time without leading zeros before a digit or at its end, so that 1 would stand for 10, too; write / after it"},
		{"times of strftime", goodObjects, "{yyyy}/{MM}/{dd}", "%Y/%m/%d", `jobs.yaml:7:15: jobs[0].source.prefix: has times as strftime writes them; write "images/{yyyy}/{MM}/{dd}/"`},
		{"times without braces", goodObjects, "{yyyy}/{MM}/{dd}", "YYYY/MM/DD", `jobs.yaml:7:15: jobs[0].source.prefix: has times without braces, which would be read as they are; write "images/{yyyy}/{MM}/{dd}/"`},
		{"small times without braces", goodObjects, "{yyyy}/{MM}/{dd}", "dt=yyyy-MM-dd", `jobs.yaml:7:15: jobs[0].source.prefix: has times without braces, which would be read as they are; write "images/dt={yyyy}-{MM}-{dd}/"`},
		{"two columns with a time", csv, "column: ordered_at", "column: [date, time]", ""},
		{"dates that are told", csv, "column: ordered_at", "column: ordered_at\n      column_format: dd/MM/yyyy HH:mm:ss", ""},
		{"a format of strftime", csv, "column: ordered_at", "column: ordered_at\n      column_format: '%d/%m/%Y'", "jobs.yaml:13:22: jobs[0].window.column_format: is written as for strftime; write dd/MM/yyyy HH:mm:ss, say"},
		{"a format without a date", csv, "column: ordered_at", "column: ordered_at\n      column_format: HH:mm", "jobs.yaml:13:22: jobs[0].window.column_format: lacks the date; write yyyy, MM and dd, too"},
		{"a format with another letter", csv, "column: ordered_at", "column: ordered_at\n      column_format: DD/MM/yyyy", `jobs.yaml:13:22: jobs[0].window.column_format: "DD" is no part of a time; write yyyy, MM, MMM, dd, HH, mm and ss, hh and a for 12 hours, Z for +0900 or XXX for +09:00`},
		{"blanks, comments and more fields", csv, "format: csv", "format: csv\n      csv: {delimiter: space, comment: '#', extra: ignore}", ""},
		{"a comment of two characters", csv, "format: csv", "format: csv\n      csv: {comment: '//'}", `jobs.yaml:10:22: jobs[0].source.csv.comment: "//" is not a character that begins comments; write one, such as "#"`},
		{"a format with the month for the minutes", csv, "column: ordered_at", "column: ordered_at\n      column_format: dd/MM/yyyy HH:MM", `jobs.yaml:13:22: jobs[0].window.column_format: has "M" twice, of which M is the month and m the minute; write each part once`},
		{"a format with half a day", csv, "column: ordered_at", "column: ordered_at\n      column_format: dd/MM/yyyy hh:mm", "jobs.yaml:13:22: jobs[0].window.column_format: has hours of which nobody knows the half of the day; write HH for 24 hours, or hh and a for 12"},
		{"a format with minutes alone", csv, "column: ordered_at", "column: ordered_at\n      column_format: dd/MM/yyyy mm", "jobs.yaml:13:22: jobs[0].window.column_format: has minutes or seconds without the hour; write HH:mm:ss"},
		{"a comment like the delimiter", csv, "format: csv", "format: csv\n      csv: {comment: ',', extra: ignore}", "jobs.yaml:10:22: jobs[0].source.csv.comment: is the delimiter, too; write another one"},
		{"a comment like a quote", csv, "format: csv", "format: csv\n      csv: {comment: '\"', extra: ignore}", `jobs.yaml:10:22: jobs[0].source.csv.comment: "\"" is not a character that begins comments; write one, such as "#"`},
		{"unknown on_error", goodRecords, "jsonl", "jsonl\n      on_error: ignore", `jobs.yaml:10:17: jobs[0].source.on_error: "ignore" is not supported; write fail or skip`},
		{"zone", goodRecords, "prefix_timezone: UTC", "prefix_timezone: KST", `jobs.yaml:8:24: jobs[0].source.prefix_timezone: there is no time zone "KST"; write "Asia/Seoul"`},
		{"csv of jsonl", goodRecords, "jsonl", "jsonl\n      csv: {header: true}", "jobs.yaml:10:7: jobs[0].source.csv: is about format: csv, which is not set; leave it out"},
		{"header and columns", csv, "format: csv", "format: csv\n      csv: {columns: [a]}", "jobs.yaml:10:13: jobs[0].source.csv.columns: are named by the first line; write header: false, or leave them out"},
		{"no header, no columns", csv, "format: csv", "format: csv\n      csv: {header: false}", "jobs.yaml:10:7: jobs[0].source.csv.columns: are missing, and there is no header; write columns: [id, status]"},
		{"column twice", csv, "format: csv", "format: csv\n      csv: {header: false, columns: [a, a]}", `jobs.yaml:10:41: jobs[0].source.csv.columns[1]: "a" is listed twice; write another name`},
		{"long delimiter", csv, "format: csv", "format: csv\n      csv: {delimiter: ';;'}", `jobs.yaml:10:24: jobs[0].source.csv.delimiter: ";;" is not a delimiter; write one character, such as ";", or tab or space`},
		{"quotes", csv, "format: csv", "format: csv\n      csv: {quotes: single}", `jobs.yaml:10:21: jobs[0].source.csv.quotes: "single" is not supported; write strict, lenient or none`},

		// Prefixes.
		{"unknown placeholder", goodObjects, "{dd}", "{DD}", `jobs.yaml:7:15: jobs[0].source.prefix: "{DD}" is not a placeholder; write {yyyy}, {MM}, {dd} or {HH}`},
		{"open placeholder", goodObjects, "{dd}/", "{dd", `jobs.yaml:7:15: jobs[0].source.prefix: "{dd" is not a placeholder; write {yyyy}, {MM}, {dd} or {HH}`},
		{"wildcard", goodObjects, "{dd}/", "{dd}/*.jpg", "jobs.yaml:7:15: jobs[0].source.prefix: holds * or ?, which are ordinary characters for S3 and wildcards for permissions; write the start of the keys, with * for whole folders only, such as AWSLogs/*/CloudTrail/, and conditions on the key for the rest"},
		{"slash first", goodObjects, "images/", "/images/", `jobs.yaml:7:15: jobs[0].source.prefix: starts with /, but keys hardly ever do; write "images/{yyyy}/{MM}/{dd}/"`},
		{"days without months", goodObjects, "{MM}/", "", "jobs.yaml:7:15: jobs[0].source.prefix: names a time that comes again; write the longer periods too, such as {yyyy}/{MM}/{dd}/"},
		{"placeholders without window", goodObjects, "    window:\n      span: previous-day\n", "", "jobs.yaml:7:15: jobs[0].source.prefix: has placeholders for times of a window; write a window too"},
		{"zone without placeholders", goodObjects, "{yyyy}/{MM}/{dd}/\"", "\"\n      prefix_timezone: UTC", "jobs.yaml:8:24: jobs[0].source.prefix_timezone: is about placeholders, and the prefix has none; leave it out"},

		// The prefix alone decides: it must tell windows apart.
		{"hours by days", goodObjects, "previous-day", "previous-hour", "jobs.yaml:7:15: jobs[0].source.prefix: names a day, which previous-hour does not fill: objects would count in several windows; write placeholders down to the hour, or leave the placeholders out, and last_modified decides"},
		{"weeks by months", goodObjects, "{dd}/\"\n    window:\n      span: previous-day", "\"\n    window:\n      span: previous-week", "jobs.yaml:7:15: jobs[0].source.prefix: names a month, which previous-week does not fill: objects would count in several windows; write placeholders down to the week, or leave the placeholders out, and last_modified decides"},
		{"months by days", goodObjects, "previous-day", "previous-month", ""},
		{"days of another zone", goodObjects, "{dd}/\"", "{dd}/\"\n      prefix_timezone: UTC", "jobs.yaml:8:24: jobs[0].source.prefix_timezone: makes a day of UTC, while the window is in Asia/Seoul: objects would count in two windows; write {HH} too, or leave the placeholders out, and last_modified decides"},
		{"hours of another zone", goodObjects, "{dd}/\"", "{dd}/{HH}/\"\n      prefix_timezone: UTC", ""},
		{"half hours apart", goodObjects, "{dd}/\"", "{dd}/{HH}/\"\n      prefix_timezone: Asia/Kolkata", "jobs.yaml:8:24: jobs[0].source.prefix_timezone: makes an hour of Asia/Kolkata, which is no hour of Asia/Seoul: objects would count in two windows; write prefix_timezone as the job's zone, or leave the placeholders out, and last_modified decides"},
		{"hours of clocks that change", goodObjects, "{dd}/\"", "{dd}/{HH}/\"\n      prefix_timezone: America/New_York", "jobs.yaml:8:24: jobs[0].source.prefix_timezone: is America/New_York, which names two hours alike when clocks go back: objects would count in two windows; write prefix_timezone: UTC if that is how they are named, or leave the placeholders out, and last_modified decides"},
		{"days of clocks that change", strings.Replace(goodObjects, "Asia/Seoul", "America/New_York", 1), "{dd}/\"", "{dd}/{HH}/\"", ""},
		{"single hours of clocks that change", strings.Replace(strings.Replace(goodObjects, "Asia/Seoul", "America/New_York", 1), "previous-day", "previous-hour", 1), "{dd}/\"", "{dd}/{HH}/\"", "jobs.yaml:5:5: jobs[0].source.prefix_timezone: is America/New_York, which names two hours alike when clocks go back: objects would count in two windows; write prefix_timezone: UTC if that is how they are named, or leave the placeholders out, and last_modified decides"},
		{"records of another zone without column", goodRecords, "      column: ordered_at\n", "", "jobs.yaml:8:24: jobs[0].source.prefix_timezone: makes a day of UTC, while the window is in Asia/Seoul: objects would count in two windows; write {HH} too, or write window.column, which decides for each record"},
		{"records without column", strings.Replace(goodRecords, "      prefix_timezone: UTC\n", "", 1), "      column: ordered_at\n", "", ""},
		{"records without column and placeholders", strings.NewReplacer("{yyyy}/{MM}/{dd}/", "", "      prefix_timezone: UTC\n", "").Replace(goodRecords), "      column: ordered_at\n", "",
			"jobs.yaml:9:5: jobs[0].window.column: is missing; write the field with the record's time, or placeholders such as {yyyy}/{MM}/{dd}/ in the prefix"},
		{"column of objects", goodObjects, "previous-day", "previous-day\n      column: a", "jobs.yaml:10:15: jobs[0].window.column: is about records; objects have last_modified, or the prefix: leave it out, or write source.format"},

		// Expressions.
		{"syntax", goodRecords, `status == "paid"`, `status = 'paid'`, `jobs.yaml:16:13: jobs[0].cases.paid: unexpected token Operator("=") (1:8); write == for equal`},
		{"function", goodRecords, "upper(", "upcase(", "jobs.yaml:13:25: jobs[0].group_by[1]: unknown function upcase (1:1)"},
		{"distinct", goodRecords, "order.customer.id", "len(", "jobs.yaml:14:15: jobs[0].distinct: unexpected token EOF (1:4)"},
		{"field of objects", goodObjects, "key ends", "name ends", "jobs.yaml:11:13: jobs[0].cases.jpeg: unknown name name (1:1); objects have key, size, last_modified, storage_class, etag"},
		{"type of CSV", csv, "int(amount) > 100", "amount > 100", "jobs.yaml:17:14: jobs[0].cases.large: invalid operation: > (mismatched types string and int) (1:8); write int(field) or float(field) for a number that is written as text"},

		// Well-known logs, whose folders are named in UTC.
		{"logs of a load balancer", goodLogs, "", "", ""},
		{"a number and a text", goodLogs, "int(elb_status_code)", "elb_status_code", "jobs.yaml:12:15: jobs[0].cases.failed: invalid operation: >= (mismatched types string and int) (1:17); write int(field) or float(field) for a number that is written as text"},
		{"a field that the format lacks", goodLogs, "int(elb_status_code)", "int(elb_staus_code)", `jobs.yaml:12:15: jobs[0].cases.failed: there is no column "elb_staus_code"; write "elb_status_code"; there are ` + albFields},
		{"how known times are written", goodLogs, "previous-day", "previous-day\n      column_format: yyyy/MM/dd", "jobs.yaml:11:22: jobs[0].window.column_format: is known of format alb; leave it out"},
		{"columns of a known format", goodLogs, "format: alb", "format: alb\n      csv: {header: true}", "jobs.yaml:9:7: jobs[0].source.csv: is about format: csv, which is not set; leave it out"},

		// Columns that the file names.
		{"known columns", csv, "format: csv", known, ""},
		{"unknown column of a case", strings.Replace(csv, "status ==", "statsu ==", 1), "format: csv", known, `jobs.yaml:17:13: jobs[0].cases.paid: there is no column "statsu"; write "status"; there are ` + all},
		{"a text without quotes", strings.Replace(csv, `"paid"`, "paid", 1), "format: csv", known, `jobs.yaml:17:13: jobs[0].cases.paid: there is no column "paid"; there are ` + all + `; a text is written in quotes: "paid"`},
		{"unknown column by $env", strings.Replace(csv, "int(amount)", `int($env["the amount"])`, 1), "format: csv", known, `jobs.yaml:18:14: jobs[0].cases.large: there is no column "the amount"; there are ` + all},
		{"unknown column of a group", strings.Replace(csv, "upper(country)", "upper(contry)", 1), "format: csv", known, `jobs.yaml:14:25: jobs[0].group_by[1]: there is no column "contry"; write "country"; there are ` + all},
		{"unknown column to group by", strings.Replace(csv, "[channel,", "[kind,", 1), "format: csv", known, `jobs.yaml:14:16: jobs[0].group_by[0]: there is no column "kind"; there are ` + all},
		{"unknown column of distinct", strings.Replace(csv, "distinct: customer", "distinct: custmer", 1), "format: csv", known, `jobs.yaml:15:15: jobs[0].distinct: there is no column "custmer"; write "customer"; there are ` + all},
		{"unknown column of the window", strings.Replace(csv, "column: ordered_at", "column: orderd_at", 1), "format: csv", known, `jobs.yaml:13:15: jobs[0].window.column: there is no column "orderd_at"; write "ordered_at"; there are ` + all},

		// Names with dashes.
		{"a subtraction of names", goodRecords, `status == "paid"`, "user-id == 2", `jobs.yaml:16:13: jobs[0].cases.paid: user-id is a subtraction; write $env["user-id"] for the field of that name, or user - id to subtract (1:1)`},
		{"names with dashes alone", strings.NewReplacer("order.customer.id", "order.user-id", "[channel,", "[log-status,", "ordered_at", "ordered-at").Replace(goodRecords), "", "", ""},
		{"subtractions of objects", goodObjects, `key endsWith ".jpg"`, "size-1 > 5", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(test.file, test.old) {
				t.Fatalf("%q is not in the file", test.old)
			}
			got := ""
			input := strings.Replace(test.file, test.old, test.new, 1)
			if _, err := read(t, input); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("%s\ngot:\n%s\nwant:\n%s", input, got, test.want)
			}
		})
	}
}

func TestPrefixes(t *testing.T) {
	for _, test := range []struct{ name, prefix, zone, from, to, want string }{
		{"none", "a/", "UTC", "2026-11-24T15:00:00Z", "2026-11-25T15:00:00Z", "a/"},
		{"the day of the window", "{yyyy}/{MM}/{dd}/", "Asia/Seoul", "2026-11-24T15:00:00Z", "2026-11-25T15:00:00Z", "2026/11/25/"},
		{"two UTC days of a Seoul day", "{yyyy}/{MM}/{dd}/", "UTC", "2026-11-24T15:00:00Z", "2026-11-25T15:00:00Z", "2026/11/24/ 2026/11/25/"},
		{"hours", "{yyyy}{MM}{dd}T{HH}", "UTC", "2026-11-24T22:00:00Z", "2026-11-25T01:00:00Z", "20261124T22 20261124T23 20261125T00"},
		{"an hour begun", "{yyyy}{MM}{dd}T{HH}", "UTC", "2026-11-24T22:00:00Z", "2026-11-24T23:55:00Z", "20261124T22 20261124T23"},
		{"hours of a zone at half an hour", "{HH}", "Asia/Kolkata", "2026-11-24T22:00:00Z", "2026-11-24T23:00:00Z", "03 04"},
		{"months", "{yyyy}-{MM}/", "UTC", "2025-12-29T00:00:00Z", "2026-01-05T00:00:00Z", "2025-12/ 2026-01/"},
		{"twice the same placeholder", "{yyyy}/{yyyy}-{MM}/", "UTC", "2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z", "2026/2026-11/"},
		{"empty window", "{yyyy}/", "UTC", "2026-11-24T00:00:00Z", "2026-11-24T00:00:00Z", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			zone, err := timezone.Load(test.zone)
			if err != nil {
				t.Fatal(err)
			}
			source := job.Source{Prefix: test.prefix, PrefixZone: zone}
			got := strings.Join(source.Folders(parseTime(t, test.from), parseTime(t, test.to)), " ")
			if difference := cmp.Diff(test.want, got); difference != "" {
				t.Error(difference)
			}
		})
	}
}

// AWS names folders in UTC, and delivers a record up to an hour late.
func TestPrefixesOfWellKnownLogs(t *testing.T) {
	file, err := read(t, goodLogs)
	if err != nil {
		t.Fatal(err)
	}
	source := file.Jobs[0].Source
	got := strings.Join(source.Folders(parseTime(t, "2026-11-24T15:00:00Z"), parseTime(t, "2026-11-25T23:30:00Z")), " ")
	if want := "AWSLogs/2026/11/24/ AWSLogs/2026/11/25/ AWSLogs/2026/11/26/"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// For any window, each of its instants is under one of the prefixes, and each prefix holds
// an instant of the window.
func TestPrefixesCoverWindows(t *testing.T) {
	for _, name := range []string{"UTC", "Asia/Seoul", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe"} {
		zone := loadZone(t, name)
		source := job.Source{Prefix: "{yyyy}/{MM}/{dd}/{HH}/", PrefixZone: zone}
		for _, month := range []time.Month{10, 11} { // Lord Howe leaves half an hour out on 4 October, New York shows one twice on 1 November
			from := time.Date(2026, month, 0, 17, 25, 0, 0, time.UTC)
			coversWindow(t, source, zone, from, from.Add(100*time.Hour))
		}
	}
}

func coversWindow(t *testing.T, source job.Source, zone *time.Location, from, to time.Time) {
	t.Helper()
	want := map[string]bool{}
	for at := from; at.Before(to); at = at.Add(time.Minute) {
		want[at.In(zone).Format("2006/01/02/15/")] = true
	}
	got := map[string]bool{}
	for _, prefix := range source.Folders(from, to) {
		got[prefix] = true
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("%s (-want +got):\n%s", zone, difference)
	}
}
