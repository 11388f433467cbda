package change_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tally/infra/change"
)

// TestCheckOut takes a project in a folder of a repository, and npm packages that are
// the same on both sides.
func TestCheckOut(t *testing.T) {
	repository, project := newRepository(t)
	first := commit(t, repository)
	write(t, project, "file", "two")
	commit(t, repository)
	checkout, err := change.CheckOut(t.Context(), project, "HEAD^", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if checkout.Commit != first {
		t.Errorf("it is %s, want %s", checkout.Commit, first)
	}
	if got := read(t, checkout.Root, "file"); got != "one" {
		t.Errorf("file holds %q", got)
	}
	if got := read(t, checkout.Root, "node_modules/package"); got != "installed" {
		t.Errorf("node_modules/package holds %q", got)
	}
	if checkout.Behind != 0 {
		t.Errorf("behind an older commit by %d", checkout.Behind)
	}
	git(t, repository, "branch", "other")
	git(t, repository, "reset", "--quiet", "--hard", "HEAD^")
	if err := checkout.Remove(); err != nil {
		t.Fatal(err)
	}
	onlyWorktree(t, repository)
	newer, err := change.CheckOut(t.Context(), project, "other", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer newer.Remove()
	if newer.Behind != 1 {
		t.Errorf("behind a newer commit by %d", newer.Behind)
	}
	if got := read(t, project, "node_modules/package"); got != "installed" {
		t.Errorf("the project's own packages are gone: %q", got)
	}
}

// TestCheckOutInstalls has other npm packages in the base, and a stand-in for npm.
func TestCheckOutInstalls(t *testing.T) {
	tools := t.TempDir()
	write(t, tools, "npm", "#!/bin/sh\nmkdir node_modules && echo \"$*\" >node_modules/package\n")
	if err := os.Chmod(filepath.Join(tools, "npm"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", tools+string(filepath.ListSeparator)+os.Getenv("PATH"))
	repository, project := newRepository(t)
	commit(t, repository)
	write(t, project, "package-lock.json", `{"other": true}`)
	checkout, err := change.CheckOut(t.Context(), project, "HEAD", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, checkout.Root, "node_modules/package"); !strings.HasPrefix(got, "ci ") {
		t.Errorf("npm was called with %q, want ci", got)
	}
	if err := checkout.Remove(); err != nil {
		t.Fatal(err)
	}
}

// TestCheckOutFails leaves no worktree behind when the packages cannot be installed.
func TestCheckOutFails(t *testing.T) {
	repository, project := newRepository(t)
	commit(t, repository)
	if _, err := change.CheckOut(t.Context(), project, "--help", t.TempDir()); err == nil || !strings.Contains(err.Error(), `git knows no commit "--help"`) {
		t.Errorf("a revision that is none: %v", err)
	}
	write(t, project, "package-lock.json", `{"other": true}`)
	tools := t.TempDir()
	write(t, tools, "npm", "#!/bin/sh\nsleep 60\n")
	if err := os.Chmod(filepath.Join(tools, "npm"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", tools+string(filepath.ListSeparator)+os.Getenv("PATH"))
	interrupted, stop := context.WithTimeout(t.Context(), time.Second)
	defer stop()
	begun := time.Now()
	if _, err := change.CheckOut(interrupted, project, "HEAD", t.TempDir()); err == nil || !strings.Contains(err.Error(), "install the npm packages") {
		t.Errorf("an interrupted installation: %v", err)
	}
	if took := time.Since(begun); took > 4*time.Second {
		t.Errorf("what npm started ended only after %s", took)
	}
	onlyWorktree(t, repository)
}

func newRepository(t *testing.T) (repository, project string) {
	t.Helper()
	repository = t.TempDir()
	project = filepath.Join(repository, "folder", "project")
	write(t, project, "file", "one")
	write(t, project, "package.json", "{}")
	write(t, project, "package-lock.json", "{}")
	write(t, project, ".gitignore", "/node_modules")
	write(t, project, "node_modules/package", "installed")
	git(t, repository, "init", "--quiet")
	return repository, project
}

func commit(t *testing.T, repository string) (hash string) {
	t.Helper()
	git(t, repository, "add", "--all")
	git(t, repository, "-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false", "commit", "--quiet", "--message=test")
	return git(t, repository, "rev-parse", "HEAD")
}

func onlyWorktree(t *testing.T, repository string) {
	t.Helper()
	if list := git(t, repository, "worktree", "list"); strings.Contains(list, "\n") {
		t.Errorf("a worktree is left:\n%s", list)
	}
}

func git(t *testing.T, folder string, arguments ...string) string {
	t.Helper()
	command := exec.Command("git", arguments...)
	command.Dir = folder
	said, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(arguments, " "), err, said)
	}
	return strings.TrimSpace(string(said))
}

func write(t *testing.T, folder, name, content string) {
	t.Helper()
	file := filepath.Join(folder, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, folder, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
