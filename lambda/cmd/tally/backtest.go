package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"tally/infra/change"
	"tally/infra/settings"
	"tally/lambda/contract"
	"tally/lambda/internal/check"
	"tally/lambda/internal/history"
	"tally/lambda/internal/store"
	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

// backtestOptions are the flags of "tally backtest".
type backtestOptions struct {
	reading
	records, base      string
	asJSON, asMarkdown bool
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
	options.addFlags(flags)
	flags.StringVar(&options.records, "records", "", "read records from this folder instead of the results bucket")
	flags.StringVar(&options.base, "base", "", "compare with the jobs and the environment of this commit, such as origin/main")
	flags.BoolVar(&options.asMarkdown, "markdown", false, "print Markdown, for pull requests")
	addJSON(flags, &options.asJSON)
	_ = cobra.MarkFlagDirname(flags, "records") // an error only if there is no such flag
	command.ValidArgsFunction = options.files.completeAllJobs
	return command
}

func (o *backtestOptions) run(command *cobra.Command, args []string) error {
	if err := refuseEmpty(command.Flags()); err != nil {
		return err
	}
	switch {
	case o.files.environment == "" && o.records == "":
		return invalidError{errors.New("which records? write --env prod, or --records with a folder that tally export made")}
	case o.records != "" && o.assembly != "":
		return invalidError{errors.New("--assembly is for the results bucket; leave it out with --records")}
	case o.asJSON && o.asMarkdown:
		return invalidError{errors.New("--json and --markdown are two forms; write one of them")}
	case o.base != "" && o.files.jobs+o.files.environments != "":
		return invalidError{errors.New("--base looks at the files of this tree only; leave --jobs and --environments out")}
	}
	root, err := settings.Root(".")
	if err != nil {
		return err
	}
	here, environment, err := o.jobsAt(root)
	if err != nil {
		return err
	}
	facts, base := backtest{Environment: environment.Name}, job.File{}
	if o.base != "" {
		if base, facts.Base, err = o.jobsOfBase(command.Context(), root); err != nil {
			return err
		}
	}
	if _, err := named(here, args); err != nil {
		return err
	}
	here, base = narrowed(here, args), narrowed(base, args)
	concerned := func(name string) bool { return check.Concerned(here, name) || check.Concerned(base, name) }
	jobs := slices.DeleteFunc(slices.Concat(here.Jobs, base.Jobs), func(j job.Job) bool { return !concerned(j.Name) })
	if len(jobs) == 0 {
		return invalidError{errors.New("there is nothing to judge by: no job is checked or compared; write checks into the jobs file")}
	}
	if facts.From, facts.To, err = o.period.of(jobs, time.Now()); err != nil {
		return err
	}
	source, err := o.source(command, environment)
	if err != nil {
		return err
	}
	records := history.NewOnce(source)
	told, end := newProgress(command.ErrOrStderr(), "reading records")
	keys, unreadable, err := records.Ahead(command.Context(), concerned, facts.From, facts.To, told)
	end()
	switch {
	case err != nil:
		return err
	case len(keys) == 0:
		return fmt.Errorf("no job that is checked or compared has a record of %s; write --from and --to for another time", periodWords(facts.From, facts.To, time.UTC))
	case len(unreadable) > 0:
		warn(command.ErrOrStderr(), "%s left out, which cannot be read: %s", amount(len(unreadable), "record"), legible(unreadable[0].Error()))
	}
	facts.Records = len(keys)
	if err := facts.judge(command.Context(), records, keys, here, base); err != nil {
		return err
	}
	return o.show(command.OutOrStdout(), facts)
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

// jobsOfBase are the jobs of the base likewise: none if it does not have the files.
func (o *backtestOptions) jobsOfBase(ctx context.Context, root string) (jobs job.File, commit string, err error) {
	folder, err := os.MkdirTemp("", "tally-backtest-")
	if err != nil {
		return job.File{}, "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if commit, err = change.Files(ctx, root, o.base, folder, settings.DefaultJobs, settings.DefaultEnvironments); err != nil {
		return job.File{}, "", invalidError{err}
	}
	needed := []string{settings.DefaultJobs}
	if o.files.environment != "" {
		needed = append(needed, settings.DefaultEnvironments+"/"+o.files.environment+".yaml")
	}
	for _, name := range needed {
		if _, err := os.Stat(filepath.Join(folder, name)); errors.Is(err, fs.ErrNotExist) {
			return job.File{}, commit, nil
		}
	}
	jobs, _, err = o.jobsAt(folder)
	var problems strictyaml.Problems
	if errors.As(err, &problems) { // its file may be elsewhere in the commit, and checks do not need it
		problems = slices.DeleteFunc(problems, func(p strictyaml.Problem) bool { return p.Key == "rds_ca_file" })
		err = nil
		if len(problems) > 0 {
			err = fmt.Errorf("the files of %s are not valid here: %w", o.base, problems)
		}
	}
	return jobs, commit, err
}

// source are the records to judge.
func (o *backtestOptions) source(command *cobra.Command, environment settings.Environment) (history.Records, error) {
	if o.records == "" {
		return o.bucket(command, environment)
	}
	folder := store.Folder(o.records)
	if info, err := os.Stat(folder.Path(contract.RecordPrefix)); err != nil || !info.IsDir() {
		return nil, invalidError{fmt.Errorf("%s has no folder %s; write one that tally export made", o.records, path.Clean(contract.RecordPrefix))}
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
