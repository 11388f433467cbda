package settings_test

import (
	"strings"
	"testing"
)

// checkedJobs is a jobs file with checks of one of two jobs.
const checkedJobs = `timezone: Asia/Seoul
jobs:
  - name: daily
    schedule: cron(55 14 * * ? *)
    source: {database: app, table: scans}
    window: {span: day-to-date, column: at}
    cases: {normal: a = 1, urgent: a = 2}
    checks:
      total: {min: 100, max: 200}
      normal: {max_drop: 50%, baseline: same-weekday}
      except: [2026-12-25]
  - name: monthly
    schedule: cron(0 1 1 * ? *)
    source: {database: app, table: scans}
    window: {span: previous-month, column: at}
reconcile: [{name: scans, left: daily.normal, right: daily.urgent, within: 5%}]
`

func TestChecksOfAnEnvironmentReplaceThose(t *testing.T) {
	for _, test := range []struct{ name, checks, want string }{
		{"nothing", "", "total normal, except 2026-12-25, reconcile 1"},
		{"off", "checks: off", "except , reconcile 0"},
		{"off in quotes", "checks: 'off'", "except , reconcile 0"},
		{"a job off is not compared, either", "checks: {daily: off}", "except , reconcile 0"},
		{"a case off", "checks: {daily: {normal: off}}", "total, except 2026-12-25, reconcile 1"},
		{"a case more, and days", "checks: {daily: {urgent: {max: 5}, except: [2027-01-01]}}", "total normal urgent, except 2027-01-01, reconcile 1"},
		{"no days", "checks: {daily: {except: []}}", "total normal, except , reconcile 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			loaded, err := load(t, goodEnvironment+test.checks+"\n", checkedJobs)
			if err != nil {
				t.Fatal(err)
			}
			jobs := loaded.JobsOf(loaded.Environments[0])
			checks := jobs.Jobs[0].Checks
			got := strings.TrimPrefix(strings.Join(checks.Cases.Keys(), " ")+", ", ", ") + "except " + strings.Join(checks.Except, " ")
			got += ", reconcile " + map[bool]string{true: "1", false: "0"}[len(jobs.Reconcile) == 1]
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if kept := loaded.Jobs.Jobs[0].Checks.Cases.Keys(); len(kept) != 2 {
				t.Errorf("the jobs file has %v by then", kept)
			}
		})
	}
}

func TestBoundsThatAreNotWrittenStay(t *testing.T) {
	loaded, err := load(t, goodEnvironment+"checks: {daily: {total: {min: 5}, normal: {max_drop: 90%}}}\n", checkedJobs)
	if err != nil {
		t.Fatal(err)
	}
	checks := loaded.JobsOf(loaded.Environments[0]).Jobs[0].Checks
	total, _ := checks.Cases.Get("total")
	normal, _ := checks.Cases.Get("normal")
	if *total.Min != 5 || *total.Max != 200 || normal.MaxDrop != "90%" || normal.Baseline != "same-weekday" {
		t.Errorf("got %+v and %+v", total, normal)
	}
}

func TestProblemsOfAnEnvironmentsChecks(t *testing.T) {
	const crosses = "20:24: checks.daily.total.min: is 300, above max, which is 200; no count passes both"
	for _, test := range []struct{ name, checks, want string }{
		{"everything", "checks: {daily: {total: {min: 1, max: 2, max_drop: 1%, max_rise: 1%, baseline: previous, min_baseline: 3}, except: [2026-12-24]}, monthly: off}", ""},

		{"another word", "checks: no", `20:9: checks: "no" is not off; write off, or jobs with their checks, such as daily-orders: off`},
		{"another word for a job", "checks: {daily: none}", `20:17: checks.daily: "none" is not off; write off, or cases with their bounds, such as total: {min: 1}`},
		{"another word for a case", "checks: {daily: {total: none}}", `20:25: checks.daily.total: "none" is not off; write off, or bounds, such as {min: 1}`},
		{"no mapping", "checks: false", "20:9: checks: is a boolean; write keys and values"},
		{"unknown job", "checks: {daly: off}", `20:16: checks.daly: there is no job "daly"; write one of daily, monthly`},
		{"unknown case", "checks: {daily: {nromal: {min: 3}}}", `20:18: checks.daily.nromal: job daily has no case "nromal"; write one of normal, urgent, other, total`},
		{"unknown case that is off", "checks: {daily: {nromal: off}}", `20:26: checks.daily.nromal: job daily has no case "nromal"; write one of normal, urgent, other, total`},
		{"number for a percentage", "checks: {daily: {normal: {max_drop: 50}}}", "20:37: checks.daily.normal.max_drop: 50 has no %; write 50%"},
		{"below nothing", "checks: {daily: {normal: {min: -1}}}", "20:32: checks.daily.normal.min: is -1; write a number from 0 to 1000000000000000"},
		{"no such day", "checks: {daily: {except: [2026-02-30]}}", `20:27: checks.daily.except[0]: "2026-02-30" is no date; write a day that exists, such as 2026-12-25`},

		{"min above the max of the jobs file", "checks: {daily: {total: {min: 300}}}", strings.Replace(crosses, "20:24", "20:31", 1)},
		{"max below the min of the jobs file", "checks: {daily: {total: {max: 50}}}", "20:18: checks.daily.total.min: is 100, above max, which is 50; no count passes both"},
		{"drop without a baseline", "checks: {daily: {urgent: {max_drop: 50%}}}", "20:18: checks.daily.urgent.baseline: is missing; write baseline: previous, or same-weekday"},
		{"baseline alone", "checks: {daily: {total: {baseline: previous}}}", "20:36: checks.daily.total.baseline: is compared with nothing; write max_drop or max_rise too, or leave it out"},
		{"case without a bound", "checks: {daily: {urgent: {}}}", "20:18: checks.daily.urgent: has no bound; write min, max, max_drop or max_rise, or leave the case out"},
		{"case whose bounds are those of the jobs file", "checks: {daily: {total: {}}}", ""},
		{"weekday that does not come again", "checks: {monthly: {total: {max_drop: 5%, baseline: same-weekday}}}",
			"20:52: checks.monthly.total.baseline: most slots of cron(0 1 1 * ? *) have no slot at the same weekday and time in the five weeks before; write previous, or another schedule"},
		{"all at once", "checks:\n  daly: off\n  daily: {total: {min: 300}, nromal: off}\n",
			"21:9: checks.daly: there is no job \"daly\"; write one of daily, monthly\n" +
				"22:24: checks.daily.total.min: is 300, above max, which is 200; no count passes both\n" +
				`22:38: checks.daily.nromal: job daily has no case "nromal"; write one of normal, urgent, other, total`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			if _, err := load(t, goodEnvironment+test.checks+"\n", checkedJobs); err != nil {
				got = strings.ReplaceAll(err.Error(), "infra/environments/dev.yaml:", "")
			}
			if got != test.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}

// A mistake in the jobs file is not reported a second time, at an environment that only
// replaces other bounds.
func TestMistakesOfTheJobsFileAreReportedOnce(t *testing.T) {
	for _, test := range []struct{ name, old, new, want string }{
		{"bounds", "min: 100, max: 200", "min: 300, max: 200", "infra/jobs.yaml:9:20: jobs[0].checks.total.min: is 300, above max, which is 200; no count passes both"},
		{"schedule", "cron(55 14 * * ? *)", "cron(55 14 L * ? *)", "infra/jobs.yaml:10:41: jobs[0].checks.normal.baseline: most slots of cron(55 14 L * ? *) have no slot at the same weekday and time in the five weeks before; write previous, or another schedule"},
		{"cases", "cases: {normal: a = 1, urgent: a = 2}", "cases: [normal]", "infra/jobs.yaml:7:5: jobs[0].cases: is a list; write keys and values"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := load(t, goodEnvironment+"checks: {daily: {normal: {min: 3}}}\n", strings.Replace(checkedJobs, test.old, test.new, 1))
			if err == nil || err.Error() != test.want {
				t.Errorf("got:\n%v\nwant:\n%s", err, test.want)
			}
		})
	}
	_, err := load(t, goodEnvironment+"checks: {daily: {normal: {min: 3}}}\n", "jobs: none\n")
	if want := "infra/jobs.yaml:1:7: jobs: is a text; write a list"; err == nil || err.Error() != want {
		t.Errorf("got:\n%v\nwant:\n%s", err, want)
	}
}

// What can never be compared is found with the jobs file alone.
func TestLoadChecksComparisons(t *testing.T) {
	_, err := load(t, goodEnvironment, strings.Replace(checkedJobs, "right: daily.urgent", "right: monthly.total", 1))
	want := "infra/jobs.yaml:16:54: reconcile[0].right: counts previous-month in Asia/Seoul at 01:00 on day 1 of every month (UTC), the left side day-to-date in Asia/Seoul at 14:55 every day (UTC): no two windows are equal; write jobs with the same span, timezone and schedule"
	if err == nil || err.Error() != want {
		t.Errorf("got:\n%v\nwant:\n%s", err, want)
	}
}

// So are periods that clocks lose or double.
func TestLoadChecksClocks(t *testing.T) {
	_, err := load(t, goodEnvironment, `timezone: America/New_York
jobs:
  - name: daily
    schedule: cron(30 4 * * ? *)
    source: {database: app, table: orders}
    window: {span: previous-day, column: at}
`)
	if err == nil || !strings.Contains(err.Error(), "because clocks change in America/New_York") {
		t.Errorf("got %v", err)
	}
}
