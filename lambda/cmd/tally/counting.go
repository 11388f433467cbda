package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/metric"
	"tally/lambda/job"
)

// countingOptions are the flags of commands that have slots of a job counted.
type countingOptions struct {
	files                     files
	reason                    string
	allowEmpty, local, asJSON bool
	source                    sourceOptions
	deadline                  time.Duration
}

func (o *countingOptions) addFlags(command *cobra.Command) {
	flags := command.Flags()
	o.files.addFlagsOfOne(flags)
	command.ValidArgsFunction = o.files.completeJobs
	flags.StringVar(&o.reason, "reason", "", "why slots that have a record are counted again; it is kept in the record")
	flags.BoolVar(&o.allowEmpty, "allow-empty", false, "also store that every count is 0 now, where the record has rows that may have been deleted since")
	flags.BoolVar(&o.local, "local", false, "count on this machine instead of having the deployed counter count")
	flags.DurationVar(&o.deadline, "timeout", 15*time.Minute, "how long a slot may take, with --local")
	addJSON(flags, &o.asJSON)
	o.source.addFlags(flags)
}

func (o *countingOptions) check() error {
	switch {
	case o.deadline <= 0:
		return invalid("--timeout is %s; write for example 15m", o.deadline)
	case !o.local && (o.source.endpoint != "" || len(o.source.buckets) > 0):
		return invalid("--bucket and --endpoint-url are for --local; write it too, or leave them out")
	}
	if o.reason != "" {
		if err := contract.CheckReason(o.reason); err != nil {
			return invalid("--reason %w", err)
		}
	}
	return o.source.check()
}

// recount is why a slot is counted again.
func (o *countingOptions) recount() *contract.Recount {
	return &contract.Recount{Reason: o.reason, AllowEmpty: o.allowEmpty}
}

// filler has slots counted and stored. The answer has the lines of all rows. A query of Athena
// may take longer than a run: then the next one waits for its end.
type filler func(ctx context.Context, event contract.Event) (contract.Answer, error)

func (o *countingOptions) filler(ctx context.Context, stderr io.Writer, a archive, j job.Job) (filler, error) {
	var fill filler
	var err error
	if o.local {
		fill, err = o.localFiller(ctx, stderr, a, j)
	} else {
		fill, err = a.deployedFiller(ctx, j)
	}
	if err != nil {
		return nil, err
	}
	return patient(stderr, requestedFor(j), fill), nil
}

// mostWaits is how many runs of a counter may wait for one query: an hour.
const mostWaits = 4

// patient has a slot counted as it was requested, and once more while its query outlives the run.
func patient(stderr io.Writer, requested time.Time, fill filler) filler {
	return func(ctx context.Context, event contract.Event) (contract.Answer, error) {
		event.Requested = requested
		for range mostWaits {
			answer, err := fill(ctx, event)
			if err != nil || answer.Outcome != contract.OutcomePending {
				return answer, err
			}
			fmt.Fprintf(stderr, "%s: the query still runs in Athena; waiting for its end\n", event.ScheduledTime.Format(time.RFC3339))
		}
		return contract.Answer{}, errors.New("the query still runs in Athena; cancel it there if it is not wanted, and write the command again later")
	}
}

// requestedFor is the time of a person's wish to count a job; zero if it makes no difference. A
// counter of an older version would not know what it is.
func requestedFor(j job.Job) time.Time {
	if !j.Source.OutlivesRun() {
		return time.Time{}
	}
	return time.Now().UTC()
}

// deployedFiller invokes the counter of a job. Before, the counter proves that it has this
// definition of the job, and could count it.
func (a archive) deployedFiller(ctx context.Context, j job.Job) (filler, error) {
	answer, err := a.deployed.dryRun(ctx, j)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be counted: %w", j.Name, err)
	}
	if answer.JobSHA256 != j.SHA256() {
		return nil, fmt.Errorf("what is deployed is another definition of %s than the jobs file has; run make deploy ENV=%s", j.Name, a.environment.Name)
	}
	return func(ctx context.Context, event contract.Event) (answer contract.Answer, err error) {
		err = a.deployed.call(ctx, a.environment.Counter(j.Source), event, &answer)
		return answer, err
	}, nil
}

// localFiller counts on this machine, and stores in the environment's results bucket.
func (o *countingOptions) localFiller(ctx context.Context, stderr io.Writer, a archive, j job.Job) (filler, error) {
	source, err := sourceKinds[j.Source.Kind()].open(ctx, o.source, j, &a.environment)
	if err != nil {
		return nil, err
	}
	engine := localEngine(j, source, func(slot time.Time, warning string) { warn(stderr, "%s: %s", slot.Format(time.RFC3339), warning) })
	engine.Store = a.store
	return func(ctx context.Context, event contract.Event) (contract.Answer, error) {
		ctx, cancel := context.WithTimeout(ctx, o.deadline)
		defer cancel()
		return engine.Fill(ctx, event)
	}, nil
}

// localEngine counts a job on this machine, and publishes no metrics.
func localEngine(j job.Job, source count.Source, warned func(slot time.Time, warning string)) *count.Engine {
	return &count.Engine{
		Jobs: job.File{Jobs: []job.Job{j}}, Source: source, Metrics: metric.New(io.Discard, "", time.Now), Now: time.Now,
		Warn: func(_ context.Context, _ string, slot time.Time, warning string) { warned(slot, warning) },
	}
}
