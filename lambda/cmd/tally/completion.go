package main

import (
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tally/infra/settings"
)

// completeJobs offers the shell every job of the jobs file for the first argument of a
// command.
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

// completeEnvironments offers the shell every environment whose file has no problem, with
// its region.
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
