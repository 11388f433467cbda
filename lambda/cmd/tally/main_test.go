package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tally runs one command line.
func tally(args ...string) (status int, stdout, stderr string) {
	var out, errors bytes.Buffer
	status = run(context.Background(), args, &out, &errors)
	return status, out.String(), errors.String()
}

const environment = `region: ap-northeast-2
network: create
databases:
  app:
    engine: mysql
    host: app.abcdefghijkl.ap-northeast-2.rds.amazonaws.com
    dbname: app
    username: tally_reader
    auth: iam
    resource_id: db-APP
    security_group_id: sg-0fed5678
`

const jobs = `timezone: Asia/Seoul
jobs:
  - name: daily-scans
    schedule: cron(55 14 * * ? *)
    source: {database: app, table: scans}
    cases: {normal: a = 1}
  - name: early-orders
    schedule: cron(30 2 * * ? *)
    schedule_timezone: America/New_York
    timezone: America/New_York
    source: {database: app, table: orders}
    cases: {paid: b = 2}
`

// enterProject makes a project with two environments and without npm packages, and changes
// into one of its folders.
func enterProject(t *testing.T) {
	t.Helper()
	root := t.TempDir()
	t.Chdir(root)
	for path, text := range map[string]string{
		"go.mod": "", "cdk.json": "", "infra/environments/dev.yaml": environment, "infra/environments/prod.yaml": environment, "infra/jobs.yaml": jobs,
		"other/environments/dev.yaml": strings.Replace(environment, "engine: mysql", "engine: oracle", 1),
		"other/jobs.yaml":             "jobs: []\n",
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir("infra")
}

func TestArguments(t *testing.T) {
	for _, test := range []struct {
		name, args string
		status     int
		stdout     string // a part
		stderr     string
	}{
		{"none", "", exitOK, "Available Commands:", ""},
		{"help", "help", exitOK, "validate", ""},
		{"help of a command", "next --help", exitOK, "--display-timezone", ""},
		{"version", "--version", exitOK, "tally version devel (go1.", ""},
		{"unknown command", "nxt", exitInvalid, "", "there is no command \"nxt\"; \"tally help\" lists them\n"},
		{"unknown flag", "next --timzone UTC", exitInvalid, "", "unknown flag: --timzone\n"},
		{"flag without value", "next --from", exitInvalid, "", "flag needs an argument: --from\n"},
		{"argument of validate", "validate prod", exitInvalid, "", "validate takes no arguments, got \"prod\"; write --env prod for one environment\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, stdout, stderr := tally(strings.Fields(test.args)...)
			if status != test.status || !strings.Contains(stdout, test.stdout) || stderr != test.stderr {
				t.Errorf("got %d, %q, %q; want %d, … %s …, %q", status, stdout, stderr, test.status, test.stdout, test.stderr)
			}
		})
	}
}

func TestOutsideOfAProject(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, command := range []string{"next", "validate"} {
		status, stdout, stderr := tally(command)
		if status != exitFailed || stdout != "" || !strings.Contains(stderr, "run this inside the project") {
			t.Errorf("%s: got %d, %q, %q", command, status, stdout, stderr)
		}
	}
	if status, _, stderr := tally("next", "cron(55 14 * * ? *)"); status != exitOK {
		t.Errorf("an expression needs no project: %s", stderr)
	}
}
