package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"tally/test/local"
)

// tally runs the operator's command line as a user would: on the environment local, whose AWS
// is on this machine. Make has built it.
func tally(ctx context.Context, root string, system *local.System, args ...string) error {
	shown := "  $ tally"
	for _, arg := range args {
		if strings.Contains(arg, " ") {
			arg = "'" + arg + "'"
		}
		shown += " " + arg
	}
	fmt.Println(shown + " --env local")
	command := exec.CommandContext(ctx, filepath.Join(root, ".cache/tally"),
		append(args, "--env", "local", "--environments", "test/local", "--jobs", "test/local/jobs.yaml")...)
	command.Dir = root
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	command.Env = append(os.Environ(), "AWS_ENDPOINT_URL="+system.AWS.Endpoint, "AWS_ENDPOINT_URL_S3="+system.S3.Endpoint,
		"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local")
	if err := command.Run(); err != nil {
		return fmt.Errorf("tally %s: %w", args[0], err)
	}
	return nil
}

// showLate adds rows to a window that was counted, and has its slot counted again.
func showLate(ctx context.Context, root string, system *local.System) error {
	slot := slots[1]
	heading("1,000 rows arrive late in the window of %s, %s: count the slot again", slot.job, slot.at.Format("2006-01-02T15:04:05Z"))
	db, err := system.Database.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	const late = 1000
	_, err = db.ExecContext(ctx, fmt.Sprintf(`INSERT INTO scans
		SELECT %d + i, 1, i, 'normal', 0.9, timestamp '2022-04-07 12:00:00' + i * interval '1 second' FROM generate_series(1, %d) AS i`, 2*local.SampleRows, late))
	if err != nil {
		return fmt.Errorf("add late rows: %w", err)
	}
	return tally(ctx, root, system, "recount", slot.job, "--at", slot.at.Format("2006-01-02T15:04:05Z"), "--reason", "late rows")
}

// showHistory shows the simulated days, and writes a report.
func showHistory(ctx context.Context, root string, system *local.System) error {
	heading("Look at the counts: %d days, which are simulated, and those of today", simulatedDays)
	if err := tally(ctx, root, system, "history"); err != nil {
		return err
	}
	fmt.Println()
	return tally(ctx, root, system, "report", "--out", filepath.Join(root, ".cache", "report.html"))
}
