package main

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tally/infra/settings"
	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

// files are the flags that choose environment and jobs files.
type files struct{ environment, environments, jobs string }

func (f *files) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&f.environment, "env", "", "the one environment to look at (default all)")
	addEnvironments(flags, &f.environments)
	flags.StringVar(&f.jobs, "jobs", "", "the jobs file, from the project's root (default "+settings.DefaultJobs+")")
	completeFlag(flags, "env", f.completeEnvironments)
	_ = cobra.MarkFlagFilename(flags, "jobs", "yaml") // an error only if there is no such flag
}

func addEnvironments(flags *pflag.FlagSet, folder *string) {
	addFolder(flags, folder, "environments", "folder of environment files, from the project's root (default "+settings.DefaultEnvironments+")")
}

// addFolder adds a flag with the path of a folder, which the shell completes.
func addFolder(flags *pflag.FlagSet, folder *string, name, usage string) {
	flags.StringVar(folder, name, "", usage)
	_ = cobra.MarkFlagDirname(flags, name) // an error only if there is no such flag
}

// addFlagsOfOne adds them for a command about one environment.
func (f *files) addFlagsOfOne(flags *pflag.FlagSet) {
	f.addFlags(flags)
	flags.Lookup("env").Usage = "the environment, such as prod"
}

// load reads and checks the files as synth does.
func (f files) load() (settings.Settings, error) { return f.loadFor(nil) }

// loadFor does the same. For the databases for which engine returns a text, that is the
// engine instead of the environment's.
func (f files) loadFor(engine func(key string) string) (settings.Settings, error) {
	root, err := settings.Root(".")
	if err != nil && (!filepath.IsAbs(f.jobs) || !filepath.IsAbs(f.environments)) { // absolute paths need no project
		return settings.Settings{}, fmt.Errorf("%w, or give --jobs and --environments absolute paths", err)
	}
	return f.loadAt(root, engine)
}

// loadAt does so in the project at root.
func (f files) loadAt(root string, engine func(key string) string) (settings.Settings, error) {
	loaded, err := settings.Load(settings.Source{Root: root, Environments: f.environments, Jobs: f.jobs, Only: f.environment, Engine: engine})
	if err != nil {
		err = invalidError{err}
	}
	return loaded, err
}

// loadJob reads the files and finds a job. environment is nil without --env: it is not
// needed if variables say where every database is. Problems of other jobs are warnings.
func (f files) loadJob(name string) (environment *settings.Environment, j job.Job, warnings strictyaml.Problems, err error) {
	environment, jobs, err := f.loadJobs()
	j, known := jobs.Lookup(name)
	ofThisJob := func(problem strictyaml.Problem) bool {
		if environment != nil && problem.Key == "memory_mb" && j.MemoryMB() <= environment.MemoryMB {
			return false // a larger job needs more
		}
		for i, other := range jobs.Jobs {
			if other.Name != name && strings.HasPrefix(problem.Key+".", job.Key(i, "")) {
				return false
			}
		}
		return true
	}
	isOther := err != nil && !errors.As(err, &warnings)
	if isOther || slices.ContainsFunc(warnings, ofThisJob) {
		return nil, job.Job{}, nil, err
	}
	if !known {
		return nil, job.Job{}, nil, cmp.Or(err, unknownJob(name, jobs))
	}
	return environment, j, warnings, nil
}

// loadJobs reads the jobs file and, with --env, the environment, also if they have problems.
func (f files) loadJobs() (*settings.Environment, job.File, error) {
	if f.environment != "" {
		loaded, err := f.loadFor(engineOfVariable)
		if len(loaded.Environments) == 0 {
			return nil, job.File{}, err
		}
		return &loaded.Environments[0], loaded.Jobs, err
	}
	jobs, err := f.readJobs()
	return nil, jobs, err
}

// readJobs reads the jobs file alone. Its jobs are returned also if it has problems.
func (f files) readJobs() (job.File, error) {
	root, _ := settings.Root(".") // outside of a project the path may be that of a file here
	return f.readJobsAt(root)
}

// readJobsAt does so in the project at root.
func (f files) readJobsAt(root string) (job.File, error) {
	path := cmp.Or(f.jobs, settings.DefaultJobs)
	shown := path
	if !filepath.IsAbs(path) {
		path = filepath.Join(root, path)
	}
	jobs, document, _ := job.ReadFile(path, shown)
	if err := strictyaml.Join(document); err != nil {
		return jobs, invalidError{err}
	}
	return jobs, nil
}

func unknownJob(name string, jobs job.File) error {
	return invalid("there is no job %q; the jobs file has %s", name, jobs.Names())
}

// completeJobs offers every job of the jobs file for the first argument of a command.
func (f *files) completeJobs(command *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return f.completeAllJobs(command, args, word)
}

// completeAllJobs offers every job that is no argument yet, with its label and schedule. A
// jobs file with a problem offers nothing: "tally validate" says what is wrong with it.
func (f *files) completeAllJobs(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	jobs, err := f.readJobs()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var offered []cobra.Completion
	for _, j := range jobs.Jobs {
		if slices.Contains(args, j.Name) {
			continue
		}
		about := j.ScheduleInWords()
		if j.Label != "" {
			about = j.Label + ", " + about
		}
		offered = append(offered, cobra.CompletionWithDesc(j.Name, about))
	}
	return offered, cobra.ShellCompDirectiveNoFileComp
}

// completeCases offers the cases of the job that is the command's argument.
func (f *files) completeCases(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	jobs, err := f.readJobs()
	if err != nil || len(args) == 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	j, known := jobs.Lookup(args[0])
	if !known {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return j.CaseNames(), cobra.ShellCompDirectiveNoFileComp
}

// completeLatest offers what --at takes besides times.
var completeLatest = cobra.FixedCompletions([]cobra.Completion{latest}, cobra.ShellCompDirectiveNoFileComp)

// completeEnvironments offers every environment whose file has no problem, with its region.
func (f *files) completeEnvironments(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	root, err := settings.Root(".")
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var offered []cobra.Completion
	for _, environment := range settings.Readable(settings.Source{Root: root, Environments: f.environments, Jobs: f.jobs}) {
		offered = append(offered, cobra.CompletionWithDesc(environment.Name, environment.Region))
	}
	return offered, cobra.ShellCompDirectiveNoFileComp
}

// completeFlag has the shell complete a flag. Cobra keeps completions by flag, and takes them
// from a command only: here from one that nobody calls.
func completeFlag(flags *pflag.FlagSet, name string, complete cobra.CompletionFunc) {
	command := new(cobra.Command)
	command.Flags().AddFlag(flags.Lookup(name))
	_ = command.RegisterFlagCompletionFunc(name, complete) // an error only if it was called before
}
