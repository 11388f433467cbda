package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"tally/test/local"
)

const (
	filledJob   = "daily-scans"
	filledSlots = 1000
)

// backfill measures "tally backfill", two slots at a time, against as many events of the
// schedule, one after the other: the synthesized stack with the counter's real binary, on
// PostgreSQL.
func backfill(ctx context.Context, root string) ([]figure, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	system, stop, err := startSystem(ctx, root)
	if err != nil {
		return nil, err
	}
	defer stop()
	system.Events.SetCopies(func(string) int { return 0 }) // the monitor's checks are not what is measured
	last := time.Date(2022, 4, 7, 14, 55, 0, 0, time.UTC)  // of the sample
	var ours, theirs []float64
	for range runs {
		began := time.Now()
		for i := range filledSlots {
			if _, err := system.Fire(ctx, filledJob, last.AddDate(0, 0, -i)); err != nil {
				return nil, err
			}
		}
		theirs = append(theirs, time.Since(began).Seconds())
		if err := forget(system); err != nil {
			return nil, err
		}
		began = time.Now()
		err := command(ctx, root, []string{
			"AWS_ENDPOINT_URL=" + system.AWS.Endpoint, "AWS_ENDPOINT_URL_S3=" + system.S3.Endpoint, "AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local",
		}, ".cache/tally", "backfill", filledJob, "--env", "local", "--environments", "test/local", "--jobs", "test/local/jobs.yaml", "--parallel", "2",
			"--from", last.AddDate(0, 0, 1-filledSlots).Format(time.RFC3339), "--to", last.Add(time.Minute).Format(time.RFC3339))
		if err != nil {
			return nil, err
		}
		ours = append(ours, time.Since(began).Seconds())
		if err := forget(system); err != nil {
			return nil, err
		}
	}
	value, spread := ratio(ours, theirs, median)
	return []figure{{
		name: "backfill of 1,000 slots, two at a time, time to plain events one after the other", value: value, spread: spread, limit: 1 / 1.5, unit: "x",
		detail: fmt.Sprintf("%.1f times as fast: %.1f s and %.1f s", 1/value, median(ours), median(theirs)),
	}}, nil
}

// forget deletes the records of all slots, which must be there.
func forget(system *local.System) error {
	keys, err := system.RecordKeys()
	if err != nil {
		return err
	}
	if len(keys) != filledSlots {
		return fmt.Errorf("there are %d records of %d slots", len(keys), filledSlots)
	}
	for _, key := range keys {
		if err := system.S3.Delete(system.Bucket, key); err != nil {
			return err
		}
	}
	return nil
}

// command runs a program in the project's folder.
func command(ctx context.Context, root string, env []string, name string, args ...string) error {
	if name == ".cache/tally" {
		name = filepath.Join(root, name)
	}
	program := exec.CommandContext(ctx, name, args...)
	program.Dir, program.Env = root, append(os.Environ(), env...)
	if said, err := program.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, said)
	}
	return nil
}
