package dashboard_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tally/infra/dashboard"
	"tally/lambda/job"
	"tally/lambda/job/jobtest"
)

var update = flag.Bool("update", false, "write the golden body again")

var system = dashboard.System{
	Environment: "prod", Region: "ap-northeast-2", Counters: []string{"tally-prod-vpc-counter", "tally-prod-counter"}, Monitor: "tally-prod-monitor", TimeoutSeconds: 300, SlowSeconds: 240,
	Alarms:      []string{"arn:aws:cloudwatch:ap-northeast-2:111122223333:alarm:tally-prod-errors"},
	Undelivered: "undelivered-queue", FailedRuns: "failed-runs-queue",
}

const few = `timezone: Asia/Seoul
jobs:
  - name: daily-scans
    label: 오늘의 <스캔>
    description: Scans read today, by result
    schedule: cron(55 14 * * ? *)
    source: {database: app, table: scans}
    window: {span: day-to-date, column: created_at, column_timezone: Asia/Seoul}
    cases: {normal: result = 'normal', caries: result = 'caries'}
    exclusive: true
  - name: open-tickets
    schedule: cron(0/15 8-18 ? * MON-FRI *)
    schedule_timezone: Europe/Berlin
    source: {database: app, table: tickets}
    cases: {urgent: priority > 3}
    total: false
`

// many are n jobs with so many cases of their own, named case-0 and so on.
func many(t *testing.T, n, cases int) []job.Job {
	t.Helper()
	var text strings.Builder
	text.WriteString("timezone: UTC\njobs:\n")
	for i := range n {
		fmt.Fprintf(&text, "  - name: job-%d\n    schedule: cron(0 3 * * ? *)\n    source: {database: app, table: t}\n    cases:\n", i)
		for k := range cases {
			fmt.Fprintf(&text, "      case-%d: a = %d\n", k, k)
		}
	}
	return jobtest.Read(t, text.String()).Jobs
}

func TestGoldenBody(t *testing.T) {
	bodies := dashboard.Bodies(system, jobtest.Read(t, few).Jobs)
	if len(bodies) != 1 {
		t.Fatalf("%d dashboards; want one", len(bodies))
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, []byte(bodies[0]), "", "  "); err != nil {
		t.Fatal(err)
	}
	got := indented.String() + "\n"
	file := filepath.Join("testdata", "body.json")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff(string(want), got); difference != "" {
		t.Errorf("the body changed (- golden, + now); if that is meant, run go test ./infra/dashboard -update\n%s", difference)
	}
}

// Whatever the number of jobs and cases: no widget hides another, CloudWatch takes
// the dashboards, and each case of each job is shown, once.
func TestEveryCaseIsShownOnceWithinTheLimits(t *testing.T) {
	for _, test := range []struct{ jobs, cases, dashboards int }{
		{1, 1, 1}, {5, 3, 1}, {30, 8, 1}, {100, 6, 1}, {100, 10, 1}, {100, 40, 2}, {300, 6, 3}, {2, 1500, 2},
	} {
		t.Run(fmt.Sprintf("%d jobs of %d cases", test.jobs, test.cases), func(t *testing.T) {
			jobs := many(t, test.jobs, test.cases)
			bodies := dashboard.Bodies(system, jobs)
			if len(bodies) != test.dashboards {
				t.Fatalf("%d dashboards; want %d", len(bodies), test.dashboards)
			}
			want, shown := map[string]int{}, map[string]int{}
			for _, each := range jobs {
				for _, name := range each.CaseNames() {
					want[each.Name+" "+name] = 1
				}
			}
			for _, body := range bodies {
				parsed := parse(t, body)
				checkGrid(t, parsed)
				if size, metrics := len(parsed.Widgets), len(metricsOf(parsed)); size > 500 || metrics > 2500 {
					t.Errorf("%d widgets with %d metrics", size, metrics)
				}
				for _, metric := range metricsOf(parsed) {
					if metric[1] == "Count" {
						shown[metric[5]+" "+metric[7]]++
					}
				}
			}
			if difference := cmp.Diff(want, shown); difference != "" {
				t.Errorf("cases (- want, + shown):\n%s", difference)
			}
		})
	}
}

// A daily job wants a point a day, and one every quarter of an hour one each.
func TestPeriodHoldsOneSlot(t *testing.T) {
	for _, test := range []struct {
		schedule, zone string
		want           int
	}{
		{"cron(55 14 * * ? *)", "", 86400},
		{"cron(30 0 * * ? *)", "Europe/Berlin", 86400}, // 23 hours apart once a year
		{"cron(0 3 1 * ? *)", "", 86400},
		{"cron(0 9 ? * MON-FRI *)", "", 86400},
		{"cron(0 0/12 * * ? *)", "", 21600},
		{"cron(0 0/6 * * ? *)", "", 21600},
		{"cron(0 0,5 * * ? *)", "", 3600},
		{"cron(7 * * * ? *)", "", 3600},
		{"cron(0/15 8-18 ? * MON-FRI *)", "Europe/Berlin", 900},
		{"cron(0/10 * * * ? *)", "", 300},
		{"cron(* * * * ? *)", "", 300},
		{"cron(0 0 1 1 ? 2026)", "", 86400},
		{"cron(0 0 1 1 ? 2001)", "", 86400},
		{"cron(7 * * * ? 2001)", "", 3600},
	} {
		zone := ""
		if test.zone != "" {
			zone = "    schedule_timezone: " + test.zone + "\n"
		}
		jobs := jobtest.Read(t, "timezone: UTC\njobs:\n  - name: a\n    schedule: "+test.schedule+"\n"+zone+"    source: {database: app, table: t}\n    cases: {x: y}\n")
		bodies := dashboard.Bodies(system, jobs.Jobs)
		for _, widget := range parse(t, bodies[0]).Widgets {
			if widget.Properties.Title == "a" && widget.Properties.Period != test.want {
				t.Errorf("%s %s: %d seconds, want %d", test.schedule, test.zone, widget.Properties.Period, test.want)
			}
		}
	}
}
