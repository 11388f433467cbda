package job_test

import (
	"strings"
	"testing"

	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

// compared is a valid file with checks, two jobs to reconcile and a summary. The tests replace
// one part of it.
const compared = `timezone: Asia/Seoul
jobs:
  - name: orders
    schedule: cron(20 15 * * ? *)
    source: {database: app, table: orders}
    window: {span: previous-day, column: at}
    cases: {paid: a = 1, refunded: a = 2}
    checks:
      paid: {min: 10, max: 50, max_drop: 50%, max_rise: 200%, baseline: same-weekday, min_baseline: 5}
      except: [2026-12-25]
  - name: orders-log
    schedule: cron(40 15 * * ? *)
    source: {database: log, table: orders}
    window: {span: previous-day, column: at}
  - name: stock
    schedule: cron(40 15 * * ? *)
    source: {database: app, table: stock}
    cases: {low: a < 5, none: a = 0}
    total: false
    exclusive: false
reconcile:
  - {name: orders, left: orders.paid, right: orders-log.total, within: 2%}
summary: {schedule: cron(0 8 * * ? *), schedule_timezone: Europe/Berlin}
`

func TestReadChecks(t *testing.T) {
	file := mustRead(t, compared)
	orders, _ := file.Lookup("orders")
	paid, _ := orders.Checks.Cases.Get("paid")
	if *paid.Min != 10 || *paid.Max != 50 || paid.MaxDrop != "50%" || paid.MaxRise != "200%" || paid.Baseline != job.BaselineSameWeekday || *paid.MinBaseline != 5 {
		t.Errorf("the bounds of paid are %+v", paid)
	}
	if strings.Join(orders.Checks.Except, " ") != "2026-12-25" || len(orders.Checks.Cases) != 1 {
		t.Errorf("the checks are %+v", orders.Checks)
	}
	if pair := file.Reconcile[0]; pair.Left.Job() != "orders" || pair.Right.Case() != "total" || pair.Within != "2%" {
		t.Errorf("the pair is %+v", pair)
	}
	if file.Summary.Cron.String() != "cron(0 8 * * ? *)" || file.Summary.ScheduleZone.String() != "Europe/Berlin" {
		t.Errorf("the summary is %+v", file.Summary)
	}
}

// Several problems are reported at once, each at its place.
func TestReadFileReportsProblemsOfChecks(t *testing.T) {
	const (
		paid     = "{min: 10, max: 50, max_drop: 50%, max_rise: 200%, baseline: same-weekday, min_baseline: 5}"
		at       = "jobs.yaml:9:"
		percent  = " with at most two decimals, such as 50%"
		isWord   = "is a word; write cases with their bounds, such as total: {min: 1}, or leave checks out: off is for environment files"
		isCase   = "is a word; write bounds, such as {min: 1}, or leave the case out: off is for environment files"
		pair     = "reconcile:\n  - {name: orders, left: orders.paid, right: orders-log.total, within: 2%}\n"
		noWindow = "job stock has no window, so nothing says which of its counts to compare; write a job with a window"
	)
	checks := compared[strings.Index(compared, "    checks:"):strings.Index(compared, "  - name: orders-log")]
	for _, test := range []struct{ name, old, new, want string }{
		{"nothing", "", "", ""},

		// Bounds, each by itself.
		{"bounds of nothing", paid, "{min: 0, max: 0}", ""},
		{"below nothing", paid, "{min: -1}", at + "19: jobs[0].checks.paid.min: is -1; write a number from 0 to 1000000000000000"},
		{"fraction", paid, "{max: 1.5}", at + "19: jobs[0].checks.paid.max: is a number; write a whole number, without quotes"},
		{"number of the baseline", paid, "{max_drop: 50%, baseline: previous, min_baseline: 1000000000000001}", at + "63: jobs[0].checks.paid.min_baseline: is 1000000000000001; write a number from 0 to 1000000000000000"},
		{"number for a percentage", paid, "{max_drop: 50, baseline: previous}", at + "24: jobs[0].checks.paid.max_drop: 50 has no %; write 50%"},
		{"percentage with a blank", paid, "{max_drop: 50 %, baseline: previous}", at + `24: jobs[0].checks.paid.max_drop: "50 %" has a blank; write 50%`},
		{"part for a percentage", paid, "{max_drop: 0.5, baseline: previous}", at + "24: jobs[0].checks.paid.max_drop: 0.5 has no %; write 50%"},
		{"odd part for a percentage", paid, "{max_drop: 0.075, baseline: previous}", at + "24: jobs[0].checks.paid.max_drop: 0.075 has no %; write 7.5%"},
		{"number in quotes for a percentage", paid, "{max_rise: '200', baseline: previous}", at + "24: jobs[0].checks.paid.max_rise: 200 has no %; write 200%"},
		{"number that other readers of YAML know", paid, "{max_rise: 1e2, baseline: previous}", at + "24: jobs[0].checks.paid.max_rise: 1e2 has no %; write 100%"},
		{"word for a percentage", paid, "{max_rise: much, baseline: previous}", at + `24: jobs[0].checks.paid.max_rise: "much" is not a percentage; write one below 100000%` + percent},
		{"negative percentage", paid, "{max_rise: -5%, baseline: previous}", at + `24: jobs[0].checks.paid.max_rise: "-5%" is not a percentage; write one below 100000%` + percent},
		{"drop of all", paid, "{max_drop: 100%, baseline: previous}", at + `24: jobs[0].checks.paid.max_drop: "100%" is not a percentage; write one below 100%` + percent},
		{"largest drop", paid, "{max_drop: 99.99%, baseline: previous}", ""},
		{"no drop", paid, "{max_drop: 0%, baseline: previous}", ""},
		{"three decimals", paid, "{max_drop: 12.345%, baseline: previous}", at + `24: jobs[0].checks.paid.max_drop: "12.345%" is not a percentage; write one below 100%` + percent},
		{"largest rise", paid, "{max_rise: 99999.99%, baseline: previous}", ""},
		{"rise too large", paid, "{max_rise: 100000%, baseline: previous}", at + `24: jobs[0].checks.paid.max_rise: "100000%" is not a percentage; write one below 100000%` + percent},
		{"list for a percentage", paid, "{max_rise: [5%], baseline: previous}", at + "14: jobs[0].checks.paid.max_rise: is a list; write a text, in quotes if it starts with { or [\n" +
			at + "40: jobs[0].checks.paid.baseline: is compared with nothing; write max_drop or max_rise too, or leave it out"},
		{"unknown baseline", paid, "{max_drop: 50%, baseline: last-week}", at + `39: jobs[0].checks.paid.baseline: "last-week" is not a baseline; write previous or same-weekday`},
		{"unknown bound", paid, "{minimum: 5}", at + "7: jobs[0].checks.paid: has no bound; write min, max, max_drop or max_rise, or leave the case out\n" +
			at + "14: jobs[0].checks.paid.minimum: unknown key; write one of min, max, max_drop, max_rise, baseline, min_baseline"},

		// Days.
		{"no such day", "2026-12-25", "2026-02-30", `jobs.yaml:10:16: jobs[0].checks.except[0]: "2026-02-30" is no date; write a day that exists, such as 2026-12-25`},
		{"day written in another way", "2026-12-25", "25.12.2026", `jobs.yaml:10:16: jobs[0].checks.except[0]: "25.12.2026" is no date; write a day that exists, such as 2026-12-25`},
		{"leap day", "2026-12-25", "2028-02-29", ""},
		{"day twice", "[2026-12-25]", "[2026-12-25, 2026-12-25]", `jobs.yaml:10:28: jobs[0].checks.except[1]: "2026-12-25" is listed twice; keep one`},

		// Bounds together.
		{"unknown case", "      paid: {", "      piad: {", `jobs.yaml:9:7: jobs[0].checks.piad: job orders has no case "piad"; write one of paid, refunded, other, total`},
		{"cases of every record", "      paid: {", "      other: {min: 1}\n      total: {min: 1}\n      paid: {", ""},
		{"overlap without exclusive", "      paid: {", "      overlap: {max: 0}\n      paid: {", `jobs.yaml:9:7: jobs[0].checks.overlap: job orders has no case "overlap"; write one of paid, refunded, other, total`},
		{"overlap", "    checks:\n", "    exclusive: true\n    checks:\n      overlap: {max: 0}\n", ""},
		{"total without total", "    exclusive: false\n", "    exclusive: false\n    checks: {total: {min: 1}}\n", `jobs.yaml:21:14: jobs[2].checks.total: job stock has no case "total"; write one of low, none`},
		{"checks without a window", "    exclusive: false\n", "    exclusive: false\n    checks: {low: {max_rise: 5%, baseline: previous}}\n", ""},
		{"drop without a baseline", paid, "{max_drop: 50%}", at + "7: jobs[0].checks.paid.baseline: is missing; write baseline: previous, or same-weekday"},
		{"rise without a baseline", paid, "{max_rise: 50%, min_baseline: 5}", at + "7: jobs[0].checks.paid.baseline: is missing; write baseline: previous, or same-weekday"},
		{"baseline alone", paid, "{min: 5, baseline: previous}", at + "32: jobs[0].checks.paid.baseline: is compared with nothing; write max_drop or max_rise too, or leave it out"},
		{"min_baseline alone", paid, "{min: 5, min_baseline: 3}", at + "36: jobs[0].checks.paid.min_baseline: limits nothing; write max_drop or max_rise too, or leave it out"},
		{"bounds that cross", paid, "{min: 51, max: 50}", at + "19: jobs[0].checks.paid.min: is 51, above max, which is 50; no count passes both"},
		{"one count only", paid, "{min: 50, max: 50}", ""},
		{"no bound", paid, "{}", at + "7: jobs[0].checks.paid: has no bound; write min, max, max_drop or max_rise, or leave the case out"},
		{"no checks", checks, "    checks: {}\n", "jobs.yaml:8:5: jobs[0].checks: names no case; write one with its bounds, such as total: {min: 1}, or leave checks out"},
		{"days alone", "      paid: " + paid + "\n", "", "jobs.yaml:8:5: jobs[0].checks: names no case; write one with its bounds, such as total: {min: 1}, or leave checks out"},
		{"cases that cannot be read", "cases: {paid: a = 1, refunded: a = 2}", "cases: none", "jobs.yaml:7:12: jobs[0].cases: is a text; write keys and values"},

		// Words.
		{"off", checks, "    checks: off\n", "jobs.yaml:8:13: jobs[0].checks: " + isWord},
		{"on", checks, "    checks: on\n", "jobs.yaml:8:13: jobs[0].checks: " + isWord},
		{"case off", paid, "off", at + "13: jobs[0].checks.paid: " + isCase},

		// Pairs.
		{"no pair", pair, "reconcile: []\n", "jobs.yaml:21:1: reconcile: is empty; write two cases to compare, or leave it out"},
		{"nothing but a name", pair, "reconcile: [{name: a}]\n", "jobs.yaml:21:13: reconcile[0].left: is missing; write left: daily-orders.paid\n" +
			"jobs.yaml:21:13: reconcile[0].right: is missing; write right: daily-orders-log.paid\n" +
			"jobs.yaml:21:13: reconcile[0].within: is missing; write within: 2%"},
		{"within a number", "within: 2%", "within: 100", ""},
		{"within a number in quotes", "within: 2%", "within: '100'", ""},
		{"within nothing", "within: 2%", "within: 0", ""},
		{"within a part", "within: 2%", "within: 0.5", `jobs.yaml:22:72: reconcile[0].within: "0.5" is not a distance; write a percentage below 100% or a whole number, such as 2% or 100`},
		{"within all", "within: 2%", "within: 100%", `jobs.yaml:22:72: reconcile[0].within: "100%" is not a distance; write a percentage below 100% or a whole number, such as 2% or 100`},
		{"name of a pair", "{name: orders,", "{name: All Orders,", `jobs.yaml:22:12: reconcile[0].name: "All Orders" is not a name; write a lower-case letter, then letters, digits, _ or -, at most 63 in all`},
		{"name twice", "summary:", "  - {name: orders, left: orders.total, right: orders-log.total, within: 0}\nsummary:", `jobs.yaml:23:12: reconcile[1].name: "orders" is also the name of reconcile[0]; write another name`},
		{"side without a case", "left: orders.paid", "left: orders", `jobs.yaml:22:26: reconcile[0].left: "orders" is not valid; write a job and its case, such as daily-orders.paid`},
		{"unknown job", "left: orders.paid", "left: order.paid", `jobs.yaml:22:26: reconcile[0].left: there is no job "order"; write a case of one of orders, orders-log, stock`},
		{"unknown case of a job", "right: orders-log.total", "right: orders-log.paid", `jobs.yaml:22:46: reconcile[0].right: job orders-log has no case "paid"; write one of total`},
		{"jobs without a window", "right: orders-log.total", "right: stock.low", "jobs.yaml:22:46: reconcile[0].right: " + noWindow},
		{"a case with itself", "right: orders-log.total", "right: orders.paid", "jobs.yaml:22:46: reconcile[0].right: is the left side, too; write another case or job"},
		{"two cases of a job", "right: orders-log.total", "right: orders.total", ""},

		// Summaries.
		{"summary without a schedule", "{schedule: cron(0 8 * * ? *), schedule_timezone: Europe/Berlin}", "{}", "jobs.yaml:23:1: summary.schedule: is missing; write schedule: cron(0 23 * * ? *)"},
		{"summary at a rate", "cron(0 8 * * ? *)", "rate(1 day)", `jobs.yaml:23:21: summary.schedule: a rate(…) has no fixed times, its phase begins when it is created, and a job takes cron(…); write "cron(0 0 * * ? *)"`},
		{"summary that never comes", "cron(0 8 * * ? *)", "cron(0 8 30 2 ? *)", "jobs.yaml:23:21: summary.schedule: cron(0 8 30 2 ? *) never fires, in no year; write a day that exists"},
		{"summary every minute", "cron(0 8 * * ? *)", "cron(* 8 * * ? *)", "jobs.yaml:23:21: summary.schedule: tells 08:01 after 08:00; write a schedule with an hour between two summaries"},
		{"case that is no case", "refunded: a = 2}", "except: a = 2}", `jobs.yaml:7:34: jobs[0].cases.except: cannot be checked: except in checks is a list of days; write another name`},
		{"summary in an unknown zone", "Europe/Berlin", "Europe/Berln", `jobs.yaml:23:59: summary.schedule_timezone: there is no time zone "Europe/Berln"; write "Europe/Berlin"`},

		{"all at once", compared[strings.Index(compared, "      paid:"):], `      paid: {min: 9, max: 8, max_drop: 50}
      piad: {}
      total: off
      except: [2026-02-30]
reconcile:
  - {name: a, left: orders.paid, right: orders.piad, within: 2}
  - {name: a, left: order.paid, right: orders.paid, within: two}
summary: {schedule: cron(0 8 * * *)}
`, "jobs.yaml:9:7: jobs[0].checks.paid.baseline: is missing; write baseline: previous, or same-weekday\n" +
			"jobs.yaml:9:19: jobs[0].checks.paid.min: is 9, above max, which is 8; no count passes both\n" +
			"jobs.yaml:9:40: jobs[0].checks.paid.max_drop: 50 has no %; write 50%\n" +
			`jobs.yaml:10:7: jobs[0].checks.piad: job orders has no case "piad"; write one of paid, refunded, other, total` + "\n" +
			"jobs.yaml:11:14: jobs[0].checks.total: " + isCase + "\n" +
			`jobs.yaml:12:16: jobs[0].checks.except[0]: "2026-02-30" is no date; write a day that exists, such as 2026-12-25` + "\n" +
			`jobs.yaml:14:41: reconcile[0].right: job orders has no case "piad"; write one of paid, refunded, other, total` + "\n" +
			`jobs.yaml:15:12: reconcile[1].name: "a" is also the name of reconcile[0]; write another name` + "\n" +
			`jobs.yaml:15:21: reconcile[1].left: there is no job "order"; write a case of one of orders` + "\n" +
			`jobs.yaml:15:61: reconcile[1].within: "two" is not a distance; write a percentage below 100% or a whole number, such as 2% or 100` + "\n" +
			`jobs.yaml:16:21: summary.schedule: five fields are unix cron; EventBridge has a sixth, year, counts weekdays 1-7 from SUN and wants "?" in one of the day fields; write "cron(0 8 * * ? *)"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(compared, test.old) {
				t.Fatalf("%q is not in the file", test.old)
			}
			got := ""
			input := strings.Replace(compared, test.old, test.new, 1)
			if _, err := read(t, input); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("%s\ngot:\n%s\nwant:\n%s", input, got, test.want)
			}
		})
	}
}

// comparisonProblems is what only a walk over years of slots finds.
func comparisonProblems(t *testing.T, text string) string {
	t.Helper()
	file, document := readWithDocument(t, text)
	if err := strictyaml.Join(document); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	file.CheckComparisons(document)
	if err := strictyaml.Join(document); err != nil {
		return err.Error()
	}
	return ""
}

func TestSchedulesThatMeetTheirWeekdayAgain(t *testing.T) {
	for _, test := range []struct {
		name, schedule, zone string
		meets                bool
	}{
		{"every day", "cron(20 15 * * ? *)", "", true},
		{"every day, by a clock that changes", "cron(30 2 * * ? *)", "Europe/Berlin", true},
		{"every minute", "cron(* * * * ? *)", "", true},
		{"working days", "cron(0 9 ? * MON-FRI *)", "Asia/Seoul", true},
		{"once a week", "cron(0 9 ? * MON *)", "", true},
		{"the first Monday of a month", "cron(0 9 ? * 2#1 *)", "", true},
		{"the first and the fifteenth", "cron(0 9 1,15 * ? *)", "", true}, // the fifteenth is two weeks later
		{"the first of a month", "cron(0 9 1 * ? *)", "", false},
		{"the last of a month", "cron(0 9 L * ? *)", "Europe/Berlin", false},
		{"the first Monday of a quarter", "cron(0 9 ? 1,4,7,10 2#1 *)", "", false},
		{"every day of the first month of a quarter", "cron(0 9 * 1,4,7,10 ? *)", "", true},
		{"each minute of a day of a month", "cron(* * 3 * ? *)", "", false},
		{"once a year", "cron(0 9 1 1 ? *)", "", false},
		{"before 2024", "cron(0 9 1 1 ? 2020)", "", true}, // there is nothing to judge
	} {
		t.Run(test.name, func(t *testing.T) {
			text := windowed("UTC", test.schedule, test.zone, job.PreviousMonth) + "    checks: {b: {max_drop: 5%, baseline: same-weekday}, total: {max_rise: 5%, baseline: previous}}\n"
			want := "jobs[0].checks.b.baseline: most slots of " + test.schedule + " have no slot at the same weekday and time in the five weeks before; write previous, or another schedule"
			got := comparisonProblems(t, text)
			if test.meets && got != "" || !test.meets && (!strings.HasSuffix(got, want) || strings.Contains(got, "\n")) {
				t.Errorf("got %q, meets: %t", got, test.meets)
			}
		})
	}
}

func TestWindowsThatAreNeverEqual(t *testing.T) {
	type of struct{ timezone, schedule, zone, span string }
	daily := of{"Asia/Seoul", "cron(20 15 * * ? *)", "UTC", "previous-day"}
	for _, test := range []struct {
		name        string
		left, right of
		equal       bool
	}{
		{"the same", daily, daily, true},
		{"another time of the day", daily, of{"Asia/Seoul", "cron(0 5 * * ? *)", "Europe/Berlin", "previous-day"}, true},
		{"many slots a day", daily, of{"Asia/Seoul", "cron(0/5 * * * ? *)", "UTC", "previous-day"}, true},
		{"another zone with the same days", daily, of{"Asia/Tokyo", "cron(0 20 * * ? *)", "UTC", "previous-day"}, true},
		{"the same days in winter", of{"Europe/London", "cron(0 3 * * ? *)", "UTC", "previous-day"}, of{"UTC", "cron(0 3 * * ? *)", "UTC", "previous-day"}, true},
		{"the same days in summer, many slots a day", of{"Europe/London", "cron(0 * * * ? *)", "UTC", "previous-day"}, of{"Africa/Lagos", "cron(0 * * * ? *)", "UTC", "previous-day"}, true},
		{"the same days in the southern winter, to date", of{"Australia/Sydney", "cron(0/5 * * * ? *)", "UTC", "day-to-date"}, of{"Australia/Brisbane", "cron(0/5 * * * ? *)", "UTC", "day-to-date"}, true},
		{"leap days", daily, of{"Asia/Seoul", "cron(0 9 29 2 ? *)", "Asia/Seoul", "previous-day"}, true},
		{"once a month", daily, of{"Asia/Seoul", "cron(0 9 1 * ? *)", "Asia/Seoul", "previous-day"}, true},
		{"to date, at the same time once a day", of{"UTC", "cron(0 9 * * ? *)", "UTC", "day-to-date"}, of{"UTC", "cron(0 18 * * ? *)", "Asia/Seoul", "day-to-date"}, true},
		{"a day of one hour", of{"UTC", "cron(0 0 * * ? *)", "UTC", "previous-hour"}, of{"UTC", "cron(5 * * * ? *)", "UTC", "previous-hour"}, true},
		{"to date, on Mondays", of{"UTC", "cron(0 9 ? * MON *)", "UTC", "week-to-date"}, of{"UTC", "cron(0 9 * * ? *)", "UTC", "day-to-date"}, true},
		{"a year that comes later", of{"UTC", "cron(0 9 * * ? 2040)", "UTC", "previous-day"}, of{"UTC", "cron(0 9 * * ? *)", "UTC", "previous-day"}, true},

		{"another zone", daily, of{"UTC", "cron(20 15 * * ? *)", "UTC", "previous-day"}, false},
		{"another span", daily, of{"Asia/Seoul", "cron(20 15 * * ? *)", "UTC", "day-to-date"}, false},
		{"days and weeks", daily, of{"Asia/Seoul", "cron(20 15 * * ? *)", "UTC", "previous-week"}, false},
		{"to date, at other times", of{"UTC", "cron(0 9 * * ? *)", "UTC", "day-to-date"}, of{"UTC", "cron(0 10 * * ? *)", "UTC", "day-to-date"}, false},
		{"other days", of{"UTC", "cron(0 9 ? * MON *)", "UTC", "previous-day"}, of{"UTC", "cron(0 9 ? * TUE *)", "UTC", "previous-day"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := "jobs:\n"
			for name, j := range map[string]of{"left": test.left, "right": test.right} {
				text += "  - {name: " + name + ", timezone: " + j.timezone + ", schedule: '" + j.schedule + "', schedule_timezone: " + j.zone +
					", source: {database: app, table: " + name + "}, window: {span: " + j.span + ", column: at}}\n"
			}
			text = strings.ReplaceAll(text+"reconcile: [{name: a, left: left.total, right: right.total, within: 0}]\n", ", schedule_timezone: UTC", "")
			got := comparisonProblems(t, text)
			if (got == "") != test.equal || !test.equal && !strings.Contains(got, "reconcile[0].right: counts ") {
				t.Errorf("got %q, equal: %t", got, test.equal)
			}
		})
	}
	got := comparisonProblems(t, strings.Replace(compared, "name: orders-log\n", "name: orders-log\n    timezone: UTC\n", 1))
	want := "jobs.yaml:23:46: reconcile[0].right: counts previous-day in UTC at 15:40 every day (UTC), the left side previous-day in Asia/Seoul at 15:20 every day (UTC): no two windows are equal; write jobs with the same span, timezone and schedule"
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// A file that cannot be read has no problems of comparisons.
func TestComparisonsOfABrokenFile(t *testing.T) {
	for _, broken := range []string{"schedule: banana", "schedule_timezone: Nowhere\n    schedule: cron(20 15 * * ? *)", "timezone: Nowhere\n    schedule: cron(20 15 * * ? *)"} {
		file, document := readWithDocument(t, strings.ReplaceAll(compared, "schedule: cron(20 15 * * ? *)", broken))
		before := strictyaml.Join(document).Error()
		file.CheckComparisons(document)
		if after := strictyaml.Join(document).Error(); after != before {
			t.Errorf("got:\n%s\nwant:\n%s", after, before)
		}
	}
}
