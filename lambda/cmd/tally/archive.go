package main

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/spf13/cobra"

	"tally/infra/settings"
	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/history"
	"tally/lambda/internal/store"
	"tally/lambda/job"
)

// archive is a deployed environment with its records.
type archive struct {
	environment settings.Environment
	deployed    *deployed
	config      contract.MonitorConfig
	store       *store.Store
	jobs        []job.Job // that are asked for
}

// openArchive finds the environment of --env on AWS, for the job that is an argument, or for all.
func (f files) openArchive(command *cobra.Command, args []string) (archive, error) {
	if err := refuseEmpty(command.Flags()); err != nil {
		return archive{}, err
	}
	if f.environment == "" {
		return archive{}, invalid("which environment? write for example: %s --env prod", command.CommandPath())
	}
	if len(args) > 1 {
		return archive{}, invalid("one job at a time; got %d", len(args))
	}
	loaded, err := f.load()
	if err != nil {
		return archive{}, err
	}
	a := archive{environment: loaded.Environments[0]}
	if a.jobs, err = named(loaded.Jobs, args); err != nil {
		return archive{}, err
	}
	if a.deployed, err = findDeployed(command.Context(), a.environment); err != nil {
		return archive{}, err
	}
	a.store, a.config, err = a.deployed.records()
	return a, err
}

// openWindowed does the same for one job, which must have a past that can be counted.
func (f files) openWindowed(command *cobra.Command, args []string) (archive, job.Job, error) {
	a, err := f.openArchive(command, args)
	if err != nil {
		return a, job.Job{}, err
	}
	j := a.jobs[0]
	if j.Window == nil {
		err = invalid("job %s has no window: it counts the current state, and that of the past is gone", j.Name)
	}
	return a, j, err
}

// unreadableWords say why a record cannot be read, and what to do if its content is wrong.
func unreadableWords(err error) string {
	words := legible(inWords(err))
	if errors.Is(err, count.ErrNoRecord) {
		words += `; see "Correct a record by hand" in docs/repairing.md`
	}
	return words
}

// reader reads the records. What takes long is told on stderr, until end is called.
func (a archive) reader(stderr io.Writer) (reader history.Reader, end func()) {
	progress, end := newProgress(stderr, "reading records")
	return history.Reader{
		Store: a.store, Environment: a.environment.Name, Timeout: time.Duration(a.config.LongestTimeoutSeconds) * time.Second,
		Now: time.Now, Progress: progress,
	}, end
}

// read reads the series of the jobs.
func (a archive) read(ctx context.Context, stderr io.Writer, options history.Options) ([]history.Series, error) {
	reader, end := a.reader(stderr)
	defer end()
	return reader.Read(ctx, a.jobs, options)
}
