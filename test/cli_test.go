package test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheCLISynthesizes runs the CDK CLI as "make synth" does, with the function's
// bundling and CDK's own validation, which the other tests leave out: some 10 s.
// It has no credentials, so anything that CDK would look up fails it.
func TestTheCLISynthesizes(t *testing.T) {
	outdir := t.TempDir()
	synth := exec.Command(filepath.Join("node_modules", ".bin", "cdk"), "synth", "--quiet", "--output", outdir,
		"-c", "environments="+fixtures.Environments, "-c", "jobs="+fixtures.Jobs, "**")
	synth.Dir = root
	synth.Env = append(os.Environ(), "CDK_VALIDATION=true",
		"AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY=", "AWS_PROFILE=", "AWS_EC2_METADATA_DISABLED=true", "HOME="+t.TempDir(),
		"GOCACHE="+goEnv(t, "GOCACHE"), "GOMODCACHE="+goEnv(t, "GOMODCACHE"), "GOPATH="+goEnv(t, "GOPATH"))
	said, err := synth.CombinedOutput()
	if err != nil {
		t.Fatalf("cdk synth: %v\n%s", err, said)
	}
	for _, noise := range []string{"deprecated", "exited abnormally"} {
		if strings.Contains(string(said), noise) {
			t.Errorf("synth says %q:\n%s", noise, said)
		}
	}
	var report struct{ PluginReports []json.RawMessage }
	readJSON(t, filepath.Join(outdir, "validation-report.json"), &report)
	if len(report.PluginReports) > 0 {
		t.Errorf("the validation found %s", report.PluginReports)
	}
	if _, err := os.Stat(filepath.Join(root, "cdk.context.json")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("synth wrote cdk.context.json: it looked something up")
	}
	bundled, err := filepath.Glob(filepath.Join(outdir, "asset.*", "bootstrap"))
	if err != nil || len(bundled) != 3 {
		t.Errorf("the assembly holds %v (%v), want three bundled binaries: the counter, the monitor, and what makes database users", bundled, err)
	}
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	value, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(value[:len(value)-1])
}

func readJSON(t *testing.T, file string, into any) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}
