package main

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
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
	asJSON   bool
}

func (r *reading) addFlags(command *cobra.Command) {
	flags := command.Flags()
	command.ValidArgsFunction = r.files.completeAllJobs
	r.files.addFlags(flags)
	addJSON(flags, &r.asJSON)
	r.period.addFlags(flags, 400)
	addFolder(flags, &r.assembly, "assembly", "read with the rights of CDK's look-up role that this folder names, which synth wrote")
}

// bucket is the results bucket of an environment.
func (r *reading) bucket(command *cobra.Command, environment settings.Environment) (records *store.Store, err error) {
	var config aws.Config
	if r.assembly != "" {
		config, _, err = lookUp(command.Context(), r.assembly, environment.Name, command.ErrOrStderr())
	} else {
		config, err = sourceOptions{}.logIn(command.Context(), &environment)
	}
	if err != nil {
		return nil, err
	}
	found, err := findDeployedAs(command.Context(), config, environment)
	if err == nil {
		records, _, err = found.records()
	}
	return records, err
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

// period are the flags that choose slots by their time.
type period struct {
	days     int
	from, to string
	isSet    func(flag string) bool
}

// addFlags adds them, with so many days if nothing is written; 0 wants it written.
func (p *period) addFlags(flags *pflag.FlagSet, days int) {
	flags.IntVar(&p.days, "days", days, "the slots of so many days until now")
	flags.StringVar(&p.from, "from", "", "the slots from this day on, such as 2026-11-01 in the job's zone, or from a time as RFC 3339")
	flags.StringVar(&p.to, "to", "", "the slots until this day, which is part of it, or before a time as RFC 3339 (default now)")
	p.isSet = flags.Changed
}

// mostDays is how far back a period may begin: a typing error must not list for hours.
const mostDays = 10 * 366

// of is the period of some jobs, in UTC: from the first day's beginning in any of their zones.
func (p period) of(jobs []job.Job, now time.Time) (from, to time.Time, err error) {
	switch {
	case p.isSet("days") && (p.from != "" || p.to != ""):
		return from, to, invalid("--days ends now; write --from and --to without it")
	case p.from == "" && p.to != "":
		return from, to, invalid("--to goes with --from; write both")
	case p.from == "" && (p.days < 1 || p.days > mostDays):
		return from, to, invalid("--days is %d; write a number from 1 to %d", p.days, mostDays)
	case p.from == "":
		return now.AddDate(0, 0, -p.days).UTC(), now.UTC(), nil
	}
	for i, j := range jobs {
		begin, _, err := parseMoment("--from", p.from, j.Zone)
		if err != nil {
			return from, to, err
		}
		end := now
		if p.to != "" {
			if _, end, err = parseMoment("--to", p.to, j.Zone); err != nil {
				return from, to, err
			}
		}
		if i == 0 || begin.Before(from) {
			from = begin
		}
		if i == 0 || end.After(to) {
			to = end
		}
	}
	if to.After(now) {
		to = now
	}
	if !from.Before(to) {
		return from, to, invalid("--from %s is not before %s; write an earlier one", p.from, to.UTC().Format(time.RFC3339))
	}
	if from.Before(now.AddDate(0, 0, -mostDays)) {
		return from, to, invalid("--from %s is more than ten years ago; write a later one", p.from)
	}
	return from.UTC(), to.UTC(), nil
}

// parseMoment reads a day of a zone, with its end, or a time, which ends where it begins.
func parseMoment(flag, text string, zone *time.Location) (begin, end time.Time, err error) {
	if day, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		return day, day.AddDate(0, 0, 1), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return begin, end, invalid("%s %q is no day and no time; write it like 2026-11-01 or 2026-11-01T15:00:00Z", flag, text)
	}
	return at, at, nil
}
