package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
)

const megabyte = 1e6

// peakMeter measures the most memory that programs have.
type peakMeter struct{ program string }

// newPeakMeter builds peak into a folder.
func newPeakMeter(ctx context.Context, folder string) (peakMeter, error) {
	meter := peakMeter{filepath.Join(folder, "peak")}
	if said, err := exec.CommandContext(ctx, "go", "build", "-o", meter.program, "./peak").CombinedOutput(); err != nil {
		return peakMeter{}, fmt.Errorf("build peak: %w\n%s", err, said)
	}
	return meter, nil
}

// measure runs a command and returns its peak in MB.
func (p peakMeter) measure(ctx context.Context, command *exec.Cmd) (float64, error) {
	wrapped := exec.CommandContext(ctx, p.program, command.Args...)
	wrapped.Args[1], wrapped.Env, wrapped.Dir = command.Path, command.Env, command.Dir
	var said bytes.Buffer
	wrapped.Stderr = &said
	if err := wrapped.Run(); err != nil {
		return 0, fmt.Errorf("%s: %w\n%s", filepath.Base(command.Path), err, said.Bytes())
	}
	lines := bytes.Fields(said.Bytes())
	peak, err := strconv.ParseFloat(string(lines[len(lines)-1]), 64)
	return peak / megabyte, err
}

// knownSize is what the meter is checked with.
const knownSize = 100 * megabyte

// check measures a program of known size, while this one is larger: a meter that counts
// what its parent has would say so.
func (p peakMeter) check(ctx context.Context) (figure, error) {
	larger := make([]byte, 3*knownSize)
	for i := 0; i < len(larger); i += 4096 {
		larger[i] = 1
	}
	peak, err := p.measure(ctx, exec.CommandContext(ctx, p.program, "-touch", strconv.Itoa(knownSize)))
	runtime.KeepAlive(larger)
	if err == nil && peak < knownSize/megabyte {
		err = fmt.Errorf("the memory of a program of %.0f MB is measured as %.1f MB", knownSize/megabyte, peak)
	}
	return figure{name: "the measure of memory, on a program of 100 MB", value: peak, limit: 110, unit: "MB", detail: "started by one of 300 MB"}, err
}
