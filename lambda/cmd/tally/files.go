package main

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

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
func (f files) load() (settings.Settings, error) { return f.loadFor(nil) }

// loadFor does so for databases of another engine than the environments', where engine
// says one.
func (f files) loadFor(engine func(key string) string) (settings.Settings, error) {
	root, err := settings.Root(".")
	if err != nil {
		return settings.Settings{}, err
	}
	loaded, err := settings.Load(settings.Source{Root: root, Environments: f.environments, Jobs: f.jobs, Only: f.environment, Engine: engine})
	if err != nil {
		err = invalidError{err}
	}
	return loaded, err
}

// loadJob reads the jobs and finds one, and the environment if one is chosen: where
// every database is said by a variable, none is needed, nor is a project. What is wrong
// with other jobs only comes as warnings.
func (f files) loadJob(name string) (environment *settings.Environment, wanted job.Job, warnings strictyaml.Problems, err error) {
	environment, jobs, err := f.loadJobs()
	var problems strictyaml.Problems
	if err != nil && !errors.As(err, &problems) {
		return nil, job.Job{}, nil, err
	}
	wanted, known := jobs.Lookup(name)
	concerns := func(problem strictyaml.Problem) bool {
		if environment != nil && problem.Key == "memory_mb" && wanted.MemoryMB() <= environment.MemoryMB {
			return false // a larger job needs more
		}
		for i, other := range jobs.Jobs {
			if other.Name != name && strings.HasPrefix(problem.Key+".", job.Key(i, "")) {
				return false
			}
		}
		return true
	}
	switch {
	case known && !slices.ContainsFunc(problems, concerns):
		return environment, wanted, problems, nil
	case err != nil:
		return nil, job.Job{}, nil, err
	}
	return nil, job.Job{}, nil, invalidError{fmt.Errorf("there is no job %q; the jobs file has %s", name, jobs.Names())}
}

// loadJobs reads the jobs and the environment, of which there is one with problems too.
func (f files) loadJobs() (*settings.Environment, job.File, error) {
	if f.environment != "" {
		loaded, err := f.loadFor(engineOfVariable)
		if len(loaded.Environments) == 0 {
			return nil, job.File{}, err
		}
		return &loaded.Environments[0], loaded.Jobs, err
	}
	path := cmp.Or(f.jobs, settings.DefaultJobs)
	shown := path
	if root, err := settings.Root("."); err == nil && !filepath.IsAbs(path) {
		path = filepath.Join(root, path)
	}
	jobs, document, _ := job.ReadFile(path, shown)
	if err := strictyaml.Join(document); err != nil {
		return nil, jobs, invalidError{err}
	}
	return nil, jobs, nil
}
