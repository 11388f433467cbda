package test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

// pinned is an action at a commit, with its version as a comment, or a workflow of
// this repository. A tag can be moved to other code.
var pinned = regexp.MustCompile(`^\s*(- )?uses: (\S+/\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\./\S+)$`)

// TestWorkflows holds what actionlint does not: pinned actions, permissions that each
// job asks for itself, and no text of an event in a script.
func TestWorkflows(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, ".github", "workflows", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no workflows (%v)", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, problem := range workflowProblems(t, data) {
				t.Error(problem)
			}
		})
	}
}

// TestTheBacktestFailsNoWorkflow runs its step with a stand-in for tally that ends as its
// environment is called.
func TestTheBacktestFailsNoWorkflow(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(root, ".github", "workflows", "diff.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct{ Name, Run string }
		}
	}
	if err := yaml.Unmarshal(data, &workflow); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for name, text := range map[string]string{
		"infra/environments/a0.yaml": "", "infra/environments/b1.yaml": "", "infra/environments/c2.yaml": "",
		".cache/tally": "#!/bin/sh\necho \"$*\"\nexit ${3#?}\n",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range workflow.Jobs["deployed"].Steps {
		if step.Name != "Replay the checks" {
			continue
		}
		script := exec.Command("bash", "-eo", "pipefail", "-c", step.Run)
		script.Dir = folder
		if said, err := script.CombinedOutput(); err != nil {
			t.Errorf("it fails: %v\n%s", err, said)
		}
	}
	got := map[string]string{}
	files, _ := filepath.Glob(filepath.Join(folder, "backtest", "*"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got[filepath.Base(file)] = string(text)
	}
	want := map[string]string{
		"a0.txt": "backtest --env a0 --base HEAD^1 --assembly .cache/cdk.out/diff-a0\n",
		"b1.txt": "The records of b1 could not be judged; the log of this run says why.\n",
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("the reports (- want, + got):\n%s", difference)
	}
}

func workflowProblems(t *testing.T, data []byte) (problems []string) {
	t.Helper()
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\n")
		if strings.Contains(line, "uses:") && !pinned.MatchString(line) {
			problems = append(problems, "not pinned: "+strings.TrimSpace(line))
		}
	}
	var workflow struct {
		Permissions map[string]string
		Jobs        map[string]struct {
			Permissions map[string]string
			Steps       []struct{ Run string }
		}
	}
	if err := yaml.Unmarshal(data, &workflow); err != nil {
		t.Fatal(err)
	}
	if workflow.Permissions == nil || len(workflow.Permissions) > 0 {
		problems = append(problems, "the workflow itself must have permissions: {}")
	}
	for name, job := range workflow.Jobs {
		if job.Permissions == nil {
			problems = append(problems, "job "+name+" does not say its permissions")
		}
		for _, step := range job.Steps {
			if strings.Contains(step.Run, "${{") {
				problems = append(problems, "job "+name+" puts an expression into a script; pass it as a variable")
			}
		}
	}
	return problems
}

// TestWorkflowProblems sees each of them.
func TestWorkflowProblems(t *testing.T) {
	const sound = `
permissions: {}
jobs:
  a:
    permissions: {contents: read}
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
      - run: make
`
	tests := map[string]struct{ old, with, want string }{
		"a tag":                 {"de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2", "v6", "not pinned: - uses: actions/checkout@v6"},
		"a short hash":          {"de0fac2e4500dabe0009e67214ff5f5447ce83dd", "de0fac2", "not pinned: - uses: actions/checkout@de0fac2 # v6.0.2"},
		"no version":            {" # v6.0.2", "", "not pinned: - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd"},
		"what GitHub gives":     {"permissions: {}\n", "", "the workflow itself must have permissions: {}"},
		"permissions for all":   {"permissions: {}", "permissions: {contents: write}", "the workflow itself must have permissions: {}"},
		"an expression":         {"run: make", "run: echo ${{ github.event.pull_request.title }}", "job a puts an expression into a script; pass it as a variable"},
		"a job without a word":  {"    permissions: {contents: read}\n", "", "job a does not say its permissions"},
		"nothing that is wrong": {"", "", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := strings.Join(workflowProblems(t, []byte(strings.Replace(sound, test.old, test.with, 1))), "\n")
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
