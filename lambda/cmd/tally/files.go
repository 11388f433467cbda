package main

import (
	"cmp"
	"path/filepath"

	"github.com/spf13/pflag"

	"tally/infra/settings"
	"tally/lambda/job"
	"tally/lambda/strictyaml"
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

// loadJobs reads the jobs, and the environment if one is chosen: where every
// database is said by a variable, none is needed, nor is a project.
func (f files) loadJobs() (*settings.Environment, job.File, error) {
	if f.environment != "" {
		loaded, err := f.load()
		if err != nil {
			return nil, job.File{}, err
		}
		return &loaded.Environments[0], loaded.Jobs, nil
	}
	path := cmp.Or(f.jobs, settings.DefaultJobs)
	shown := path
	if root, err := settings.Root("."); err == nil && !filepath.IsAbs(path) {
		path = filepath.Join(root, path)
	}
	jobs, document, _ := job.ReadFile(path, shown)
	if err := strictyaml.Join(document); err != nil {
		return nil, job.File{}, invalidError{err}
	}
	return nil, jobs, nil
}
