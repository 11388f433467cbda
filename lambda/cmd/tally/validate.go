package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"tally/infra/settings"
	"tally/lambda/internal/count"
	"tally/lambda/internal/upcoming"
	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

func newValidateCommand() *cobra.Command {
	var files files
	var inDatabase, asJSON bool
	command := &cobra.Command{
		Use:   "validate",
		Short: "Check the environments and the jobs as synth does, without CDK",
		Long: "Check the environments and the jobs as synth does, without CDK.\n" +
			"With --database, every job's statement is prepared where it would run, which finds tables, columns and\n" +
			"conditions that the database refuses. " + databasesHelp,
		Example: "  tally validate\n  tally validate --env prod --json\n  TALLY_DATABASE_APP=postgres://… tally validate --database",
		Args:    cobra.ArbitraryArgs,
		RunE: func(command *cobra.Command, args []string) error {
			if len(args) > 0 {
				return invalid("validate takes no arguments, got %q; write --env %s for one environment", args[0], args[0])
			}
			if err := refuseEmpty(command.Flags()); err != nil {
				return err
			}
			var engine func(key string) string
			if inDatabase {
				engine = engineOfVariable
			}
			loaded, err := files.loadFor(engine)
			facts := validity{Warnings: []jobWarning{}, Problems: strictyaml.Problems{}}
			remark := func(job, warning string) {
				facts.Warnings = append(facts.Warnings, jobWarning{job, warning})
				warn(command.ErrOrStderr(), "job %s: %s", job, warning)
			}
			if err == nil {
				for _, j := range loaded.Jobs.Jobs {
					for _, warning := range append(upcoming.Warnings(j.Cron, time.Now(), j.ScheduleZone), j.Warnings()...) {
						remark(j.Name, warning)
					}
				}
				if inDatabase {
					err = checkInDatabase(command.Context(), remark, files, loaded)
				}
			}
			out := command.OutOrStdout()
			if asJSON {
				return errors.Join(err, printJSON(out, facts.of(loaded, err)))
			}
			if err == nil {
				_, err = fmt.Fprintf(out, "%s: %s, %s\n", painterFor(out).good("valid"), amount(len(loaded.Environments), "environment"), amount(len(loaded.Jobs.Jobs), "job"))
			}
			return err
		},
	}
	files.addFlags(command.Flags())
	addJSON(command.Flags(), &asJSON)
	command.Flags().BoolVar(&inDatabase, "database", false, "also check every job in its database")
	return command
}

// validity is what --json prints.
type validity struct {
	Valid        bool                `json:"valid"`
	Environments []string            `json:"environments"`
	Jobs         []string            `json:"jobs"`
	Warnings     []jobWarning        `json:"warnings"`
	Problems     strictyaml.Problems `json:"problems"` // one of no file has a message only
}

type jobWarning struct {
	Job     string `json:"job"`
	Message string `json:"message"`
}

// of adds what was read, and what err says is wrong with it.
func (v validity) of(loaded settings.Settings, err error) validity {
	v.Valid, v.Environments, v.Jobs = err == nil, []string{}, []string{} // [] in JSON, not null
	for _, environment := range loaded.Environments {
		v.Environments = append(v.Environments, environment.Name)
	}
	for _, j := range loaded.Jobs.Jobs {
		v.Jobs = append(v.Jobs, j.Name)
	}
	if !errors.As(err, &v.Problems) && err != nil {
		v.Problems = strictyaml.Problems{{Message: err.Error()}}
	}
	return v
}

func amount(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

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
