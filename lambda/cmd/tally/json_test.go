package main

import (
	"encoding/json"
	"strings"
	"testing"

	"tally/lambda/cron"
)

func TestNextWithoutTimesAsJSON(t *testing.T) {
	for _, args := range [][]string{
		{"cron(0 0 1 1 ? 2020)"},
		{"cron(0 0 30 2 ? *)"},
		{"cron(30 2 13 3 ? 2022)", "--timezone", "America/New_York", "--from", "2022-01-01T00:00:00Z"}, // DST skips it
	} {
		status, stdout, stderr := tally(append([]string{"next", "--json"}, args...)...)
		if status != exitOK || stderr != "" || !strings.Contains(stdout, "\"next\": [],\n  \"warnings\": [\n") {
			t.Errorf("%s: got %d, %s\n%s\nwant no times and a warning", args, status, stderr, stdout)
		}
	}
}

func TestNextOfJobsAsJSON(t *testing.T) {
	enterProject(t)
	status, stdout, stderr := tally("next", "--json", "--from", "2022-04-07T00:00:00Z", "-n", "1")
	var all []preview
	if err := json.Unmarshal([]byte(stdout), &all); err != nil || status != exitOK || stderr != "" {
		t.Fatalf("got %d, %s, %v\n%s", status, stderr, err, stdout)
	}
	if len(all) != 2 || all[0].Job != "daily-scans" || all[1].Job != "early-orders" || all[1].Dialect != "scheduler" || all[1].Timezone != "America/New_York" ||
		all[1].Next[0].Format("15:04 MST") != "06:30 UTC" {
		t.Errorf("got %+v", all)
	}
}

func TestNextRefuses(t *testing.T) {
	enterProject(t)
	const hour, utc = "cron(0 25 * * ? *)", "cron(55 14 * * ? *)"
	for _, test := range []struct {
		name       string
		args       []string
		stderr     string // a part
		field      string
		offset     int
		length     int
		suggestion string
	}{
		{"expression", []string{hour}, "25", "hours", strings.Index(hour, "25"), 2, "cron(0 23 * * ? *)"},
		{"expression of unix", []string{"55 14 * * *"}, "five", "", 0, 11, utc},
		{"at in a rule", []string{"at(2022-04-07T14:55:00)"}, "Scheduler", "", 0, 23, "cron(55 14 7 4 ? 2022)"},
		{"zone", []string{utc, "--timezone", "Asia/Soul"}, "--timezone: ", "timezone", 0, 9, "Asia/Seoul"},
		{"zone to show", []string{utc, "--display-timezone", "Asia/Soul"}, "--display-timezone: ", "timezone", 0, 9, "Asia/Seoul"},
		{"zone to show jobs in", []string{"--display-timezone", "Asia/Soul"}, "--display-timezone: ", "timezone", 0, 9, "Asia/Seoul"},
		{"empty zone", []string{utc, "--timezone", ""}, "--timezone is empty; write its value or leave it out", "", 0, 0, ""},
		{"zone Local", []string{utc, "--timezone", "Local"}, "--timezone: ", "timezone", 0, 5, "UTC"},
		{"empty time", []string{utc, "--from="}, "--from is empty; write its value or leave it out", "", 0, 0, ""},
		{"time", []string{utc, "--from", "yesterday"}, `--from "yesterday" is not a time; write it like 2022-04-07T00:00:00Z`, "", 0, 0, ""},
		{"time without zone", []string{utc, "--from", "2022-04-07T00:00:00"}, "is not a time", "", 0, 0, ""},
		{"expression and environment", []string{utc, "--env", "prod"}, "leave them out with an expression", "", 0, 0, ""},
		{"no times", []string{utc, "-n", "0"}, "-n is 0; write a number from 1 to 100000", "", 0, 0, ""},
		{"too many times", []string{utc, "-n", "100001"}, "-n is 100001; write a number from 1 to 100000", "", 0, 0, ""},
		{"no quotes", []string{"cron(55", "14"}, "one expression at a time, in quotes, such as 'cron(55 14 * * ? *)'; got 2", "", 0, 0, ""},
		{"zone for jobs", []string{"--timezone", "UTC"}, "--timezone goes with an expression; a job's zone is its schedule_timezone", "", 0, 0, ""},
		{"files", []string{"--jobs", "other/jobs.yaml"}, "other/jobs.yaml:1:1: jobs: is empty; write at least one job", "", 0, 0, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, stdout, stderr := tally(append([]string{"next"}, test.args...)...)
			if status != exitInvalid || stdout != "" || !strings.Contains(stderr, test.stderr) {
				t.Errorf("got %d, %q, %q; want %d and … %s … on stderr", status, stdout, stderr, exitInvalid, test.stderr)
			}
			status, stdout, again := tally(append([]string{"next", "--json"}, test.args...)...)
			if status != exitInvalid || again != stderr {
				t.Errorf("with --json: got %d, %q; want %d, %q", status, again, exitInvalid, stderr)
			}
			var printed map[string]cron.Error
			if err := json.Unmarshal([]byte(stdout), &printed); err != nil {
				t.Fatalf("%v: %s", err, stdout)
			}
			got := printed["error"]
			message := got.Message
			if message == "" || !strings.Contains(stderr, message) {
				t.Errorf("the message %q is not that of %q", message, stderr)
			}
			want := got
			want.Field, want.Offset, want.Length, want.Suggestion = test.field, test.offset, test.length, test.suggestion
			if got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}
