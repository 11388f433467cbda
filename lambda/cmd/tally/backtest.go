package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"tally/infra/change"
	"tally/infra/settings"
	"tally/lambda/contract"
	"tally/lambda/internal/history"
	"tally/lambda/internal/store"
	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

// backtestOptions are the flags of "tally backtest".
type backtestOptions struct {
	reading
	records, base string
}

func newBacktestCommand() *cobra.Command {
	var options backtestOptions
	command := &cobra.Command{
		Use:   "backtest [JOB...] --env ENV | --records FOLDER",
		Short: "Show how often the checks would have fired",
		Long: "Judge stored records by the checks and comparisons of the working tree, and show for each how often it would have\n" +
			"fired, and on which days. With --base it shows what that changes against the files of a commit. It reads the results\n" +
			"bucket with this machine's AWS credentials, or with --records a folder that \"tally export\" made. The checks are\n" +
			"those of --env; without it, those of the jobs file.",
		Example: "  tally backtest --env prod\n" +
			"  tally backtest daily-orders --env prod --records records --base origin/main\n" +
			"  tally backtest --records records --from 2025-01-01 --to 2025-12-31 --json",
		Args: cobra.ArbitraryArgs,
		RunE: options.run,
	}
	flags := command.Flags()
	options.addFlags(command)
	addFolder(flags, &options.records, "records", "read records from this folder instead of the results bucket")
	flags.StringVar(&options.base, "base", "", "compare with the jobs and the environment of this commit, such as origin/main")
	return command
}

func (o *backtestOptions) run(command *cobra.Command, args []string) error {
	if err := cmp.Or(refuseEmpty(command.Flags()), o.check()); err != nil {
		return err
	}
	root, err := settings.Root(".")
	if err != nil {
		return err
	}
	here, environment, err := o.jobsAt(root)
	if err != nil {
		return err
	}
	if _, err := named(here, args); err != nil {
		return err
	}
	b := backtest{Environment: environment.Name, here: narrowed(here, args)}
	if o.base != "" {
		base, commit, err := o.jobsOfBase(command.Context(), root)
		if err != nil {
			return err
		}
		b.Base, b.base = commit, narrowed(base, args)
	}
	jobs := slices.DeleteFunc(slices.Concat(b.here.Jobs, b.base.Jobs), func(j job.Job) bool { return !b.concerned(j.Name) })
	if len(jobs) == 0 {
		return invalid("there is nothing to judge by: no job is checked or compared; write checks into the jobs file")
	}
	if b.From, b.To, err = o.period.of(jobs, time.Now()); err != nil {
		return err
	}
	source, err := o.source(command, environment)
	if err != nil {
		return err
	}
	told, end := newProgress(command.ErrOrStderr(), "judging records")
	unreadable, err := b.judge(command.Context(), history.NewOnce(source), told)
	end()
	if err != nil {
		return err
	}
	if len(unreadable) > 0 {
		warn(command.ErrOrStderr(), "%s left out, which cannot be read: %s", amount(len(unreadable), "record"), legible(unreadable[0].Error()))
	}
	if o.asJSON {
		return printJSON(command.OutOrStdout(), b)
	}
	screenFor(command.OutOrStdout()).backtest(b, o.records, o.base)
	return nil
}

// check refuses flags that do not go together.
func (o *backtestOptions) check() error {
	switch {
	case o.files.environment == "" && o.records == "":
		return invalid("which records? write --env prod, or --records with a folder that tally export made")
	case o.records != "" && o.assembly != "":
		return invalid("--assembly is for the results bucket; leave it out with --records")
	case o.base != "" && o.files.jobs+o.files.environments != "":
		return invalid("--base looks at the files of this tree only; leave --jobs and --environments out")
	}
	return nil
}

// jobsAt are the jobs of the project at root, and their environment if one is named: with its
// checks then, and else with those of the jobs file.
func (o *backtestOptions) jobsAt(root string) (jobs job.File, environment settings.Environment, err error) {
	if o.files.environment == "" {
		jobs, err = o.files.readJobsAt(root)
		return jobs, environment, err
	}
	loaded, err := o.files.loadAt(root, nil)
	if len(loaded.Environments) == 0 {
		return job.File{}, environment, err
	}
	environment = loaded.Environments[0]
	return loaded.JobsOf(environment), environment, err
}

// jobsOfBase are the jobs of the base likewise.
func (o *backtestOptions) jobsOfBase(ctx context.Context, root string) (jobs job.File, commit string, err error) {
	folder, err := os.MkdirTemp("", "tally-backtest-")
	if err != nil {
		return job.File{}, "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if commit, err = change.Files(ctx, root, o.base, folder, settings.DefaultJobs, settings.DefaultEnvironments); err != nil {
		return job.File{}, "", invalidError{err}
	}
	jobs, _, err = o.jobsAt(folder)
	var problems strictyaml.Problems
	if errors.As(err, &problems) && !slices.ContainsFunc(problems, func(p strictyaml.Problem) bool { return p.Key != "rds_ca_file" }) {
		err = nil // its file may be elsewhere in the commit, and checks do not need it
	}
	if err != nil {
		return job.File{}, "", fmt.Errorf("the files of %s: %w", o.base, err)
	}
	return jobs, commit, nil
}

// source are the records to judge.
func (o *backtestOptions) source(command *cobra.Command, environment settings.Environment) (history.Records, error) {
	if o.records == "" {
		return o.bucket(command, environment)
	}
	folder := store.Folder(o.records)
	if info, err := os.Stat(folder.Path(contract.RecordPrefix)); err != nil || !info.IsDir() {
		return nil, invalid("%s has no folder %s; write one that tally export made", o.records, path.Clean(contract.RecordPrefix))
	}
	return folder, nil
}

// narrowed leaves the checks of the named jobs, and their comparisons, if there are names.
func narrowed(jobs job.File, names []string) job.File {
	if len(names) == 0 {
		return jobs
	}
	jobs.Jobs = slices.Clone(jobs.Jobs)
	for i := range jobs.Jobs {
		if !slices.Contains(names, jobs.Jobs[i].Name) {
			jobs.Jobs[i].Checks.Cases = nil // except stays: a comparison may need it
		}
	}
	jobs.Reconcile = slices.DeleteFunc(slices.Clone(jobs.Reconcile), func(r job.Reconcile) bool {
		return !slices.Contains(names, r.Left.Job()) && !slices.Contains(names, r.Right.Job())
	})
	return jobs
}
