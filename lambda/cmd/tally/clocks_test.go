package main

import (
	"os"
	"strings"
	"testing"
)

// writeJob gives the project a jobs file with one job of Berlin.
func writeJob(t *testing.T, schedule, span string) {
	t.Helper()
	text := "timezone: Europe/Berlin\njobs:\n  - name: scans\n    schedule: " + schedule + "\n" +
		"    source: {database: app, table: scans}\n    window: {span: " + span + ", column: at}\n    cases: {a: a = 1}\n"
	if err := os.WriteFile("jobs.yaml", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestValidateReportsChangesOfClocks(t *testing.T) {
	enterProject(t)
	for _, test := range []struct {
		name, schedule, span string
		status               int
		stderr               string
	}{
		{"a day that no slot counts", "cron(30 22 * * ? *)", "previous-day", exitInvalid,
			"infra/jobs.yaml:4:15: jobs[0].schedule: Saturday 30 March 2024 belongs to no slot because clocks change in Europe/Berlin, and Saturday 26 October 2024 belongs to two slots because clocks change in Europe/Berlin; write schedule_timezone: Europe/Berlin and schedule: cron(30 0 * * ? *)\n"},
		{"a last slot that moves", "cron(55 14 * * ? *)", "day-to-date", exitOK,
			"warning: job scans: clocks change in Europe/Berlin, so the last slot of Sunday 31 March 2024 is at 16:55 instead of 15:55; write schedule_timezone: Europe/Berlin and schedule: cron(55 15 * * ? *)\n"},
		{"weekdays", "cron(30 9 ? * MON-FRI *)", "previous-day", exitOK, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			writeJob(t, test.schedule, test.span)
			status, _, stderr := tally("validate")
			if status != test.status || stderr != test.stderr {
				t.Errorf("got %d\n%s\nwant %d\n%s", status, stderr, test.status, test.stderr)
			}
		})
	}
}

func TestNextNotesPeriodsWithoutSlots(t *testing.T) {
	enterProject(t)
	next := []string{"next", "--from", "2026-01-02T00:00:00Z", "-n", "1"}
	writeJob(t, "cron(30 9 ? * MON-FRI *)", "previous-day")
	const want = `scans: at 09:30, Monday to Friday (UTC)
cron(30 9 ? * MON-FRI *)
  Europe/Berlin          UTC
  Fri 2026-01-02 10:30   2026-01-02T09:30:00Z
  note: Fridays and Saturdays belong to no slot
`
	if _, stdout, stderr := tally(next...); stdout != want {
		t.Errorf("got:\n%s%s\nwant:\n%s", stdout, stderr, want)
	}
	if _, stdout, _ := tally(append(next, "--json")...); !strings.Contains(stdout, `"note": "Fridays and Saturdays belong to no slot"`) {
		t.Errorf("the JSON has no note:\n%s", stdout)
	}
	writeJob(t, "cron(55 14 * * ? *)", "day-to-date")
	if _, stdout, _ := tally(next...); strings.Contains(stdout, "note:") || !strings.Contains(stdout, "  warning: clocks change in Europe/Berlin, ") {
		t.Errorf("got:\n%s\nwant a warning and no note", stdout)
	}
}
