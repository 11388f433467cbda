package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"tally/lambda/cron"
)

// nextOptions are the flags of "tally next".
type nextOptions struct {
	files       files
	timezone    string
	displayZone string
	from        string
	count       int
	asJSON      bool
}

// maxOccurrences keeps a slip of the finger from printing for minutes.
const maxOccurrences = 100_000

func newNextCommand() *cobra.Command {
	var options nextOptions
	command := &cobra.Command{
		Use:   "next [EXPRESSION]",
		Short: "Print when jobs, or an expression, run next",
		Long: "Print when every job of an environment runs next, or when an EventBridge expression does.\n" +
			"An expression is a rule's, evaluated in UTC; with --timezone it is a Scheduler schedule's in that zone.",
		Example: "  tally next --env prod\n" +
			"  tally next 'cron(55 14 * * ? *)' --display-timezone Asia/Seoul --from 2022-04-07T00:00:00Z -n 10",
		Args: cobra.ArbitraryArgs,
		RunE: func(command *cobra.Command, args []string) error {
			err := options.run(command, args)
			var invalid invalidError
			if options.asJSON && errors.As(err, &invalid) {
				return errors.Join(err, writeJSON(command.OutOrStdout(), errorJSON(err)))
			}
			return err
		},
	}
	flags := command.Flags()
	options.files.addFlags(flags)
	flags.StringVar(&options.timezone, "timezone", "", "evaluate EXPRESSION as a Scheduler schedule in this IANA zone")
	flags.StringVar(&options.displayZone, "display-timezone", "", "also show times in this IANA zone")
	flags.StringVar(&options.from, "from", "", "show times after this one, RFC 3339 (default now); a rate starts here")
	flags.IntVarP(&options.count, "count", "n", 10, "how many times to show")
	flags.BoolVar(&options.asJSON, "json", false, "print JSON")
	return command
}

func (o nextOptions) run(command *cobra.Command, args []string) error {
	if err := refuseEmpty(command.Flags()); err != nil {
		return err
	}
	from, err := o.start(time.Now())
	switch {
	case err != nil:
		return invalidError{err}
	case len(args) == 0:
		return o.nextOfJobs(command, from)
	case len(args) == 1 && o.files != (files{}):
		return invalidError{errors.New("--env, --environments and --jobs choose jobs; leave them out with an expression")}
	case len(args) == 1:
		return o.nextOfExpression(command, args[0], from)
	}
	return invalidError{fmt.Errorf("one expression at a time, in quotes, such as 'cron(55 14 * * ? *)'; got %d", len(args))}
}

// start is the time to look from: --from, or now.
func (o nextOptions) start(now time.Time) (time.Time, error) {
	if o.count < 1 || o.count > maxOccurrences {
		return time.Time{}, fmt.Errorf("-n is %d; write a number from 1 to %d", o.count, maxOccurrences)
	}
	if o.from == "" {
		return now, nil
	}
	from, err := time.Parse(time.RFC3339, o.from)
	if err != nil {
		return time.Time{}, fmt.Errorf("--from %q is not a time; write it like 2022-04-07T00:00:00Z", o.from)
	}
	return from, nil
}

func (o nextOptions) nextOfExpression(command *cobra.Command, expression string, from time.Time) error {
	preview, err := o.previewExpression(expression, from)
	if err != nil {
		return invalidError{err}
	}
	if o.asJSON {
		return writeJSON(command.OutOrStdout(), preview.asJSON())
	}
	return preview.write(command.OutOrStdout())
}

func (o nextOptions) previewExpression(expression string, from time.Time) (preview, error) {
	zone, dialect := time.UTC, cron.Rule
	if o.timezone != "" {
		var err error
		if zone, err = cron.LoadZone(o.timezone); err != nil {
			return preview{}, fmt.Errorf("--timezone: %w", err)
		}
		dialect = cron.Scheduler
	}
	display, err := o.display(zone)
	if err != nil {
		return preview{}, err
	}
	schedule, err := cron.Parse(expression, dialect)
	if err != nil {
		return preview{}, err
	}
	return newPreview(schedule, dialect, zone, display, from, o.count), nil
}

// display is the zone to show times in: --display-timezone, else usual.
func (o nextOptions) display(usual *time.Location) (*time.Location, error) {
	if o.displayZone == "" {
		return usual, nil
	}
	zone, err := cron.LoadZone(o.displayZone)
	if err != nil {
		return nil, fmt.Errorf("--display-timezone: %w", err)
	}
	return zone, nil
}

func (o nextOptions) nextOfJobs(command *cobra.Command, from time.Time) error {
	if o.timezone != "" {
		return invalidError{errors.New("--timezone goes with an expression; a job's zone is its schedule_timezone")}
	}
	loaded, err := o.files.load()
	if err != nil {
		return err
	}
	var all []previewJSON
	for i, job := range loaded.Jobs.Jobs {
		dialect := cron.Rule
		if job.ScheduleTimezone != "" {
			dialect = cron.Scheduler
		}
		display, err := o.display(job.Zone)
		if err != nil {
			return invalidError{err}
		}
		preview := newPreview(job.Cron, dialect, job.ScheduleZone, display, from, o.count)
		preview.job, preview.about, preview.gaps = job.Name, job.Description, job.Gaps(from)
		preview.warnings = append(preview.warnings, job.Warnings()...)
		if o.asJSON {
			all = append(all, preview.asJSON())
			continue
		}
		if i > 0 {
			fmt.Fprintln(command.OutOrStdout())
		}
		if err := preview.write(command.OutOrStdout()); err != nil {
			return err
		}
	}
	if o.asJSON {
		return writeJSON(command.OutOrStdout(), all)
	}
	return nil
}
