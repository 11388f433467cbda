package local

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// sandbox is the place of one server: a private temporary directory, the user that owns it,
// and one log for all programs that run in it.
type sandbox struct {
	dir string
	as  *syscall.Credential // nil: our own user
	log *os.File
}

// newSandbox makes an empty sandbox for a server of the given name.
func newSandbox(name string) (*sandbox, error) {
	as, err := serverUser()
	if err != nil {
		return nil, err
	}
	var failed []error
	// The other user may be shut out of our own temporary directory, when that
	// is /root/tmp for example.
	for _, parent := range []string{os.TempDir(), "/tmp", "/var/tmp"} {
		box, err := newSandboxIn(parent, name, as)
		if err == nil {
			return box, nil
		}
		failed = append(failed, err)
	}
	return nil, fmt.Errorf("make a directory for %s: %w", name, errors.Join(failed...))
}

func newSandboxIn(parent, name string, as *syscall.Credential) (_ *sandbox, err error) {
	dir, err := os.MkdirTemp(parent, "tally-"+name+"-")
	if err != nil {
		return nil, err
	}
	box := &sandbox{dir: dir, as: as}
	defer func() {
		if err != nil {
			_ = box.remove() // err is the one to report
		}
	}()
	if box.log, err = os.Create(box.path("log")); err != nil {
		return nil, err
	}
	if err := box.own(dir); err != nil {
		return nil, err
	}
	// Starting anything there shows whether its user gets there.
	return box, box.run(context.Background(), "true")
}

// serverUser is the user to run database servers as: nobody when we are root,
// because PostgreSQL and MariaDB refuse to run as root; nil, ourselves, otherwise.
func serverUser() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	nobody, err := user.Lookup("nobody") // initdb insists on a user that has a name
	if err != nil {
		return nil, fmt.Errorf("find a user to run servers as: %w", err)
	}
	uid, err := strconv.ParseUint(nobody.Uid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("user id of nobody: %w", err)
	}
	gid, err := strconv.ParseUint(nobody.Gid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("group id of nobody: %w", err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

func (s *sandbox) path(name string) string { return filepath.Join(s.dir, name) }

// own gives a path to the sandbox's user.
func (s *sandbox) own(path string) error {
	if s.as == nil {
		return nil
	}
	return os.Chown(path, int(s.as.Uid), int(s.as.Gid))
}

// secret writes a file that only the sandbox's user can read.
func (s *sandbox) secret(name, content string) (path string, err error) {
	path = s.path(name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		return "", err
	}
	return path, s.own(path)
}

// start starts a program in the sandbox, with nothing of our environment.
func (s *sandbox) start(stopBy syscall.Signal, path string, args ...string) (*process, error) {
	cmd := exec.Command(path, args...)
	cmd.Dir = s.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + s.dir, "LC_ALL=C", "TZ=UTC"}
	cmd.Stdout, cmd.Stderr = s.log, s.log
	return startProcess(cmd, s.as, stopBy)
}

// run runs a program in the sandbox to its end.
func (s *sandbox) run(ctx context.Context, path string, args ...string) error {
	p, err := s.start(syscall.SIGKILL, path, args...)
	if err != nil {
		return err
	}
	select {
	case <-p.done:
	case <-ctx.Done():
		p.stop()
		return ctx.Err()
	}
	if p.err != nil {
		return fmt.Errorf("%s: %w%s", filepath.Base(path), p.err, s.lastWords())
	}
	return nil
}

// lastWords is the end of the log, for an error message.
func (s *sandbox) lastWords() string {
	log, err := os.ReadFile(s.log.Name())
	if err != nil {
		return ""
	}
	lines := strings.Split(string(bytes.TrimSpace(log)), "\n")
	return "; its log ends:\n\t" + strings.Join(lines[max(0, len(lines)-15):], "\n\t")
}

// remove deletes everything that was made in the sandbox.
func (s *sandbox) remove() error {
	if s.log != nil {
		_ = s.log.Close() // closed before, when removed twice
	}
	return os.RemoveAll(s.dir)
}
