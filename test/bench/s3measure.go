package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// measured is what lambda/internal/benchmark says about a count.
type measured struct {
	Total     int64
	Counts    map[string]int64
	Lines     int
	CPU       float64 `json:"cpu"`
	Seconds   float64
	Megabytes float64
}

// measurer counts with the source in a process of its own.
type measurer struct{ program, folder string }

func newMeasurer(ctx context.Context, root string) (measurer, func(), error) {
	folder, err := os.MkdirTemp("", "tally-bench-")
	if err != nil {
		return measurer{}, nil, err
	}
	m := measurer{program: filepath.Join(folder, "measure"), folder: folder}
	build := exec.CommandContext(ctx, "go", "build", "-o", m.program, "./lambda/internal/benchmark")
	build.Dir = root
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := build.CombinedOutput(); err != nil {
		os.RemoveAll(folder)
		return measurer{}, nil, fmt.Errorf("build measure: %w\n%s", err, said)
	}
	return m, func() { os.RemoveAll(folder) }, nil
}

// count counts a job, given as the lines of its source and so on, in a folder or at
// an endpoint.
func (m measurer) count(ctx context.Context, job string, options ...string) (measured, error) {
	return m.run(ctx, "timezone: UTC\njobs:\n  - name: bench\n    schedule: cron(0 1 * * ? *)\n"+job, options...)
}

// run measures what options say of a jobs file.
func (m measurer) run(ctx context.Context, text string, options ...string) (measured, error) {
	jobs := filepath.Join(m.folder, "jobs.yaml")
	if err := os.WriteFile(jobs, []byte(text), 0o644); err != nil {
		return measured{}, err
	}
	command := exec.CommandContext(ctx, m.program, append(options, "-jobs", jobs)...)
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, os.Stderr
	if err := command.Run(); err != nil {
		return measured{}, fmt.Errorf("measure: %w", err)
	}
	var result measured
	return result, json.Unmarshal(said.Bytes(), &result)
}

// times counts in three runs.
func (m measurer) times(ctx context.Context, job string, options ...string) ([]measured, error) {
	var all []measured
	for range runs {
		result, err := m.count(ctx, job, options...)
		if err != nil {
			return nil, err
		}
		all = append(all, result)
	}
	return all, nil
}

// What is taken of each run.
func cpu(of measured) float64     { return of.CPU }
func seconds(of measured) float64 { return of.Seconds }
func memory(of measured) float64  { return of.Megabytes }

func each(of []measured, what func(measured) float64) []float64 {
	all := make([]float64, len(of))
	for i, one := range of {
		all[i] = what(one)
	}
	return all
}

// least is what samples of time are taken as: a busy machine only ever adds to it.
func least(samples []float64) float64 { return slices.Min(samples) }

// cpuOf is the CPU time of this process that a function takes in each of three runs.
func cpuOf(run func() error) ([]float64, error) {
	var times []float64
	for range runs {
		before := ownCPU()
		if err := run(); err != nil {
			return nil, err
		}
		times = append(times, (ownCPU() - before).Seconds())
	}
	return times, nil
}

func ownCPU() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err) // with these arguments it cannot fail
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
