package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// warned is the start of the warning about a job whose zone has daylight saving time. The
// day of the next change follows.
const warned = "warning: job early-orders: daylight saving time: clocks in America/New_York skip "

func TestValidate(t *testing.T) {
	enterProject(t)
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	absolute := []string{"--jobs", filepath.Join(folder, "jobs.yaml"), "--environments", filepath.Join(folder, "environments")}
	for _, test := range []struct {
		name           string
		args           []string
		status         int
		stdout, stderr string
	}{
		{"all", nil, exitOK, "valid: 2 environments, 2 jobs\n", warned},
		{"one", []string{"--env", "prod"}, exitOK, "valid: 1 environment, 2 jobs\n", warned},
		{"unknown environment", []string{"--env", "live"}, exitInvalid, "",
			"environment \"live\" does not exist; write one of dev, prod, or add infra/environments/live.yaml\n"},
		{"empty environment", []string{"--env", ""}, exitInvalid, "", "--env is empty; write its value or leave it out\n"},
		{"problems of all files", []string{"--environments", "other/environments", "--jobs", "other/jobs.yaml"}, exitInvalid, "",
			"other/environments/dev.yaml:5:13: databases.app.engine: \"oracle\" is not supported; write mysql, mariadb or postgres\n" +
				"other/jobs.yaml:1:1: jobs: is empty; write at least one job\n"},
		{"no jobs file", []string{"--jobs", "jobs.yaml"}, exitInvalid, "", "jobs.yaml: the file does not exist; write it, or name another\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, stdout, stderr := tally(append([]string{"validate"}, test.args...)...)
			if status != test.status || stdout != test.stdout || !strings.HasPrefix(stderr, test.stderr) {
				t.Errorf("got %d\n%s%s\nwant %d\n%s%s", status, stdout, stderr, test.status, test.stdout, test.stderr)
			}
		})
	}
	t.Run("outside of a project", func(t *testing.T) {
		t.Chdir(t.TempDir())
		if status, stdout, stderr := tally(append([]string{"validate"}, absolute...)...); status != exitOK || stdout != "valid: 2 environments, 2 jobs\n" {
			t.Errorf("with absolute paths: got %d\n%s%s", status, stdout, stderr)
		}
		want := "run this inside the project, or give --jobs and --environments absolute paths\n"
		if status, _, stderr := tally("validate", absolute[0], absolute[1]); status != exitFailed || !strings.HasSuffix(stderr, want) {
			t.Errorf("with one: got %d\n%s", status, stderr)
		}
	})
}
