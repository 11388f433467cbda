package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// tree is the project that is changed and tested.
type tree struct {
	root  string
	limit time.Duration // for the tests of one mutant
}

func newTree(root string, limit time.Duration) (*tree, error) {
	root, err := filepath.Abs(root)
	return &tree{root, limit}, err
}

// result is what became of a mutant.
type result string

const (
	caught   result = "caught"
	survived result = "survived"
	hung     result = "hung"  // noticed, but only as the tests took too long
	equal    result = "equal" // it changes nothing
	broken   result = "broken"
)

// finding is a result and what led to it.
type finding struct {
	mutant
	result result
	test   string // the first that failed
	said   string // if the result is broken
	took   time.Duration
}

// try tests a mutant.
func (t *tree) try(ctx context.Context, m mutant) finding {
	if m.equal != "" {
		return finding{mutant: m, result: equal, test: m.equal}
	}
	begun := time.Now()
	found, err := t.tryIn(ctx, m)
	if err != nil {
		found = finding{result: broken, said: err.Error()}
	}
	found.mutant, found.took = m, time.Since(begun)
	return found
}

// tryIn has a folder made for the mutant's file and go's overlay.
func (t *tree) tryIn(ctx context.Context, m mutant) (finding, error) {
	changed, err := t.change(m)
	if err != nil {
		return finding{}, err
	}
	folder, err := os.MkdirTemp("", "mutant-")
	if err != nil {
		return finding{}, err
	}
	defer os.RemoveAll(folder)
	file, overlay := filepath.Join(folder, m.file), filepath.Join(folder, "overlay.json")
	replace, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(t.root, m.path()): file}})
	if err != nil {
		return finding{}, err
	}
	for path, content := range map[string][]byte{file: []byte(changed), overlay: replace} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return finding{}, err
		}
	}
	// Tests of other packages may build this one themselves, and fail for it.
	if said, err := t.command(ctx, overlay, "build", "./"+m.pkg).CombinedOutput(); err != nil {
		return finding{result: broken, said: string(said)}, nil
	}
	return t.test(ctx, m.notices, overlay), nil
}

// event is a line of go test -json.
type event struct{ Action, Test, Output, FailedBuild string }

// test runs tests with an overlay, which may be empty.
func (t *tree) test(ctx context.Context, c call, overlay string) finding {
	arguments := []string{"test", "-json", "-vet=off", "-failfast", "-timeout=" + t.limit.String(), "-run=" + c.run, "./" + c.pkg}
	if overlay != "" {
		arguments = append(arguments, "-count=1")
	}
	output, err := t.command(ctx, overlay, arguments...).CombinedOutput()
	found := finding{result: survived}
	var said strings.Builder
	for line := range bytes.Lines(output) {
		var e event
		if json.Unmarshal(line, &e) != nil {
			said.Write(line)
		}
		said.WriteString(e.Output)
		switch {
		case e.FailedBuild != "":
			return finding{result: broken, said: said.String()}
		case strings.Contains(e.Output, "[no tests to run]"):
			return finding{result: broken, said: "no test has that name"}
		case strings.HasPrefix(e.Output, "panic: test timed out after"):
			found.result = hung
		case e.Action == "fail" && e.Test != "" && found.test == "":
			found.test = e.Test
		}
	}
	if err == nil || found.result == hung {
		return found
	}
	found.result, found.said = caught, said.String()
	if found.test == "" { // the tests could not even begin, or ended all at once
		found.result = broken
		if strings.Contains(found.said, "panic: ") {
			found.result, found.test = caught, "a panic"
		}
	}
	return found
}

// command is a call of go, in a process group of its own, so that its children end with it. The
// overlay also reaches what the tests build.
func (t *tree) command(ctx context.Context, overlay string, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, "go", arguments...)
	command.Dir = t.root
	command.Env = os.Environ()
	if overlay != "" {
		command.Env = append(command.Env, fmt.Sprintf("GOFLAGS=%s -overlay=%s", os.Getenv("GOFLAGS"), overlay))
	}
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGINT) }
	command.WaitDelay = 10 * time.Second
	return command
}
