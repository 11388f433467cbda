// Package bundle builds the functions' binaries, reproducibly: the same commit
// gives the same bytes on any machine. It knows no CDK, so that tests and the
// demo build exactly what the stack deploys.
package bundle

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
)

// Name is what Lambda's provided.al2023 runtime starts.
const Name = "bootstrap"

// Target is the machine to build for.
type Target struct{ OS, Arch string }

// Lambda is what the stack deploys.
var Lambda = Target{OS: "linux", Arch: "arm64"}

// Command is the main package of a function, relative to the project's root.
type Command string

// The functions that there are.
const (
	Counter Command = "./lambda/counter"
	Monitor Command = "./lambda/monitor"
	Reader  Command = "./lambda/dbuser"
)

// Tags leave out what no function needs: the old protocol of aws-lambda-go, and HTTP/2, which
// S3 does not speak.
const Tags = "lambda.norpc,nethttpomithttp2"

// slim has the compiler inline nothing in the SDK of AWS, whose speed is that of the network.
// The linker keeps every operation of S3, since expr looks up methods by name; inlined, they are
// a tenth of the zip, which Lambda loads and unpacks at each cold start.
const slim = "github.com/aws/...=-l"

// Build compiles a function of the project at root for target into folder/bootstrap.
func Build(ctx context.Context, root, folder string, function Command, target Target) error {
	environment, err := environment(ctx, root, target)
	if err != nil {
		return fmt.Errorf("build the function: %w", err)
	}
	output, err := filepath.Abs(filepath.Join(folder, Name))
	if err != nil {
		return fmt.Errorf("build the function: %w", err)
	}
	command := exec.CommandContext(ctx, "go", "build",
		"-buildvcs=false", "-trimpath", "-tags", Tags, "-gcflags", slim, "-ldflags", "-s -w -buildid=", "-o", output, string(function))
	command.Dir = root
	command.Env = environment
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build the function: go build: %w\n%s", err, bytes.TrimSpace(said))
	}
	return nil
}

// environment fixes every variable that changes what the compiler writes.
// Settings of "go env -w" are switched off with GOENV, except those that only
// say where modules come from and where caches are.
func environment(ctx context.Context, root string, target Target) ([]string, error) {
	toolchain, err := toolchain(root)
	if err != nil {
		return nil, err
	}
	variables, err := goEnv(ctx, root, "GOPROXY", "GONOPROXY", "GOPRIVATE", "GOSUMDB", "GONOSUMDB", "GOINSECURE", "GOMODCACHE", "GOCACHE")
	if err != nil {
		return nil, err
	}
	return append(append(os.Environ(), variables...),
		"GOENV=off", "GOFLAGS=", "GOWORK=off", "GO111MODULE=on", "GOEXPERIMENT=", "GODEBUG=", "GOFIPS140=off",
		"GOTOOLCHAIN="+toolchain,
		"CGO_ENABLED=0", "GOOS="+target.OS, "GOARCH="+target.Arch, "GOARM64=v8.0", "GOAMD64=v1"), nil
}

func goEnv(ctx context.Context, root string, names ...string) ([]string, error) {
	command := exec.CommandContext(ctx, "go", append([]string{"env", "-json"}, names...)...)
	command.Dir = root
	output, err := command.Output()
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
		return nil, fmt.Errorf("go env: %w\n%s", err, bytes.TrimSpace(failed.Stderr))
	}
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	values := map[string]string{}
	if err := json.Unmarshal(output, &values); err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	var pairs []string
	for _, name := range names {
		pairs = append(pairs, name+"="+values[name])
	}
	return pairs, nil
}

var toolchainLine = regexp.MustCompile(`(?m)^toolchain (go\S+)$`)

// toolchain is the compiler that go.mod names. Another version compiles to other
// bytes; the go command fetches this one when the machine has another.
func toolchain(root string) (string, error) {
	module, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return "", fmt.Errorf("find the Go version: %w", err)
	}
	match := toolchainLine.FindSubmatch(module)
	if match == nil {
		return "", fmt.Errorf("find the Go version: go.mod has no toolchain line; write the compiler to use, such as toolchain %s", runtime.Version())
	}
	return string(match[1]), nil
}
