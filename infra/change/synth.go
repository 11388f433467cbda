package change

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"tally/infra/assembly"
)

// Synthesize makes all templates of the project at root, with that project's own
// code, in folder. Nothing is validated: that is what the tests are for. The
// caller's CDK_CONTEXT_JSON goes through.
func Synthesize(ctx context.Context, root, folder string) ([]assembly.Stack, error) {
	temporary := filepath.Join(folder, "tmp")
	if err := os.MkdirAll(temporary, 0o755); err != nil {
		return nil, err
	}
	app, out := filepath.Join(folder, "app"), filepath.Join(folder, "cdk.out")
	// With -trimpath, which make sets, too, another folder is no reason to compile again.
	build := command(ctx, root, "go", "build", "-buildvcs=false", "-trimpath", "-o", app, "./infra/app")
	build.Env = append(os.Environ(), "TMPDIR="+temporary) // what an interrupted one leaves goes with the folder
	if said, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("compile the CDK app: %w\n%s", err, bytes.TrimSpace(said))
	}
	synth := command(ctx, root, app)
	ofThisSide := func(variable string) bool { return strings.HasPrefix(variable, "JSII_NODE=") } // each side has its own Node
	synth.Env = append(slices.DeleteFunc(os.Environ(), ofThisSide), "CDK_OUTDIR="+out, "CDK_VALIDATION=false", "TMPDIR="+temporary)
	if said, err := synth.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, bytes.TrimSpace(said))
	}
	return assembly.Read(out)
}

// command is a program in a process group of its own, so that what it has started
// ends with it: otherwise a compiler would go on writing to a folder that is being
// deleted.
func command(ctx context.Context, folder, name string, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, name, arguments...)
	command.Dir = folder
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.WaitDelay = 5 * time.Second
	return command
}
