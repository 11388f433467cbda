package main

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const labelledJobs = `timezone: Asia/Seoul
jobs:
  - {name: daily-scans, label: "오늘의 스캔: all", schedule: cron(55 14 * * ? *), source: {database: app, table: scans}}
  - {name: early-orders, schedule: cron(30 2 * * ? *), schedule_timezone: Asia/Seoul, source: {database: app, table: orders}}
`

// TestCompletion asks as the scripts of shells do: the last word is the one to complete, and a
// tab parts what is offered from what it is.
func TestCompletion(t *testing.T) {
	const allJobs = "daily-scans\t오늘의 스캔: all, at 14:55 every day (UTC)\nearly-orders\tat 02:30 every day (Asia/Seoul)\n"
	const noFiles, yamlFiles, folders = ":4\n", "yaml\n:8\n", ":16\n"
	for _, test := range []struct {
		name string
		args []string
		want string
	}{
		{"a job to run", []string{"run", ""}, allJobs + noFiles},
		{"a job to run after flags", []string{"run", "--env", "prod", "--at", "latest", ""}, allJobs + noFiles},
		{"a job whose rows arrive late", []string{"late", ""}, allJobs + noFiles},
		{"a job's next times", []string{"next", ""}, allJobs + noFiles},
		{"one job is enough", []string{"run", "daily-scans", ""}, noFiles},
		{"jobs to export", []string{"export", ""}, allJobs + noFiles},
		{"another job to replay", []string{"backtest", "--env", "prod", "early-orders", ""}, strings.SplitAfter(allJobs, "\n")[0] + noFiles},
		{"a folder of records", []string{"backtest", "--records", ""}, folders},
		{"jobs of another file", []string{"run", "--jobs", "two.yaml", ""}, "other\tat 02:30 every day (UTC)\n" + noFiles},
		{"jobs of a broken file", []string{"run", "--jobs", "broken.yaml", ""}, noFiles},
		{"jobs of no YAML", []string{"run", "--jobs", "noise.yaml", ""}, noFiles},
		{"jobs of no file", []string{"run", "--jobs", "none.yaml", ""}, noFiles},
		{"jobs of a folder", []string{"run", "--jobs", "other", ""}, noFiles},
		{"no job for a command without", []string{"validate", ""}, noFiles},
		{"an environment", []string{"validate", "--env", ""}, "dev\tap-northeast-2\nprod\tap-northeast-2\n" + noFiles},
		{"an environment behind =", []string{"verify", "--env="}, "dev\tap-northeast-2\nprod\tap-northeast-2\n" + noFiles},
		{"an environment of a command without files", []string{"fetch", "--env", ""}, "dev\tap-northeast-2\nprod\tap-northeast-2\n" + noFiles},
		{"environments of another folder, where one is broken", []string{"next", "--environments", "mixed", "--env", ""}, "far\teu-central-1\n" + noFiles},
		{"environments beside a broken jobs file", []string{"run", "--jobs", "broken.yaml", "--env", ""}, "dev\tap-northeast-2\nprod\tap-northeast-2\n" + noFiles},
		{"environments of no folder", []string{"next", "--environments", "none", "--env", ""}, noFiles},
		{"a jobs file", []string{"run", "--jobs", ""}, yamlFiles},
		{"a folder of environments", []string{"run", "--environments", ""}, folders},
		{"a slot", []string{"run", "daily-scans", "--at", ""}, "latest\n" + noFiles},
		{"a slot to count again", []string{"recount", "daily-scans", "--at", ""}, "latest\n" + noFiles},
		{"what to fill", []string{"backfill", "daily-scans", "--only", ""}, "missing\nfailed\nchanged\nall\n" + noFiles},
		{"a case", []string{"history", "daily-scans", "--case", ""}, "total\n" + noFiles},
		{"a case of no job", []string{"history", "--case", ""}, noFiles},
		{"the report's file", []string{"report", "--out", ""}, "html\n:8\n"},
		{"a time", []string{"next", "--from", ""}, noFiles},
		{"a command", []string{"ver"}, "verify\tHave the deployed functions prove that they can count every job\n" + noFiles},
		{"a flag", []string{"next", "--js"}, "--json\tprint the facts as JSON, for programs\n" + noFiles},
		{"completion itself", []string{"comp"}, "completion\tGenerate the autocompletion script for the specified shell\n" + noFiles},
	} {
		t.Run(test.name, func(t *testing.T) {
			enterProject(t)
			write(t, "infra/jobs.yaml", labelledJobs)
			write(t, "two.yaml", strings.NewReplacer("daily-scans", "other", "cron(55 14", "cron(30 2", `label: "오늘의 스캔: all", `, "").Replace(labelledJobs[:strings.Index(labelledJobs, "  - {name: early")]))
			write(t, "broken.yaml", strings.Replace(labelledJobs, "cron(30 2", "cron(30 25", 1))
			write(t, "noise.yaml", "{{{\x00")
			write(t, "mixed/far.yaml", strings.ReplaceAll(environment, "ap-northeast-2", "eu-central-1"))
			write(t, "mixed/near.yaml", "region: [")
			status, stdout, stderr := tally(append([]string{"__complete"}, test.args...)...)
			if status != exitOK || stdout != test.want {
				t.Errorf("got %d\n%s\nwant\n%s", status, stdout, test.want)
			}
			if strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "Completion ended with directive: ") {
				t.Errorf("it makes noise: %s", stderr)
			}
		})
	}
	t.Run("outside of a project", func(t *testing.T) {
		t.Chdir(t.TempDir())
		for _, args := range [][]string{{"__complete", "run", ""}, {"__complete", "next", "--env", ""}} {
			if status, stdout, _ := tally(args...); status != exitOK || stdout != noFiles {
				t.Errorf("%s: got %d, %s", args, status, stdout)
			}
		}
	})
}

// TestCompletionInBash presses Tab in a real bash. Instead of the package bash-completion a
// function takes the line apart.
func TestCompletionInBash(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	program, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	enterProject(t)
	const script = `set -eu
tally() { TALLY_AS_PROGRAM=yes "$TALLY_TEST" -test.run '^TestAsProgram$' -- "$@"; }
_init_completion() { words=("${COMP_WORDS[@]}"); cword=$COMP_CWORD; cur=${words[cword]}; prev=${words[cword-1]}; }
compopt() { :; }
source <(tally completion bash)
press() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9; COMP_KEY=9; COMPREPLY=(); __start_tally; printf '[%s]' "${COMPREPLY[@]}"; echo; }
press tally run d
press tally validate --env p
press tally sw
`
	command := exec.Command(bash, "--norc", "--noprofile", "-c", script)
	command.Env = append(os.Environ(), "TALLY_TEST="+program)
	said, err := command.CombinedOutput()
	if want := "[daily-scans]\n[prod]\n[sweep]\n"; err != nil || string(said) != want {
		t.Errorf("%v: got\n%s\nwant\n%s", err, said, want)
	}
}

// TestAsProgram is the command line itself, for shells that tests start.
func TestAsProgram(t *testing.T) {
	if os.Getenv("TALLY_AS_PROGRAM") == "" {
		t.Skip("only a shell of a test runs it")
	}
	os.Exit(run(t.Context(), flag.Args(), os.Stdout, os.Stderr))
}

func TestCompletionScripts(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		status, script, stderr := tally("completion", shell)
		if status != exitOK || !strings.Contains(script, "__complete") || stderr != "" {
			t.Errorf("%s: got %d, %s", shell, status, stderr)
		}
		program, err := exec.LookPath(shell)
		if err != nil {
			t.Logf("there is no %s to read its script", shell)
			continue
		}
		read := exec.Command(program, "-n")
		read.Stdin = strings.NewReader(script)
		if said, err := read.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", shell, err, said)
		}
	}
}
