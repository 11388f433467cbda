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
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return invalidError{fmt.Errorf("one expression at a time, in quotes, such as 'cron(55 14 * * ? *)'; got %d", len(args))}
			}
			return nil
		},
		RunE: func(command *cobra.Command, args []string) error {
			from, err := options.start(time.Now())
			if err != nil {
				return invalidError{err}
			}
			if len(args) == 1 {
				return options.nextOfExpression(command, args[0], from)
			}
			return options.nextOfJobs(command, from)
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
		var wrong *cron.Error
		if o.asJSON && errors.As(err, &wrong) {
			if err := writeJSON(command.OutOrStdout(), errorJSON(wrong)); err != nil {
				return err
			}
		}
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
		dialect = cron.Scheduler
	}
	var err error
	if o.timezone != "" {
		if zone, err = cron.LoadZone(o.timezone); err != nil {
			return preview{}, fmt.Errorf("--timezone: %w", err)
		}
	}
	display := zone
	if o.displayZone != "" {
		if display, err = cron.LoadZone(o.displayZone); err != nil {
			return preview{}, fmt.Errorf("--display-timezone: %w", err)
		}
	}
	schedule, err := cron.Parse(expression, dialect)
	if err != nil {
		return preview{}, err
	}
	return newPreview(schedule, dialect, zone, display, from, o.count), nil
}

func (o nextOptions) nextOfJobs(command *cobra.Command, from time.Time) error {
	if o.timezone != "" {
		return invalidError{errors.New("--timezone goes with an expression; a job's zone is its schedule_timezone")}
	}
	loaded, err := o.files.load()
	if err != nil {
		return invalidError{err}
	}
	var all []previewJSON
	for i, job := range loaded.Jobs.Jobs {
		dialect := cron.Rule
		if job.ScheduleTimezone != "" {
			dialect = cron.Scheduler
		}
		display := job.Zone
		if o.displayZone != "" {
			if display, err = cron.LoadZone(o.displayZone); err != nil {
				return invalidError{fmt.Errorf("--display-timezone: %w", err)}
			}
		}
		preview := newPreview(job.Cron, dialect, job.ScheduleZone, display, from, o.count)
		preview.job = job.Name
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
