package local

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// echo is the answer of testdata/echo.
type echo struct {
	Text, RequestID, ARN, Dir string
	PID                       int
	Left                      time.Duration
	Env                       []string
}

func TestFunctionServesEvents(t *testing.T) {
	bootstrap := buildEcho(t)

	t.Run("answers and keeps its process", func(t *testing.T) {
		f := newTestFunction(t, FunctionConfig{Bootstrap: bootstrap})
		first := invoke(t, f, `{"text":"하나"}`)
		second := invoke(t, f, `{"text":"둘"}`)
		if first.Text != "하나" || second.Text != "둘" {
			t.Errorf("answers %q and %q", first.Text, second.Text)
		}
		if first.PID != second.PID {
			t.Error("two processes for two events in a row")
		}
		if first.RequestID == second.RequestID || len(first.RequestID) != 36 {
			t.Errorf("request ids %q and %q", first.RequestID, second.RequestID)
		}
	})

	t.Run("passes the request id", func(t *testing.T) {
		f := newTestFunction(t, FunctionConfig{Bootstrap: bootstrap})
		for range 2 { // a retry keeps the id
			payload, err := f.InvokeWithID(t.Context(), "8476a536-e9f4-11e8-9739-2dfe598c3fcd", []byte(`{}`))
			if err != nil {
				t.Fatal(err)
			}
			if got := decode(t, payload).RequestID; got != "8476a536-e9f4-11e8-9739-2dfe598c3fcd" {
				t.Errorf("request id %q", got)
			}
		}
	})

	for _, processes := range []int{1, 3} {
		t.Run(strconv.Itoa(processes)+" at a time", func(t *testing.T) {
			f := newTestFunction(t, FunctionConfig{Bootstrap: bootstrap, Processes: processes})
			var all sync.WaitGroup
			var mu sync.Mutex
			pids := map[int]bool{}
			begin := time.Now()
			for n := range 9 {
				all.Go(func() {
					got := invoke(t, f, `{"do":"sleep","sleep":50000000,"text":"`+strconv.Itoa(n)+`"}`)
					if got.Text != strconv.Itoa(n) {
						t.Errorf("event %d got the answer of %s", n, got.Text)
					}
					mu.Lock()
					defer mu.Unlock()
					pids[got.PID] = true
				})
			}
			all.Wait()
			if took, least := time.Since(begin), time.Duration(9/processes)*50*time.Millisecond; took < least {
				t.Errorf("9 invocations of 50 ms took %v, less than %v", took, least)
			}
			if len(pids) != processes {
				t.Errorf("%d processes", len(pids))
			}
		})
	}
}

func TestFunctionGetsItsEnvironmentAndNothingElse(t *testing.T) {
	bootstrap := buildEcho(t)
	t.Setenv("TALLY_TEST_OURS", "secret")
	f := newTestFunction(t, FunctionConfig{
		Bootstrap: bootstrap,
		Env:       map[string]string{"TALLY_CONFIG": `{"bucket":"results"}`, "TZ": "Asia/Seoul"},
		Name:      "tally-local",
		Region:    "ap-northeast-2",
		MemoryMB:  256,
		Timeout:   time.Minute,
	})
	got := invoke(t, f, `{}`)
	for _, want := range []string{
		`TALLY_CONFIG={"bucket":"results"}`,
		"AWS_LAMBDA_FUNCTION_NAME=tally-local",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256",
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/tally-local",
		"AWS_REGION=ap-northeast-2",
		"LAMBDA_TASK_ROOT=" + filepath.Dir(bootstrap),
		"_HANDLER=bootstrap",
		"TZ=:UTC", // Lambda's wins
	} {
		if !slices.Contains(got.Env, want) {
			t.Errorf("no %s in %q", want, got.Env)
		}
	}
	for _, pair := range got.Env {
		if strings.HasPrefix(pair, "TALLY_TEST_OURS=") || strings.HasPrefix(pair, "HOME=") {
			t.Errorf("our own %s leaks in", pair)
		}
	}
	if got.Dir != filepath.Dir(bootstrap) {
		t.Errorf("runs in %s", got.Dir)
	}
	if want := "arn:aws:lambda:ap-northeast-2:123456789012:function:tally-local"; got.ARN != want {
		t.Errorf("ARN %s, want %s", got.ARN, want)
	}
	if got.Left > time.Minute || got.Left < 50*time.Second {
		t.Errorf("%v left of a minute", got.Left)
	}
}

func TestFunctionFails(t *testing.T) {
	bootstrap := buildEcho(t)

	t.Run("error", func(t *testing.T) {
		f := newTestFunction(t, FunctionConfig{Bootstrap: bootstrap})
		before := invoke(t, f, `{}`)
		wantError(t, f, `{"do":"error","text":"no such column"}`, "errorString", "no such column")
		if after := invoke(t, f, `{}`); after.PID != before.PID {
			t.Error("a returned error cost the process")
		}
	})

	t.Run("panic", func(t *testing.T) {
		f := newTestFunction(t, FunctionConfig{Bootstrap: bootstrap})
		before := invoke(t, f, `{}`)
		wantError(t, f, `{"do":"panic","text":"index out of range"}`, "string", "index out of range")
		if after := invoke(t, f, `{}`); after.PID == before.PID {
			t.Error("the process survived a panic")
		}
	})

	t.Run("exit while it handles an event", func(t *testing.T) {
		f := newTestFunction(t, FunctionConfig{Bootstrap: bootstrap})
		wantError(t, f, `{"do":"exit"}`, "Runtime.ExitError", "exit status 7")
		invoke(t, f, `{}`)
	})

	t.Run("death between two events", func(t *testing.T) {
		f := newTestFunction(t, FunctionConfig{Bootstrap: bootstrap})
		before := invoke(t, f, `{}`)
		if err := syscall.Kill(before.PID, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		waitUntil(t, warmOf(f).process.ended)
		if after := invoke(t, f, `{"text":"again"}`); after.PID == before.PID || after.Text != "again" {
			t.Errorf("answer %+v after the process died", after)
		}
	})

	t.Run("timeout", func(t *testing.T) {
		f := newTestFunction(t, FunctionConfig{Bootstrap: bootstrap, Timeout: 300 * time.Millisecond})
		before := invoke(t, f, `{}`)
		begin := time.Now()
		wantError(t, f, `{"do":"sleep","sleep":60000000000}`, "Sandbox.Timedout", "Task timed out after 0.30 seconds")
		if took := time.Since(begin); took < 300*time.Millisecond || took > 10*time.Second {
			t.Errorf("timed out after %v", took)
		}
		if after := invoke(t, f, `{}`); after.PID == before.PID {
			t.Error("the process survived its timeout")
		}
	})
}

func TestInvokeReportsWhyAProcessDidNotStart(t *testing.T) {
	bootstrap := buildEcho(t)

	t.Run("exit", func(t *testing.T) {
		var log bytes.Buffer
		f := newTestFunction(t, FunctionConfig{Bootstrap: bootstrap, Env: map[string]string{"ECHO_INIT": "exit"}, Log: &log})
		wantError(t, f, `{}`, "Runtime.ExitError", "exit status 3")
		if log.String() != "no configuration\n" {
			t.Errorf("log %q", &log)
		}
	})

	t.Run("relative path", func(t *testing.T) {
		t.Chdir(filepath.Dir(filepath.Dir(bootstrap)))
		f := newTestFunction(t, FunctionConfig{Bootstrap: filepath.Join(filepath.Base(filepath.Dir(bootstrap)), "bootstrap")})
		invoke(t, f, `{}`)
	})

	t.Run("reported error", func(t *testing.T) {
		f := newTestFunction(t, FunctionConfig{Bootstrap: bootstrap, Env: map[string]string{"ECHO_INIT": "error"}})
		wantError(t, f, `{}`, "Config.Invalid", "no bucket")
	})

	t.Run("cancelled", func(t *testing.T) {
		f := newTestFunction(t, FunctionConfig{Bootstrap: bootstrap, Env: map[string]string{"ECHO_INIT": "sleep"}})
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if _, err := f.Invoke(ctx, []byte(`{}`)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want a deadline", err)
		}
	})

	t.Run("no such file", func(t *testing.T) {
		f := newTestFunction(t, FunctionConfig{Bootstrap: filepath.Join(t.TempDir(), "bootstrap")})
		if _, err := f.Invoke(t.Context(), []byte(`{}`)); err == nil || !strings.Contains(err.Error(), "start bootstrap") {
			t.Errorf("error %v", err)
		}
	})
}

func TestCancelledInvocationKillsTheProcess(t *testing.T) {
	f := newTestFunction(t, FunctionConfig{Bootstrap: buildEcho(t), Timeout: time.Minute})
	before := invoke(t, f, `{}`)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := f.Invoke(ctx, []byte(`{"do":"sleep","sleep":60000000000}`)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want a deadline", err)
	}
	if after := invoke(t, f, `{}`); after.PID == before.PID {
		t.Error("the process went on with what was cancelled")
	}
}

func TestCloseKillsTheProcessAndFailsInvocations(t *testing.T) {
	f := newTestFunction(t, FunctionConfig{Bootstrap: buildEcho(t), Timeout: time.Minute})
	invoke(t, f, `{}`)
	process := warmOf(f).process
	failed := make(chan error)
	go func() {
		_, err := f.Invoke(t.Context(), []byte(`{"do":"sleep","sleep":60000000000}`))
		failed <- err
	}()
	time.Sleep(50 * time.Millisecond)
	f.Close()
	if err := <-failed; !errors.Is(err, ErrFunctionClosed) {
		t.Errorf("invocation under way: %v, want ErrFunctionClosed", err)
	}
	if !process.ended() {
		t.Error("the process is left")
	}
	if _, err := f.Invoke(t.Context(), []byte(`{}`)); !errors.Is(err, ErrFunctionClosed) {
		t.Errorf("later invocation: %v, want ErrFunctionClosed", err)
	}
}

// lineLog keeps each Write.
type lineLog struct {
	lines []string
	slow  time.Duration
}

func (l *lineLog) Write(line []byte) (int, error) {
	time.Sleep(l.slow)
	l.lines = append(l.lines, string(line))
	return len(line), nil
}

func TestLogIsWholeWhenInvokeReturns(t *testing.T) {
	bootstrap := buildEcho(t)

	t.Run("is complete when Invoke returns", func(t *testing.T) {
		log := lineLog{slow: time.Millisecond} // slower than the answer
		f := newTestFunction(t, FunctionConfig{Bootstrap: bootstrap, Log: &log})
		for n := range 20 {
			log.lines = nil
			invoke(t, f, `{"do":"print","text":"`+strconv.Itoa(n)+`"}`)
			metric := "metric " + strconv.Itoa(n) + "\n"
			if n > 0 {
				metric = "half" + metric
			}
			want := []string{"log " + strconv.Itoa(n) + "\n", metric}
			slices.Sort(log.lines)
			slices.Sort(want)
			if !slices.Equal(log.lines, want) {
				t.Fatalf("lines %q, want %q", log.lines, want)
			}
		}
		log.lines = nil
		f.Close()
		if want := []string{"half\n"}; !slices.Equal(log.lines, want) {
			t.Errorf("last lines %q, want %q", log.lines, want)
		}
	})

	t.Run("keeps long lines of both streams whole", func(t *testing.T) {
		const length = 100_000 // more than a pipe holds
		var log lineLog
		f := newTestFunction(t, FunctionConfig{Bootstrap: bootstrap, Log: &log, Timeout: time.Minute})
		invoke(t, f, `{"do":"flood","length":`+strconv.Itoa(length)+`}`)
		whole := map[string]int{}
		for _, line := range log.lines {
			whole[line]++
		}
		xs := strings.Repeat("x", length)
		if whole["o"+xs+"o\n"] != 50 || whole["e"+xs+"e\n"] != 50 || len(whole) != 2 {
			t.Errorf("%d kinds of lines, %d of stdout and %d of stderr whole, want 50 each", len(whole), whole["o"+xs+"o\n"], whole["e"+xs+"e\n"])
		}
	})
}

// BenchmarkInvoke is the price of an invocation besides the handler.
func BenchmarkInvoke(b *testing.B) {
	bootstrap := buildEcho(b)
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			f := NewFunction(FunctionConfig{Bootstrap: bootstrap})
			invoke(b, f, `{}`)
			f.Close()
		}
	})
	b.Run("warm", func(b *testing.B) {
		f := newTestFunction(b, FunctionConfig{Bootstrap: bootstrap})
		for b.Loop() {
			invoke(b, f, `{}`)
		}
	})
}

// buildEcho builds testdata/echo as a bootstrap.
func buildEcho(t testing.TB) string {
	t.Helper()
	bootstrap := filepath.Join(t.TempDir(), "bootstrap")
	out, err := exec.Command("go", "build", "-buildvcs=false", "-tags", "lambda.norpc", "-o", bootstrap, "./testdata/echo").CombinedOutput()
	if err != nil {
		t.Fatalf("build testdata/echo: %v\n%s", err, out)
	}
	return bootstrap
}

func newTestFunction(t testing.TB, config FunctionConfig) *Function {
	t.Helper()
	f := NewFunction(config)
	t.Cleanup(f.Close)
	return f
}

func invoke(t testing.TB, f *Function, payload string) echo {
	t.Helper()
	answer, err := f.Invoke(t.Context(), []byte(payload))
	if err != nil {
		t.Errorf("invoke with %s: %v", payload, err)
		return echo{}
	}
	return decode(t, answer)
}

func decode(t testing.TB, payload []byte) (answer echo) {
	t.Helper()
	if err := json.Unmarshal(payload, &answer); err != nil {
		t.Errorf("answer %s: %v", payload, err)
	}
	return answer
}

func wantError(t *testing.T, f *Function, payload, kind, message string) {
	t.Helper()
	answer, err := f.Invoke(t.Context(), []byte(payload))
	var failure *FunctionError
	if !errors.As(err, &failure) {
		t.Fatalf("answer %s, error %v, want a *FunctionError", answer, err)
	}
	if failure.Type != kind || !strings.Contains(failure.Message, message) {
		t.Errorf("%s: %s, want %s: …%s…", failure.Type, failure.Message, kind, message)
	}
	var body struct{ ErrorType, ErrorMessage string }
	if err := json.Unmarshal(failure.Payload, &body); err != nil || body.ErrorType != kind || body.ErrorMessage != failure.Message {
		t.Errorf("payload %s (%v)", failure.Payload, err)
	}
}

func waitUntil(t *testing.T, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !condition(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain")
		}
	}
}

// warmOf is the process of a function that has one and is idle.
func warmOf(f *Function) *instance {
	warm := <-f.idle
	f.idle <- warm
	return warm
}
