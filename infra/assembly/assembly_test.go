package assembly_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tally/infra/assembly"
)

func TestRead(t *testing.T) {
	folder := t.TempDir()
	write(t, folder, "prod", `{"artifacts": {
		"a": {"type": "aws:cloudformation:stack", "environment": "aws://111122223333/ap-northeast-2", "displayName": "prod/Data",
			"properties": {"stackName": "tally-prod-data", "templateFile": "a.json", "terminationProtection": true, "tags": {"team": "data"}}, "additionalMetadataFile": "a.metadata.json"},
		"b": {"type": "cdk:asset-manifest"}}}`)
	write(t, folder, "dev", `{"artifacts": {"a": {"type": "aws:cloudformation:stack", "displayName": "dev/Data", "properties": {"templateFile": "a.json"}, "additionalMetadataFile": "m.json"}}}`)
	got, err := assembly.Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	want := []assembly.Stack{
		{Name: "dev/Data", TemplateFile: filepath.Join(folder, "assembly-dev", "a.json"), MetadataFile: filepath.Join(folder, "assembly-dev", "m.json")},
		{
			Name: "prod/Data", StackName: "tally-prod-data", Target: "aws://111122223333/ap-northeast-2",
			TemplateFile: filepath.Join(folder, "assembly-prod", "a.json"),
			MetadataFile: filepath.Join(folder, "assembly-prod", "a.metadata.json"), TerminationProtection: true, Tags: map[string]string{"team": "data"},
		},
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("the stacks (- want, + got):\n%s", difference)
	}
	if got[1].Environment() != "prod" {
		t.Errorf("%s is of environment %s", got[1].Name, got[1].Environment())
	}
}

func TestReadFails(t *testing.T) {
	folder := t.TempDir()
	if _, err := assembly.Read(folder); err == nil || !strings.HasSuffix(err.Error(), "holds no environment") {
		t.Errorf("an empty folder: %v", err)
	}
	write(t, folder, "dev", `{`)
	if _, err := assembly.Read(folder); err == nil || !strings.Contains(err.Error(), filepath.Join("assembly-dev", "manifest.json")) {
		t.Errorf("a broken manifest: %v", err)
	}
}

func write(t *testing.T, folder, environment, manifest string) {
	t.Helper()
	folder = filepath.Join(folder, "assembly-"+environment)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "manifest.json"), []byte(manifest), 0o644); err != nil {
		t.Fatal(err)
	}
}
