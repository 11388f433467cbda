package local

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	initTimeout = 10 * time.Second // Lambda's own
	accountID   = "123456789012"
	region      = "ap-northeast-2"
)

// errNotTaken says that the process died before it took the event.
var errNotTaken = errors.New("process died before it took the event")

// instance is one process of a function with its own Runtime API, so that the next process
// gets nothing from one that dies.
type instance struct {
	config         FunctionConfig
	process        *process
	api            *runtimeAPI
	server         *http.Server
	stdout, stderr *logPipe
}

// startInstance starts the process and waits until it asks for its first event,
// which has the given request id.
func startInstance(ctx context.Context, config FunctionConfig, id string) (_ *instance, err error) {
	i := &instance{config: config, api: newRuntimeAPI(config)}
	defer func() {
		if err != nil {
			i.stop()
		}
	}()
	// A relative path would start at the directory that the process gets.
	if i.config.Bootstrap, err = filepath.Abs(config.Bootstrap); err != nil {
		return nil, fmt.Errorf("find bootstrap: %w", err)
	}
	i.server = &http.Server{Handler: i.api.handler()}
	endpoint, err := serve(ctx, i.server)
	if err != nil {
		return nil, fmt.Errorf("start Runtime API: %w", err)
	}

	var writing sync.Mutex
	emit := func(line []byte) {
		writing.Lock()
		defer writing.Unlock()
		_, _ = config.Log.Write(line) // a broken log is no fault of the function
	}
	// A pipe each: in a shared one, long lines of the two streams can mix.
	if i.stdout, err = newLogPipe(emit); err != nil {
		return nil, fmt.Errorf("open log pipe: %w", err)
	}
	if i.stderr, err = newLogPipe(emit); err != nil {
		return nil, fmt.Errorf("open log pipe: %w", err)
	}
	cmd := exec.Command(i.config.Bootstrap)
	cmd.Dir = filepath.Dir(i.config.Bootstrap)
	cmd.Env = environ(i.config, strings.TrimPrefix(endpoint, "http://"))
	cmd.Stdout, cmd.Stderr = i.stdout.in, i.stderr.in
	if i.process, err = startProcess(cmd, nil, syscall.SIGKILL); err != nil {
		return nil, fmt.Errorf("start bootstrap: %w", err)
	}
	return i, i.awaitInit(ctx, id)
}

func (i *instance) awaitInit(ctx context.Context, id string) error {
	timer := time.NewTimer(initTimeout)
	defer timer.Stop()
	select {
	case <-i.api.idle:
		return nil
	case err := <-i.api.initErrors:
		return err
	case <-i.process.done:
		select {
		case err := <-i.api.initErrors:
			return err
		default:
			return exitError(id, i.process)
		}
	case <-timer.C:
		return runtimeError(id, "Sandbox.Timedout", fmt.Sprintf("Init timed out after %.2f seconds", initTimeout.Seconds()))
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// invoke sends the event and waits for the result. Then it waits until the process asks for
// the next event or dies. For Lambda an invocation ends only then, and only then do we know
// the state of the process.
func (i *instance) invoke(ctx context.Context, inv *invocation) ([]byte, error) {
	if i.process.ended() { // its connection may still look as if it asked for an event
		return nil, errNotTaken
	}
	select {
	case i.api.events <- inv:
	case <-i.process.done:
		return nil, errNotTaken
	case <-ctx.Done():
		return nil, i.cancel(ctx)
	}
	timeout := i.config.timeout()
	timer := time.NewTimer(timeout)
	defer timer.Stop()

	var result outcome
	select {
	case result = <-inv.result:
	case <-i.process.done:
		select {
		case result = <-inv.result:
		default:
			return nil, exitError(inv.id, i.process)
		}
	case <-timer.C:
		return nil, i.timeout(inv, timeout)
	case <-ctx.Done():
		return nil, i.cancel(ctx)
	}
	select {
	case <-i.api.idle:
		i.stdout.flush()
		i.stderr.flush()
	case <-i.process.done:
	case <-timer.C:
		return nil, i.timeout(inv, timeout)
	case <-ctx.Done():
		return nil, i.cancel(ctx)
	}
	return result.answer, result.err
}

func (i *instance) timeout(inv *invocation, after time.Duration) error {
	i.process.stop()
	return runtimeError(inv.id, "Sandbox.Timedout", fmt.Sprintf("Task timed out after %.2f seconds", after.Seconds()))
}

func (i *instance) cancel(ctx context.Context) error {
	i.process.stop()
	return context.Cause(ctx)
}

// stop kills the process and waits for the last of its log.
func (i *instance) stop() {
	if i.process != nil {
		i.process.stop()
	}
	for _, pipe := range []*logPipe{i.stdout, i.stderr} {
		if pipe != nil {
			pipe.close()
		}
	}
	if i.server != nil {
		_ = i.server.Close()
	}
}
