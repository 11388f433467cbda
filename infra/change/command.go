package change

import (
	"context"
	"os/exec"
	"syscall"
	"time"
)

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
