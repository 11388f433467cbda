package main

import (
	"github.com/spf13/pflag"

	"tally/infra/settings"
)

// files are the flags that choose the project's files.
type files struct{ environment, environments, jobs string }

func (f *files) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&f.environment, "env", "", "the one environment to look at (default all)")
	flags.StringVar(&f.environments, "environments", "", "folder of environment files, from the project's root (default "+settings.DefaultEnvironments+")")
	flags.StringVar(&f.jobs, "jobs", "", "the jobs file, from the project's root (default "+settings.DefaultJobs+")")
}

// load reads and checks what synth would.
func (f files) load() (settings.Settings, error) {
	root, err := settings.Root(".")
	if err != nil {
		return settings.Settings{}, err
	}
	loaded, err := settings.Load(settings.Source{Root: root, Environments: f.environments, Jobs: f.jobs, Only: f.environment})
	if err != nil {
		return settings.Settings{}, invalidError{err}
	}
	return loaded, nil
}
