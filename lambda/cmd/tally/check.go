package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tally/infra/settings"
	"tally/lambda/internal/count"
	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

// checkTimeout is enough for preparing one job's statements.
const checkTimeout = time.Minute

// checkInDatabase has every job's database, or Athena, say what it would refuse. All problems
// come at once, by file and line; a database that cannot be asked is an error once.
func checkInDatabase(ctx context.Context, warn func(job, warning string), files files, loaded settings.Settings) error {
	var environment *settings.Environment
	if files.environment != "" {
		environment = &loaded.Environments[0]
	}
	unreachable := map[string]error{}
	var failed []error
	for i, checked := range loaded.Jobs.Jobs {
		name, kind := checked.Source.String(), sourceKinds[checked.Source.Kind()]
		if !kind.asked || unreachable[name] != nil {
			continue
		}
		source, err := kind.open(ctx, sourceOptions{}, checked, environment)
		var problems []count.Problem
		if err == nil {
			problems, err = checkJob(ctx, source, checked)
		}
		if err != nil {
			unreachable[name] = fmt.Errorf("job %s: %w", checked.Name, err)
			failed = append(failed, unreachable[name])
		}
		for _, problem := range problems {
			if problem.Warning {
				warn(checked.Name, fmt.Sprintf("%s: %v", problem.Field, problem.Err))
				continue
			}
			loaded.JobsDocument.Report(job.Key(i, problem.Field), "%v", problem.Err)
		}
	}
	if err := strictyaml.Join(loaded.JobsDocument); err != nil {
		failed = append([]error{invalidError{err}}, failed...)
	}
	return errors.Join(failed...)
}

// checkJob checks a job with its latest slot.
func checkJob(ctx context.Context, source count.Checker, checked job.Job) ([]count.Problem, error) {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	window, err := count.WindowOf(checked, checked.LatestOrNext(time.Now()))
	if err != nil {
		return nil, err
	}
	return source.Check(ctx, count.Query{Job: checked, Window: window})
}
