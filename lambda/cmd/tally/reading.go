package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tally/infra/settings"
	"tally/lambda/internal/store"
	"tally/lambda/job"
)

// reading are the flags of commands that read all records of a long period.
type reading struct {
	files    files
	period   period
	assembly string
}

func (r *reading) addFlags(flags *pflag.FlagSet) {
	r.files.addFlags(flags)
	r.period.addFlags(flags, 400)
	flags.StringVar(&r.assembly, "assembly", "", "read with the rights of CDK's look-up role that this folder names, which synth wrote")
	_ = cobra.MarkFlagDirname(flags, "assembly") // an error only if there is no such flag
}

// bucket is the results bucket of an environment.
func (r *reading) bucket(command *cobra.Command, environment settings.Environment) (*store.Store, error) {
	find := findDeployed
	if r.assembly != "" {
		find = func(ctx context.Context, environment settings.Environment) (*deployed, error) {
			stack, err := findStack(r.assembly, environment.Name)
			if err != nil {
				return nil, err
			}
			config, err := lookUp(ctx, stack, command.ErrOrStderr())
			if err != nil {
				return nil, err
			}
			return findDeployedAs(ctx, config, environment)
		}
	}
	found, err := find(command.Context(), environment)
	if err != nil {
		return nil, err
	}
	return found.records()
}

// named are the jobs of those names, or all without names.
func named(jobs job.File, names []string) ([]job.Job, error) {
	for _, name := range names {
		if _, known := jobs.Lookup(name); !known {
			return nil, unknownJob(name, jobs)
		}
	}
	return slices.DeleteFunc(slices.Clone(jobs.Jobs), func(j job.Job) bool { return len(names) > 0 && !slices.Contains(names, j.Name) }), nil
}
