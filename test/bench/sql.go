package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tally/test/local"
)

// rounds are how often each way of counting runs, interleaved.
type rounds struct{ full, day int }

// rareRounds are for runs of some milliseconds.
const rareRounds = 15

// sqlCounts compares "tally run" with the databases' own clients: whole processes,
// from start to end, on 4 million rows and 8 cases.
func sqlCounts(ctx context.Context, root string) ([]figure, error) {
	folder, err := os.MkdirTemp("", "tally-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	tally := filepath.Join(folder, "tally")
	build := exec.CommandContext(ctx, "go", "build", "-o", tally, "./lambda/cmd/tally")
	build.Dir = root
	if said, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build tally: %w\n%s", err, said)
	}
	meter, err := newPeakMeter(ctx, folder)
	if err != nil {
		return nil, err
	}
	known, err := meter.check(ctx)
	if err != nil {
		return nil, err
	}
	figures := []figure{known}
	for _, engine := range engines {
		measured, err := engine.measure(ctx, root, folder, tally, meter)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", engine.name, err)
		}
		figures = append(figures, measured...)
	}
	return figures, nil
}

// measure starts an engine, fills it and compares.
func (e engine) measure(ctx context.Context, root, folder, tally string, meter peakMeter) ([]figure, error) {
	database, err := e.start(ctx, root)
	if err != nil {
		return nil, err
	}
	defer database.Stop()
	if err := e.load(ctx, database); err != nil {
		return nil, err
	}
	b := sqlBench{engine: e, database: database, folder: folder, tally: tally, meter: meter}
	if err := b.writeFiles(); err != nil {
		return nil, err
	}
	var figures []figure
	for _, part := range []func(context.Context) ([]figure, error){b.full, b.day, b.rare, b.memory} {
		measured, err := part(ctx)
		if err != nil {
			return nil, err
		}
		figures = append(figures, measured...)
	}
	return figures, nil
}

// sqlBench is one engine with its tables.
type sqlBench struct {
	engine   engine
	database *local.Database
	folder   string
	tally    string
	meter    peakMeter
}

func (b sqlBench) full(ctx context.Context) ([]figure, error) {
	return b.compare(ctx, "full", b.engine.rounds.full, b.engine.limits.full)
}

func (b sqlBench) day(ctx context.Context) ([]figure, error) {
	return b.compare(ctx, "day", b.engine.rounds.day, b.engine.limits.day)
}

// compare measures a job beside the client with the same statement, and with a
// statement for each case, which is what people do who have no Tally.
func (b sqlBench) compare(ctx context.Context, job string, rounds int, limit float64) ([]figure, error) {
	if err := b.agree(ctx, job); err != nil {
		return nil, err
	}
	times, err := interleaved(rounds, b.run(ctx, job), b.client(ctx, job+"-one.sql"), b.client(ctx, job+"-each.sql"))
	if err != nil {
		return nil, err
	}
	toOne, spreadOfOne := ratio(times[0], times[1], median)
	toEach, spreadOfEach := ratio(times[0], times[2], median)
	detail := fmt.Sprintf("median of %d: %.0f ms, %s %.0f ms", rounds, median(times[0]), b.engine.client, median(times[1]))
	return []figure{
		{name: b.engine.name + ", " + job + ", ratio to the client with the same statement", value: toOne, spread: spreadOfOne, limit: 1.10, unit: "x", detail: detail},
		{name: b.engine.name + ", " + job + ", ratio to the client with eight counts", value: toEach, spread: spreadOfEach, limit: limit, unit: "x", detail: fmt.Sprintf("%.0f ms there", median(times[2]))},
	}, nil
}

// rare measures a case with an index of its own: counted alone among 4 million
// rows it should cost what it costs among 100, and not what one scan does.
func (b sqlBench) rare(ctx context.Context) ([]figure, error) {
	times, err := interleaved(rareRounds, b.run(ctx, "rare"), b.run(ctx, "rare-of-few"), b.client(ctx, "rare-one.sql"))
	if err != nil {
		return nil, err
	}
	merged, err := interleaved(1, b.run(ctx, "rare-merged"))
	if err != nil {
		return nil, err
	}
	value, spread := ratio(times[0], times[1], median)
	return []figure{{
		name: b.engine.name + ", a rare case with total: false, ratio to one of 100 rows", value: value, spread: spread, limit: 1.25, unit: "x",
		detail: fmt.Sprintf("%.1f ms, in one scan %.0f ms; %s %.1f ms", median(times[0]), merged[0][0], b.engine.client, median(times[2])),
	}}, nil
}

// memory is the peak of the process, for many rows, for few, and for 1,000 groups.
func (b sqlBench) memory(ctx context.Context) ([]figure, error) {
	var figures []figure
	for _, job := range []string{"full", "few", "groups"} {
		peak, err := b.meter.measure(ctx, b.run(ctx, job)())
		if err != nil {
			return nil, err
		}
		figures = append(figures, figure{
			name: b.engine.name + ", peak memory, " + job, value: peak, limit: 40, unit: "MB", detail: memoryDetails[job],
		})
	}
	return figures, nil
}

var memoryDetails = map[string]string{
	"full": "4,000,000 rows", "few": "100 rows", "groups": "4,000,000 rows, 1,000 groups of 8 cases",
}

// run is "tally run" of a job.
func (b sqlBench) run(ctx context.Context, job string, flags ...string) func() *exec.Cmd {
	return func() *exec.Cmd {
		args := append([]string{"run", job, "--jobs", filepath.Join(b.folder, "jobs.yaml"), "--at", slotOf[job]}, flags...)
		command := exec.CommandContext(ctx, b.tally, args...)
		command.Env = []string{"TALLY_DATABASE_APP=" + b.database.ReaderURL}
		return command
	}
}

// client is the engine's own client with a file of SQL.
func (b sqlBench) client(ctx context.Context, file string) func() *exec.Cmd {
	return func() *exec.Cmd { return b.engine.run(ctx, b.database, filepath.Join(b.folder, file)) }
}

// agree checks that both count the same: else there is nothing to compare.
func (b sqlBench) agree(ctx context.Context, job string) error {
	ours, err := b.run(ctx, job, "--json")().Output()
	if err != nil {
		return fmt.Errorf("tally run %s: %w", job, err)
	}
	var counts []string
	for line := range strings.Lines(string(ours)) {
		var record struct{ Count int64 }
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			return err
		}
		counts = append(counts, fmt.Sprint(record.Count))
	}
	said, err := b.client(ctx, job+"-one.sql")().Output()
	if err != nil {
		return fmt.Errorf("%s: %w", b.engine.client, err)
	}
	theirs := strings.FieldsFunc(string(said), func(r rune) bool { return strings.ContainsRune("|\t\n", r) })
	if !slices.Equal(counts, theirs) {
		return fmt.Errorf("%s: %v here, %v there: not comparable", job, counts, theirs)
	}
	return nil
}

// interleaved runs commands in turn and gives the times of each in milliseconds, from
// starting it until it has ended.
func interleaved(rounds int, commands ...func() *exec.Cmd) ([][]float64, error) {
	times := make([][]float64, len(commands))
	for round := range rounds + 1 {
		for i, command := range commands {
			run := command()
			began := time.Now()
			if said, err := run.Output(); err != nil {
				return nil, fmt.Errorf("%s: %w\n%s", filepath.Base(run.Path), err, said)
			}
			if round > 0 { // the first warms
				times[i] = append(times[i], milliseconds(time.Since(began)))
			}
		}
	}
	return times, nil
}
