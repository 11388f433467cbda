package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"tally/infra/bundle"
)

// Built are environments that are synthesized, with the programs of their functions built for
// this machine. Any number of systems can start from them.
type Built struct{ folder string }

// Build synthesizes an environment of test/local, or all of them if it is empty, and builds the
// functions. Remove what it made after the last system that started from it is closed.
func Build(ctx context.Context, root, environment string) (*Built, error) {
	return build(ctx, root, environment, jobsFile)
}

// build builds with the jobs of a file.
func build(ctx context.Context, root, environment, jobs string) (_ *Built, err error) {
	folder, err := os.MkdirTemp("", "tally-built-")
	if err != nil {
		return nil, fmt.Errorf("build environments: %w", err)
	}
	built := &Built{folder}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("build environments: %w", err), built.Remove())
		}
	}()
	if err := synthesize(ctx, root, built.assembly(), environment, jobs); err != nil {
		return nil, err
	}
	for _, command := range commands {
		if err := bundle.Build(ctx, root, built.folderOf(command), command, bundle.Target{OS: runtime.GOOS, Arch: runtime.GOARCH}); err != nil {
			return nil, err
		}
	}
	return built, nil
}

// Bootstrap is the program of the counters or of the monitor.
func (b *Built) Bootstrap(command bundle.Command) string {
	return filepath.Join(b.folderOf(command), bundle.Name)
}

// assembly is the folder of the cloud assembly.
func (b *Built) assembly() string { return filepath.Join(b.folder, "cdk.out") }

func (b *Built) folderOf(command bundle.Command) string {
	return filepath.Join(b.folder, string(command))
}

// Remove deletes what Build made.
func (b *Built) Remove() error { return os.RemoveAll(b.folder) }
