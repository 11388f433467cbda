package test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSchedulesSayWhatTheyDo(t *testing.T) {
	template := templateOf(t, "existing-Counter")
	got := map[string][]any{}
	for _, rule := range template.ofType("AWS::Events::Rule") {
		p := rule.Properties
		target := p["Targets"].([]any)[0].(map[string]any)
		input := target["Input"]
		if transformer, transforms := target["InputTransformer"]; transforms {
			input = asJSON(transformer)
		}
		got[p["Name"].(string)] = []any{p["ScheduleExpression"], p["Description"], input}
	}
	for _, schedule := range template.ofType("AWS::Scheduler::Schedule") {
		p := schedule.Properties
		got[p["Name"].(string)] = []any{p["ScheduleExpression"], p["ScheduleExpressionTimezone"], p["Description"], p["Target"].(map[string]any)["Input"]}
	}
	want := map[string][]any{
		"tally-existing-daily-scans": {
			"cron(55 14 * * ? *)",
			"Counts daily-scans at 14:55 every day (UTC): Scans read today, by result",
			`{"InputPathsMap":{"time":"$.time"},"InputTemplate":"{\"job\":\"daily-scans\",\"scheduledTime\":<time>,\"schedule\":\"cron(55 14 * * ? *)\"}"}`,
		},
		"tally-existing-daily-uploads": {
			"cron(10 15 * * ? *)",
			"Counts daily-uploads at 15:10 every day (UTC)",
			`{"InputPathsMap":{"time":"$.time"},"InputTemplate":"{\"job\":\"daily-uploads\",\"scheduledTime\":<time>,\"schedule\":\"cron(10 15 * * ? *)\"}"}`,
		},
		"tally-existing-daily-orders-log": {
			"cron(20 15 * * ? *)",
			"Counts daily-orders-log at 15:20 every day (UTC)",
			`{"InputPathsMap":{"time":"$.time"},"InputTemplate":"{\"job\":\"daily-orders-log\",\"scheduledTime\":<time>,\"schedule\":\"cron(20 15 * * ? *)\"}"}`,
		},
		"tally-existing-daily-exports": {
			"cron(30 15 * * ? *)",
			"Counts daily-exports at 15:30 every day (UTC)",
			`{"InputPathsMap":{"time":"$.time"},"InputTemplate":"{\"job\":\"daily-exports\",\"scheduledTime\":<time>,\"schedule\":\"cron(30 15 * * ? *)\"}"}`,
		},
		"tally-existing-open-tickets": {
			"cron(0/15 * * * ? *)",
			"Counts open-tickets every 15 minutes (UTC)",
			`{"InputPathsMap":{"time":"$.time"},"InputTemplate":"{\"job\":\"open-tickets\",\"scheduledTime\":<time>,\"schedule\":\"cron(0/15 * * * ? *)\"}"}`,
		},
		"tally-existing-archived-scans": {
			"cron(0 3 1 * ? *)",
			"Counts archived-scans at 03:00 on day 1 of every month (UTC)",
			`{"InputPathsMap":{"time":"$.time"},"InputTemplate":"{\"job\":\"archived-scans\",\"scheduledTime\":<time>,\"schedule\":\"cron(0 3 1 * ? *)\"}"}`,
		},
		"tally-existing--summary": {
			"cron(0 23 * * ? *)", "Tells the counts of all jobs",
			`{"InputPathsMap":{"time":"$.time"},"InputTemplate":"{\"summary\":true,\"scheduledTime\":<time>}"}`,
		},
		"tally-existing--stored": {
			nil, "Tells the monitor of each new record, which it checks",
			`{"InputPathsMap":{"key":"$.detail.object.key"},"InputTemplate":"{\"stored\":<key>}"}`,
		},
		"tally-existing--sweep": {"cron(17 * * * ? *)", "Looks for slots without a record, every hour", `{"sweep":true}`},
		"weekday-orders": {
			"cron(0 9 ? * 2-6 *)", "Europe/Berlin",
			"Counts weekday-orders at 09:00, Monday to Friday (Europe/Berlin)",
			`{"job":"weekday-orders","scheduledTime":"<aws.scheduler.scheduled-time>","schedule":"cron(0 9 ? * 2-6 *)","timezone":"Europe/Berlin"}`,
		},
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("schedules (- want, + got):\n%s", difference)
	}
}

// Moving a job from Scheduler to a rule must touch nothing else: what both kinds
// share is always there. The jobs layer changes with any change of the file, the dashboard
// says when a job runs, and the monitor is updated after all of them.
func TestMovingOneJobChangesItsScheduleOnly(t *testing.T) {
	jobs, err := os.ReadFile(filepath.Join(root, fixtures.Jobs))
	if err != nil {
		t.Fatal(err)
	}
	moved := strings.Replace(string(jobs), "    schedule_timezone: Europe/Berlin\n", "", 1)
	if moved == string(jobs) {
		t.Fatal("the fixture has no job with a schedule_timezone: this test would prove nothing")
	}
	source := fixtures
	source.Only = "existing"
	source.Jobs = filepath.Join(t.TempDir(), "jobs.yaml")
	if err := os.WriteFile(source.Jobs, []byte(moved), 0o644); err != nil {
		t.Fatal(err)
	}
	after, err := synthesize(source)
	if err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff(string(stacks["existing-Data"].Template), string(after["existing-Data"].Template)); difference != "" {
		t.Errorf("the Data stack changed:\n%s", difference)
	}
	want := []string{
		"- AWS::Scheduler::Schedule weekday-orders",
		"+ AWS::Events::Rule tally-existing-weekday-orders",
		"~ AWS::CloudWatch::Dashboard ",
		"~ AWS::Lambda::LayerVersion ",
		"~ AWS::Lambda::Function ",
	}
	got := changes(templateOf(t, "existing-Counter"), parse(t, after["existing-Counter"].Template))
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("changes (- want, + got):\n%s", difference)
	}
}

// changes lists the resources that went (-), came (+) or differ (~), by type and name.
func changes(before, after template) []string {
	var list []string
	show := func(sign string, resource resource) {
		name, _ := resource.Properties["Name"].(string)
		list = append(list, sign+" "+resource.Type+" "+name)
	}
	for _, id := range slices.Sorted(maps.Keys(before.Resources)) {
		if _, stays := after.Resources[id]; !stays {
			show("-", before.Resources[id])
		}
	}
	for _, id := range slices.Sorted(maps.Keys(after.Resources)) {
		if _, was := before.Resources[id]; !was {
			show("+", after.Resources[id])
		}
	}
	for _, id := range slices.Sorted(maps.Keys(before.Resources)) {
		if now, stays := after.Resources[id]; stays && !cmp.Equal(before.Resources[id], now) {
			show("~", now)
		}
	}
	return list
}
