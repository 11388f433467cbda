package test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tally/infra/settings"
)

// What clocks do to a schedule is found, and tested, by lambda/job: here counts that
// synth refuses what loses a day, and warns of a last slot that moves.
func TestSynthFindsWhatClocksDo(t *testing.T) {
	source := fixtures
	source.Only, source.Jobs = "existing", filepath.Join(t.TempDir(), "jobs.yaml")
	write := func(zone, schedule, span string) {
		text := "timezone: " + zone + "\njobs:\n  - name: scans\n    schedule: " + schedule +
			"\n    source: {database: app, table: scans}\n    window: {span: " + span + ", column: at}\n    cases: {a: a = 1}\n"
		if err := os.WriteFile(source.Jobs, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("Europe/Berlin", "cron(30 22 * * ? *)", "previous-day")
	if _, err := settings.Load(source); err == nil || !strings.Contains(err.Error(), "jobs.yaml:4:15: jobs[0].schedule: Saturday 30 March 2024 belongs to no slot") {
		t.Errorf("got %v, want a problem of the schedule", err)
	}
	for zone, want := range map[string]bool{"Europe/Berlin": true, "Asia/Seoul": false} {
		write(zone, "cron(55 14 * * ? *)", "day-to-date")
		made, err := synthesize(source)
		if err != nil {
			t.Fatal(err)
		}
		messages := made["existing-Counter"].Messages
		warned := slices.ContainsFunc(messages, func(text string) bool { return strings.Contains(text, "job scans: clocks change in "+zone) })
		if warned != want {
			t.Errorf("%s: warned is %t, want %t: %q", zone, warned, want, messages)
		}
	}
}
