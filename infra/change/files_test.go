package change_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tally/infra/change"
)

// TestFiles takes files of a project in a folder of a repository, as they are.
func TestFiles(t *testing.T) {
	repository, project := newRepository(t)
	const indented = "\n  indented: \"ü\"\n\n"
	write(t, project, "settings/a b.yaml", indented)
	write(t, project, "settings/deep/ü.yaml", "two")
	first := commit(t, repository)
	write(t, project, "settings/a b.yaml", "changed")
	write(t, project, "settings/new.yaml", "new")
	commit(t, repository)
	folder := t.TempDir()
	got, err := change.Files(t.Context(), project, "HEAD^", folder, "file", "settings", "nowhere")
	if err != nil || got != first {
		t.Fatalf("%s (%v), want %s", got, err, first)
	}
	for name, want := range map[string]string{"file": "one", "settings/a b.yaml": indented, "settings/deep/ü.yaml": "two"} {
		if got := read(t, folder, name); got != want {
			t.Errorf("%s holds %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{"settings/new.yaml", "package.json"} {
		if _, err := os.Stat(filepath.Join(folder, name)); err == nil {
			t.Errorf("%s is there", name)
		}
	}
	if _, err := change.Files(t.Context(), project, "--help", t.TempDir(), "file"); err == nil || !strings.HasPrefix(err.Error(), `git knows no commit "--help"`) {
		t.Errorf("a revision that is none: %v", err)
	}
	if _, err := change.Files(t.Context(), project, "HEAD", t.TempDir(), "nowhere"); err != nil {
		t.Errorf("no file at all: %v", err)
	}
}
