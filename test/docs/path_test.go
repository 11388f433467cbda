package docs

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestConfigurationOutsideTheTree gives make and tally absolute paths, which hold a
// blank, of files that are not the project's.
func TestConfigurationOutsideTheTree(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "acme counts")
	for name, text := range map[string]string{
		"jobs.yaml":             someJobs,
		"environments/far.yaml": "region: ap-northeast-2\nnetwork: create\ndatabases: {app: {create: aurora-postgresql}}\n",
	} {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	jobs, environments := filepath.Join(folder, "jobs.yaml"), filepath.Join(folder, "environments")
	say := func(program string, arguments ...string) string {
		t.Helper()
		run := exec.Command(program, arguments...)
		run.Dir = root
		run.Env = append(os.Environ(), "MAKEFLAGS=", "MAKELEVEL=")
		said, err := run.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", strings.Join(arguments, " "), err, said)
		}
		return string(said)
	}
	if said := say("make", "next", "ENV=far", "JOBS="+jobs, "ENVIRONMENTS="+environments); !strings.Contains(said, "a: at 00:05 every day") {
		t.Errorf("make next says %s", said)
	}
	if said := say("go", "run", "./lambda/cmd/tally", "validate", "--jobs", jobs, "--environments", environments); said != "valid: 1 environment, 1 job\n" {
		t.Errorf("tally validate says %s", said)
	}
	for _, target := range []string{"synth", "diff", "deploy", "destroy", "bootstrap"} {
		said := say("make", "-n", target, "ENV=far", "JOBS="+jobs, "ENVIRONMENTS="+environments)
		for _, want := range []string{"-c jobs='" + jobs + "'", "-c environments='" + environments + "'"} {
			if !strings.Contains(said, want) {
				t.Errorf("make %s does not pass %s to CDK:\n%s", target, want, said)
			}
		}
		// A deploy ends with a verify, which make runs by itself.
		if want := "tally verify --env far --jobs '" + jobs + "' --environments '" + environments + "'"; target == "deploy" && !strings.Contains(said, want) {
			t.Errorf("make deploy does not end with %s:\n%s", want, said)
		}
	}
}

// Files outside the tree go with some targets only, and BASE counts on make's command line only.
func TestWhichTargetsTakeOtherFiles(t *testing.T) {
	other := []string{"JOBS=/acme/jobs.yaml", "ENVIRONMENTS=/acme/environments"}
	for _, test := range []struct {
		arguments []string
		variable  string // of the shell
		says      string
		refused   bool
	}{
		{[]string{"policy"}, "", "./infra/audit/report", false},
		{[]string{"diff", "BASE=HEAD~3"}, "", ".cache/diff -base 'HEAD~3'", false},
		{[]string{"diff", "ENV=prod"}, "BASE=HEAD~3", ".cache/tally fetch --env prod", false},
		{append([]string{"policy"}, other...), "", "leave JOBS and ENVIRONMENTS out", true},
		{append([]string{"diff", "BASE=HEAD~3"}, other...), "", "leave JOBS and ENVIRONMENTS out", true},
		{append([]string{"diff", "ENV=far"}, other...), "", "-c jobs='/acme/jobs.yaml'", false},
		{[]string{"synth", other[0]}, "", "only JOBS is given", true},
	} {
		run := exec.Command("make", append([]string{"-n"}, test.arguments...)...)
		run.Dir = root
		run.Env = append(os.Environ(), "MAKEFLAGS=", "MAKELEVEL=", cmp.Or(test.variable, "BASE="))
		said, err := run.CombinedOutput()
		if (err != nil) != test.refused || !strings.Contains(string(said), test.says) {
			t.Errorf("%s make %s says %s(%v), want %s", test.variable, strings.Join(test.arguments, " "), said, err, test.says)
		}
	}
}
