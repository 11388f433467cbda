package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"tally/infra/bundle"
)

const coldStarts = 60

// coldStart measures the time from starting a process to its first call of
// /invocation/next, for each function and for a bare aws-lambda-go handler built
// with the same flags, one after the other.
func coldStart(ctx context.Context, root string) ([]figure, error) {
	var figures []figure
	for _, function := range []struct {
		command bundle.Command
		name    string
		limit   float64
	}{{bundle.Counter, "counter", 2.2}, {bundle.Monitor, "monitor", 2.0}} {
		measured, err := coldStartOf(ctx, root, function.command)
		if err != nil {
			return nil, err
		}
		measured.limit = function.limit
		measured.name = "cold start of the " + function.name + ", ratio to a bare handler"
		figures = append(figures, measured)
	}
	return figures, nil
}

func coldStartOf(ctx context.Context, root string, command bundle.Command) (measured figure, err error) {
	folder, err := os.MkdirTemp("", "tally-bench-")
	if err != nil {
		return figure{}, err
	}
	defer os.RemoveAll(folder)
	host := bundle.Target{OS: runtime.GOOS, Arch: runtime.GOARCH}
	if err := bundle.Build(ctx, root, folder, command, host); err != nil {
		return figure{}, err
	}
	bare := filepath.Join(folder, "bare")
	if err := buildBare(ctx, bare); err != nil {
		return figure{}, err
	}
	environment, err := functionEnvironment(root, folder)
	if err != nil {
		return figure{}, err
	}
	var ours, theirs []time.Duration
	for range coldStarts {
		for _, rival := range []struct {
			program string
			into    *[]time.Duration
		}{{filepath.Join(folder, bundle.Name), &ours}, {bare, &theirs}} {
			took, err := firstPoll(ctx, rival.program, environment)
			if err != nil {
				return figure{}, err
			}
			*rival.into = append(*rival.into, took)
		}
	}
	our, their := median(ours), median(theirs)
	value, spread := ratio(allMilliseconds(ours), allMilliseconds(theirs), median)
	return figure{
		value: value, spread: spread, unit: "x",
		detail: fmt.Sprintf("median of %d: %.1f ms, bare %.1f ms", coldStarts, milliseconds(our), milliseconds(their)),
	}, nil
}

func buildBare(ctx context.Context, output string) error {
	command := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-trimpath", "-tags", bundle.Tags,
		"-ldflags", "-s -w -buildid=", "-o", output, "./bare")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build the bare handler: %w\n%s", err, said)
	}
	return nil
}

// functionEnvironment is what the function needs to start: its variable and layers.
func functionEnvironment(root, folder string) ([]string, error) {
	layer := filepath.Join(folder, "opt")
	jobs, err := os.ReadFile(filepath.Join(root, "infra", "jobs.yaml"))
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(layer, "tally"), 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(layer, "tally", "jobs.yaml"), jobs, 0o644); err != nil {
		return nil, err
	}
	return []string{
		`TALLY_CONFIG={"environment":"bench","stack":"bench","bucket":"bench","databases":{},"timeout_seconds":300,"parallel":1}`, // of either
		"TALLY_LAYER_ROOT=" + layer,
		"AWS_REGION=ap-northeast-2", "AWS_ACCESS_KEY_ID=bench", "AWS_SECRET_ACCESS_KEY=bench",
		"AWS_LAMBDA_FUNCTION_NAME=bench", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256",
	}, nil
}

// firstPoll starts a program as Lambda does and waits for its first poll.
func firstPoll(ctx context.Context, program string, environment []string) (time.Duration, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	polled := make(chan time.Time, 1)
	server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		if request.URL.Path == "/2018-06-01/runtime/invocation/next" {
			select {
			case polled <- time.Now():
			default:
			}
		}
		<-request.Context().Done()
	})}
	go server.Serve(listener)
	defer server.Close()

	command := exec.CommandContext(ctx, program)
	command.Env = append(slices.Clone(environment), "AWS_LAMBDA_RUNTIME_API="+listener.Addr().String())
	began := time.Now()
	if err := command.Start(); err != nil {
		return 0, err
	}
	defer command.Wait()
	defer command.Process.Kill()
	select {
	case at := <-polled:
		return at.Sub(began), nil
	case <-time.After(10 * time.Second):
		return 0, errors.New(filepath.Base(program) + " did not ask for an event within 10 s")
	}
}
