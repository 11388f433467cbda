package test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tally/infra/settings"
)

// many writes n jobs of every kind; each bucket's have a prefix of their own.
func many(t *testing.T, n int) settings.Settings {
	t.Helper()
	kinds := []string{
		"schedule: cron(55 14 * * ? *)\n    source: {database: app, table: scans}\n    window: {span: day-to-date, column: at, column_timezone: Asia/Seoul}\n    cases: {a: x = 1, b: x = 2, c: x = 3, d: x = 4, e: x = 5, f: x = 6, g: x = 7, h: x = 8}",
		"schedule: cron(0 9 * * ? *)\n    schedule_timezone: Europe/Berlin\n    source: {database: shop, table: orders}\n    cases: {a: x = 1, b: x = 2}",
		"schedule: cron(10 15 * * ? *)\n    source: {bucket: uploads, prefix: \"images-%[1]d/{yyyy}/{MM}/{dd}/\"}\n    window: {span: previous-day}\n    cases: {large: size > 5}",
		"schedule: cron(20 15 * * ? *)\n    source: {bucket: logs, prefix: \"orders-%[1]d/\", format: jsonl}\n    window: {span: previous-day, column: at}\n    cases: {paid: status == \"paid\"}",
	}
	text := "timezone: Asia/Seoul\njobs:\n"
	for i := range n {
		text += fmt.Sprintf("  - name: job-%d\n    ", i) + strings.ReplaceAll(kinds[i%len(kinds)], "%[1]d", fmt.Sprint(i)) + "\n"
	}
	file := filepath.Join(t.TempDir(), "jobs.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	source := fixtures
	source.Jobs, source.Only = file, "existing"
	return load(t, source)
}

func TestAHundredJobsFit(t *testing.T) {
	hundred := synthesized(t, many(t, 100), standIn)["existing-Counter"]
	template := parse(t, hundred.Template)
	t.Logf("%d resources, %d bytes", len(template.Resources), len(hundred.Template))
	if got := len(template.ofType("AWS::Events::Rule", "AWS::Scheduler::Schedule")); got != 101 { // one is the sweep's
		t.Errorf("%d rules and schedules, want 101", got)
	}
	if dashboards := template.ofType("AWS::CloudWatch::Dashboard"); len(dashboards) != 1 {
		t.Errorf("%d dashboards", len(dashboards))
	}
	// What grows with the jobs is in no policy of a function or queue.
	few := templateOf(t, "existing-Counter")
	for _, kind := range []string{"AWS::Lambda::Permission", "AWS::SQS::QueuePolicy", "AWS::CloudWatch::Alarm"} {
		if before, after := few.ofType(kind), template.ofType(kind); !slices.Equal(slices.Sorted(maps.Keys(before)), slices.Sorted(maps.Keys(after))) || len(before) == 0 {
			t.Errorf("%s: %d with few jobs, %d with a hundred", kind, len(before), len(after))
		}
	}
}

func TestSynthSaysWhenAnEnvironmentMustBeSplit(t *testing.T) {
	_, err := synthesizeWith(many(t, 600), standIn)
	if err == nil {
		t.Fatal("no error")
	}
	const split = "; split environment existing: give some of its jobs a file of their own, and that an environment (docs/environments.md)"
	for _, want := range []string{"resources, where AWS allows 500" + split, "characters in the policies of role OutsideCounterRole5E392D6E, where AWS allows 10240" + split} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("it does not say %q: %v", want, err)
		}
	}
}
