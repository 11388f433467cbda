package local

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// FunctionConfig is what Lambda knows about a function.
type FunctionConfig struct {
	Bootstrap string            // the executable of the deployment package, built for this machine
	Env       map[string]string // the function's own variables; the process gets no others but Lambda's
	Name      string
	Region    string        // us-east-1 if empty
	MemoryMB  int           // reported, not enforced; 128 if zero
	Timeout   time.Duration // 3 s if zero
	Processes int           // at a time, each with one event; more events wait; 1 if zero
	Log       io.Writer     // gets stdout and stderr: one Write per line, one at a time; nil discards them

	shorter *atomic.Int64 // the timeout of SetTimeout; 0 if there is none
}

// timeout is how long an invocation may take that begins now.
func (c FunctionConfig) timeout() time.Duration {
	if c.shorter != nil {
		return cmp.Or(time.Duration(c.shorter.Load()), c.Timeout)
	}
	return c.Timeout
}

// Function is a Lambda function on this machine: a Runtime API for an unmodified binary.
// A process starts when no idle one is there, and handles one event at a time. It stays for
// the next invocations, and is replaced if it dies.
type Function struct {
	config FunctionConfig
	idle   chan *instance // as many as there may be processes; nil is one that is not started
	life   context.Context
	end    context.CancelCauseFunc

	mutex sync.Mutex
	busy  map[*process]bool // those that handle an event, for crash, which takes no turn
}

// ErrFunctionClosed is the answer of a closed function.
var ErrFunctionClosed = errors.New("function is closed")

// NewFunction deploys a function. Close it.
func NewFunction(config FunctionConfig) *Function {
	if config.Region == "" {
		config.Region = "us-east-1"
	}
	if config.MemoryMB == 0 {
		config.MemoryMB = 128
	}
	if config.Timeout == 0 {
		config.Timeout = 3 * time.Second
	}
	if config.Log == nil {
		config.Log = io.Discard
	}
	config.shorter = new(atomic.Int64)
	f := &Function{config: config, busy: map[*process]bool{}, idle: make(chan *instance, max(1, config.Processes))}
	for range cap(f.idle) {
		f.idle <- nil
	}
	f.life, f.end = context.WithCancelCause(context.Background())
	return f
}

// Invoke invokes the function with a new request id.
func (f *Function) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	return f.InvokeWithID(ctx, newRequestID(), payload)
}

// InvokeWithID invokes the function with a given request id, which is what
// Lambda does when it retries an asynchronous event. A failure of the function
// is a *FunctionError. When ctx ends first, the process is killed: there is no
// other way to stop its work.
func (f *Function) InvokeWithID(ctx context.Context, id string, payload []byte) ([]byte, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(f.life, func() { cancel(context.Cause(f.life)) })()

	warm, err := f.take(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { f.idle <- warm }()
	answer, err := f.try(ctx, &warm, id, payload)
	if errors.Is(err, errNotTaken) { // the warm process had died since its last event
		answer, err = f.try(ctx, &warm, id, payload)
	}
	if errors.Is(err, errNotTaken) {
		return nil, runtimeError(id, "Runtime.ExitError", errNotTaken.Error())
	}
	return answer, err
}

// take waits for a process that is idle, or may be started. One that is warm comes first.
func (f *Function) take(ctx context.Context) (*instance, error) {
	var taken *instance
	select {
	case taken = <-f.idle:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	for range cap(f.idle) - 1 {
		if taken != nil {
			break
		}
		select {
		case other := <-f.idle:
			f.idle <- taken
			taken = other
		default: // all others are busy
		}
	}
	return taken, nil
}

// try gives the event to the warm process or else to a new one.
func (f *Function) try(ctx context.Context, warm **instance, id string, payload []byte) ([]byte, error) {
	if f.life.Err() != nil {
		return nil, ErrFunctionClosed
	}
	if *warm == nil {
		started, err := startInstance(ctx, f.config, id)
		if err != nil {
			return nil, err
		}
		*warm = started
	}
	handling := (*warm).process
	f.setBusy(handling, true)
	defer f.setBusy(handling, false)
	answer, err := (*warm).invoke(ctx, newInvocation(id, payload))
	if (*warm).process.ended() || errors.Is(err, errNotTaken) {
		(*warm).stop()
		*warm = nil
	}
	return answer, err
}

// PeakMemory is the most memory that the process of a function with one has used since it started, in bytes, as
// Linux counts it (VmHWM). Lambda's limit is about the same value.
func (f *Function) PeakMemory() (int64, error) {
	warm := <-f.idle
	defer func() { f.idle <- warm }()
	if warm == nil {
		return 0, errors.New("peak memory: the function has no process")
	}
	return peakOf(warm.process.cmd.Process.Pid)
}

// peakOf reads the peak of a process that runs.
func peakOf(pid int) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, fmt.Errorf("peak memory: %w", err)
	}
	var kilobytes int64
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	if _, err := fmt.Sscan(after, &kilobytes); err != nil {
		return 0, fmt.Errorf("peak memory of process %d: %w", pid, err)
	}
	return kilobytes << 10, nil
}

func (f *Function) setBusy(p *process, busy bool) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if !busy {
		delete(f.busy, p)
		return
	}
	f.busy[p] = true
}

// crash kills the processes that handle an event.
func (f *Function) crash() {
	f.mutex.Lock()
	busy := slices.Collect(maps.Keys(f.busy))
	f.mutex.Unlock()
	for _, process := range busy {
		process.stop()
	}
}

// Close kills the process and fails the invocations under way.
func (f *Function) Close() {
	f.end(ErrFunctionClosed)
	for range cap(f.idle) {
		if warm := <-f.idle; warm != nil {
			warm.stop()
		}
	}
	for range cap(f.idle) {
		f.idle <- nil
	}
}

func newRequestID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
