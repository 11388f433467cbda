package docs

import (
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
	if said := say("make", "next", "ENV=far", "JOBS="+jobs, "ENVIRONMENTS="+environments); !strings.HasPrefix(said, "a: at 00:05 every day") {
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
