package main

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/spf13/cobra"

	"tally/lambda/cron"
	"tally/lambda/timezone"
)

// nextOptions are the flags of "tally next".
type nextOptions struct {
	files                       files
	timezone, displayZone, from string
	count                       int
	asJSON                      bool
}

// maxOccurrences is a limit for -n: a typing error must not print for minutes.
const maxOccurrences = 100_000

func newNextCommand() *cobra.Command {
	var options nextOptions
	command := &cobra.Command{
		Use:   "next [JOB | EXPRESSION]",
		Short: "Print when jobs, or an expression, run next",
		Long: "Print when every job of an environment runs next, or one job, or when an EventBridge expression does.\n" +
			"An expression is a rule's, evaluated in UTC; with --timezone it is a Scheduler schedule's in that zone.",
		Example: "  tally next --env prod\n" +
			"  tally next daily-scans -n 3\n" +
			"  tally next 'cron(55 14 * * ? *)' --display-timezone Asia/Seoul --from 2022-04-07T00:00:00Z -n 10",
		Args: cobra.ArbitraryArgs,
		RunE: func(command *cobra.Command, args []string) error {
			err := options.run(command, args)
			if _, wrong := errors.AsType[invalidError](err); wrong && options.asJSON {
				return errors.Join(err, printJSON(command.OutOrStdout(), errorJSON(err)))
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
	addJSON(flags, &options.asJSON)
	command.ValidArgsFunction = options.files.completeJobs
	return command
}

func (o nextOptions) run(command *cobra.Command, args []string) error {
	if err := refuseEmpty(command.Flags()); err != nil {
		return err
	}
	from, err := o.start(time.Now())
	if err != nil {
		return invalidError{err}
	}
	display, err := loadZone("--display-timezone", o.displayZone)
	switch {
	case err != nil:
		return invalidError{err}
	case len(args) > 1:
		return invalid("one expression at a time, in quotes, such as 'cron(55 14 * * ? *)'; got %d", len(args))
	case len(args) == 0 || jobName.MatchString(args[0]):
		return o.nextOfJobs(command, args, from, display)
	case o.files != (files{}):
		return invalid("--env, --environments and --jobs choose jobs; leave them out with an expression")
	}
	p, err := o.previewExpression(args[0], from, display)
	switch {
	case err != nil:
		return invalidError{err}
	case o.asJSON:
		return printJSON(command.OutOrStdout(), p)
	}
	return p.write(command.OutOrStdout())
}

// jobName is an argument that names a job. Every expression has other characters, too.
var jobName = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)

// start is the time after which to show times: --from, or now.
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

// loadZone loads the zone that a flag names. It is nil if the flag is not set.
func loadZone(flag, name string) (*time.Location, error) {
	if name == "" {
		return nil, nil
	}
	zone, err := timezone.Load(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	return zone, nil
}

func (o nextOptions) previewExpression(expression string, from time.Time, display *time.Location) (preview, error) {
	zone, err := loadZone("--timezone", o.timezone)
	if err != nil {
		return preview{}, err
	}
	dialect := cron.Rule
	if zone != nil {
		dialect = cron.Scheduler
	}
	schedule, err := cron.Parse(expression, dialect)
	if err != nil {
		return preview{}, err
	}
	zone = cmp.Or(zone, time.UTC)
	return newPreview(schedule, dialect, zone, cmp.Or(display, zone), from, o.count), nil
}

// nextOfJobs prints when the jobs of those names run next, or every job without names.
func (o nextOptions) nextOfJobs(command *cobra.Command, names []string, from time.Time, display *time.Location) error {
	if o.timezone != "" {
		return invalid("--timezone goes with an expression; a job's zone is its schedule_timezone")
	}
	loaded, err := o.files.load()
	if err != nil {
		return err
	}
	jobs, err := named(loaded.Jobs, names)
	if err != nil {
		return err
	}
	var all []preview
	for _, j := range jobs {
		dialect := cron.Rule
		if j.ScheduleTimezone != "" {
			dialect = cron.Scheduler
		}
		p := newPreview(j.Cron, dialect, j.ScheduleZone, cmp.Or(display, j.Zone), from, o.count)
		p.Job, p.jobDescription, p.Note = j.Name, j.Description, j.Gaps(from)
		p.Warnings = append(p.Warnings, j.Warnings()...)
		all = append(all, p)
	}
	out := command.OutOrStdout()
	if o.asJSON {
		return printJSON(out, all)
	}
	for i, p := range all {
		if i > 0 {
			fmt.Fprintln(out)
		}
		if err := p.write(out); err != nil {
			return err
		}
	}
	return nil
}
