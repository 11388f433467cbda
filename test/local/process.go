package local

import (
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// process is a child that does not outlive this program: it leads a process
// group of its own, and on Linux the kernel stops it should we be killed.
type process struct {
	cmd    *exec.Cmd
	stopBy syscall.Signal
	done   chan struct{} // closed when the child has ended
	err    error         // how it ended; to be read after done
}

// startProcess starts cmd as another user (nil: as ours). stopBy is the signal
// that makes this program stop at once.
func startProcess(cmd *exec.Cmd, as *syscall.Credential, stopBy syscall.Signal) (*process, error) {
	cmd.SysProcAttr = childAttributes(stopBy)
	cmd.SysProcAttr.Setpgid = true // Ctrl-C in a terminal is for us, who then stop the child
	cmd.SysProcAttr.Credential = as

	p := &process{cmd: cmd, stopBy: stopBy, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		// Linux takes the end of the thread that forked for the end of the
		// parent, so that thread has to last as long as the child does.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		p.err = cmd.Wait()
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// ended says whether the child is gone.
func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// stop ends the child and its group at once, and waits until it is gone.
func (p *process) stop() { p.end(p.stopBy) }

// end ends the child and its group by a signal, and waits until it is gone.
func (p *process) end(by syscall.Signal) {
	if p.ended() {
		return
	}
	group := -p.cmd.Process.Pid
	_ = syscall.Kill(group, by) // fails only when it has just ended
	select {
	case <-p.done:
	case <-time.After(5 * time.Second):
		_ = syscall.Kill(group, syscall.SIGKILL)
		<-p.done
	}
}
