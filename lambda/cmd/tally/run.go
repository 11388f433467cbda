package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"

	"github.com/spf13/cobra"

	"tally/infra/settings"
	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/store"
	"tally/lambda/job"
)

// runOptions are the flags of "tally run".
type runOptions struct {
	files           files
	source          sourceOptions
	at, store       string
	explain, asJSON bool
	deadline        time.Duration
}

// latest is the value of --at for the last slot until now.
const latest = "latest"

func newRunCommand() *cobra.Command {
	var options runOptions
	command := &cobra.Command{
		Use:   "run JOB --at TIME",
		Short: "Count one slot of a job from this machine",
		Long: "Count one slot of a job from this machine, as the function would, and print the counts.\n" +
			"Only with --store the record is stored too, unless the slot has one.\n" +
			"--json prints the record's lines as they are stored, one JSON value each.\n" + databasesHelp + "\n" +
			"The bucket of a job is the environment's, or that of --bucket; S3 is asked with this machine's AWS credentials.",
		Example: "  TALLY_DATABASE_APP=postgres://… tally run daily-scans --at latest\n" +
			"  tally run daily-scans --env prod --at 2022-04-07T14:55:00Z --store s3://tally-prod-results\n" +
			"  TALLY_DATABASE_APP=mysql://… tally run daily-scans --at latest --explain\n" +
			"  tally run daily-uploads --at latest --bucket uploads=acme-dev-uploads",
		Args: cobra.ArbitraryArgs,
		RunE: options.run,
	}
	flags := command.Flags()
	options.files.addFlags(flags)
	options.source.addFlags(flags)
	flags.StringVar(&options.store, "store", "", "store the record in this bucket, such as s3://tally-prod-results")
	flags.StringVar(&options.at, "at", "", "the slot: its time as RFC 3339, or latest for the last one until now")
	flags.BoolVar(&options.explain, "explain", false, "print the statements and the database's plans, and count nothing")
	addJSON(flags, &options.asJSON)
	completeFlag(flags, "at", completeLatest)
	command.ValidArgsFunction = options.files.completeJobs
	flags.DurationVar(&options.deadline, "timeout", 5*time.Minute, "how long it may take; in a database, half of it is for the one scan")
	return command
}

func (o *runOptions) run(command *cobra.Command, args []string) error {
	if err := o.check(command, args); err != nil {
		return err
	}
	environment, j, warnings, err := o.files.loadJob(args[0])
	if err != nil {
		return err
	}
	for _, warning := range warnings {
		warn(command.ErrOrStderr(), "%v", warning)
	}
	kind := sourceKinds[j.Source.Kind()]
	if o.source.endpoint != "" && o.store == "" && !kind.usesS3 {
		return invalid("--endpoint-url is for S3, which this run does not use; write --store too, or leave it out")
	}
	slot, err := o.slot(j, time.Now())
	if err != nil {
		return invalidError{err}
	}
	ctx, cancel := context.WithTimeout(command.Context(), o.deadline)
	defer cancel()
	source, err := kind.open(ctx, o.source, j, environment)
	if err != nil {
		return err
	}
	if o.explain {
		return explain(ctx, command.OutOrStdout(), source, j, slot)
	}
	engine := localEngine(j, source, func(_ time.Time, warning string) { warn(command.ErrOrStderr(), "%s", warning) })
	return o.count(ctx, command, engine, environment, j, slot)
}

func (o runOptions) check(command *cobra.Command, args []string) error {
	if err := refuseEmpty(command.Flags()); err != nil {
		return err
	}
	switch {
	case len(args) == 0:
		return invalid("which job? write for example: tally run daily-scans --at latest")
	case len(args) > 1:
		return invalid("one job at a time; got %d", len(args))
	case o.at == "":
		return invalid("which slot? write --at latest, or its time, such as --at 2022-04-07T14:55:00Z")
	case o.deadline <= 0:
		return invalid("--timeout is %s; write for example 5m", o.deadline)
	case o.explain && (o.asJSON || o.store != ""):
		return invalid("--explain counts nothing; leave --json and --store out")
	}
	return errors.Join(checkStore(o.store), o.source.check())
}

// slot is the slot that --at names.
func (o runOptions) slot(j job.Job, now time.Time) (job.Slot, error) {
	at, err := slotTime(o.at, j, now)
	if err != nil {
		return job.Slot{}, err
	}
	slot, err := j.Occurrence(at)
	if err == nil && slot.Time.After(now) {
		err = fmt.Errorf("--at %s has not come yet; write --at latest for the last slot until now", o.at)
	}
	return slot, err
}

// slotTime is the time that --at names: of the last slot until now, or the one that is written.
func slotTime(at string, j job.Job, now time.Time) (time.Time, error) {
	if at == latest {
		slot, fired := j.Latest(now)
		if !fired {
			return slot.Time, fmt.Errorf("job %s: %s has not fired yet", j.Name, j.Schedule)
		}
		return slot.Time, nil
	}
	written, err := time.Parse(time.RFC3339, at)
	if err != nil {
		err = fmt.Errorf("--at %q is not a time; write it like 2022-04-07T14:55:00Z, or latest", at)
	}
	return written, err
}

// count counts the slot and prints its record. With --store it also stores the record.
func (o runOptions) count(ctx context.Context, command *cobra.Command, engine *count.Engine, environment *settings.Environment, j job.Job, slot job.Slot) error {
	event := contract.Event{Job: j.Name, ScheduledTime: slot.Time, Requested: requestedFor(j)}
	var records []contract.Record
	var err error
	if o.store == "" {
		records, err = engine.Count(ctx, event)
	} else {
		records, err = o.fill(ctx, command.ErrOrStderr(), engine, environment, event)
	}
	if err != nil {
		return err
	}
	if o.asJSON {
		var lines []byte
		if lines, err = contract.EncodeRecords(records); err == nil {
			_, err = command.OutOrStdout().Write(lines)
		}
	} else {
		err = printRecord(command.OutOrStdout(), j, records)
	}
	return cmp.Or(err, uncounted(records))
}

// uncounted is an error if a case of the record has no count.
func uncounted(records []contract.Record) error {
	var failed []error
	for _, record := range contract.OfAllRows(records) {
		switch record.Status {
		case contract.StatusFailed:
			failed = append(failed, fmt.Errorf("case %s failed: %s", record.CaseName, record.Message))
		case contract.StatusMissed:
			return errors.New("the slot was missed, and its state is gone") // so are all other cases
		}
	}
	return errors.Join(failed...)
}

// bucketURL is s3://bucket. The keys of records in it are fixed.
var bucketURL = regexp.MustCompile(`^s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/?$`)

func checkStore(to string) error {
	if to != "" && !bucketURL.MatchString(to) {
		return invalid("--store %q is not a bucket; write s3://name, without a path", to)
	}
	return nil
}

// fill counts the slot of an event and stores it. It says where the record is, and returns it.
func (o runOptions) fill(ctx context.Context, say io.Writer, engine *count.Engine, environment *settings.Environment, event contract.Event) ([]contract.Record, error) {
	config, err := o.source.logIn(ctx, environment)
	if err != nil {
		return nil, err
	}
	records := store.New(store.NewClient(config), bucketURL.FindStringSubmatch(o.store)[1])
	engine.Store = records
	answer, err := engine.Fill(ctx, event)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(say, "%s: s3://%s/%s\n", answer.Outcome, answer.Bucket, answer.Key)
	return records.Read(ctx, answer.Key) // the answer has no groups
}
