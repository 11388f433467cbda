package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"

	"tally/test/local"
)

// printParts shows what came out of the template and what stands in for AWS.
func printParts(system *local.System) {
	var jobs []string
	for job := range system.Triggers {
		jobs = append(jobs, job)
	}
	slices.Sort(jobs)
	for _, job := range jobs {
		trigger := system.Triggers[job]
		fmt.Printf("  %-20s %s in %s\n", job, trigger.Expression, trigger.Timezone)
	}
	fmt.Printf("  results bucket       s3://%s at %s\n", system.Bucket, system.S3.Endpoint)
}

// printNext runs the operator's command line as a user would.
func printNext(ctx context.Context, root string) error {
	command := exec.CommandContext(ctx, "go", "run", "./lambda/cmd/tally", "next",
		"--env", "local", "--environments", "test/local", "--jobs", "test/local/jobs.yaml", "-n", "3")
	command.Dir = root
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("tally next: %w", err)
	}
	return nil
}
