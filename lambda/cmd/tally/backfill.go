package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
	"tally/lambda/job"
)

// backfillOptions are the flags of "tally backfill".
type backfillOptions struct {
	files         files
	period        period
	only          string
	reason        string
	parallel      int
	dryRun, local bool
	asJSON        bool
	source        sourceOptions
	deadline      time.Duration
}

func newBackfillCommand() *cobra.Command {
	var options backfillOptions
	command := &cobra.Command{
		Use:   "backfill JOB --env ENV --from DAY",
		Short: "Have past slots counted that have no record, or are wrong",
		Long: "Have past slots counted that have no record, the earliest first, by the deployed counter. With --only failed, changed or\n" +
			"all, slots that have a record are counted again: what differs becomes the next revision, and nothing is overwritten.\n" +
			"The plan is printed before anything runs. Ctrl-C ends after the slots that run, and the same command goes on. It stops\n" +
			"when three slots in a row fail. Only jobs with a window have a past that can be counted.\n" +
			"With --local this machine counts. " + databasesHelp,
		Example: "  tally backfill daily-scans --env prod --from 2022-01-01 --to 2022-03-31 --dry-run\n" +
			"  tally backfill daily-scans --env prod --from 2022-01-01\n" +
			"  tally backfill daily-scans --env prod --from 2022-01-01 --only changed --reason 'caries counts from 0.8 on'",
		Args: cobra.ArbitraryArgs,
		RunE: options.run,
	}
	flags := command.Flags()
	options.files.addFlags(flags)
	command.ValidArgsFunction = options.files.completeJobs
	options.period.addFlags(flags, 1)
	flags.StringVar(&options.only, "only", string(onlyMissing), "which slots: missing, failed, changed (counted by another definition of the job) or all")
	flags.StringVar(&options.reason, "reason", "", "why slots that have a record are counted again; it is kept in the record")
	flags.IntVar(&options.parallel, "parallel", 2, "how many slots are counted at a time; as many as max_concurrency leaves beside a scheduled run, if it is less")
	flags.BoolVar(&options.dryRun, "dry-run", false, "print the plan, and count nothing")
	flags.BoolVar(&options.local, "local", false, "count on this machine instead of having the deployed counter count")
	flags.DurationVar(&options.deadline, "timeout", 15*time.Minute, "how long a slot may take, with --local")
	addJSON(flags, &options.asJSON)
	options.source.addFlags(flags)
	return command
}

func (o *backfillOptions) run(command *cobra.Command, args []string) error {
	if err := o.check(args); err != nil {
		return err
	}
	a, err := o.files.openArchive(command, args)
	if err != nil {
		return err
	}
	j := a.jobs[0]
	if j.Window == nil {
		return invalidError{fmt.Errorf("job %s has no window: it counts the current state, and that of the past is gone", j.Name)}
	}
	if o.parallel > a.config.Parallel && !o.local {
		if command.Flags().Changed("parallel") {
			warn(command.ErrOrStderr(), "with --parallel %d a scheduled run may have to wait; the counter has room for %d beside it (max_concurrency)", o.parallel, a.config.Parallel)
		} else {
			o.parallel = a.config.Parallel
		}
	}
	from, to, err := o.period.of(a.jobs, time.Now())
	if err != nil {
		return err
	}
	which := only(o.only)
	series, err := a.read(command.Context(), command.ErrOrStderr(), history.Options{
		From: from, To: to, Unwatched: true, Wanted: func(history.Series, int) bool { return which != onlyMissing },
	})
	if err != nil {
		return err
	}
	slots := plan(series[0], which, o.reason)
	if !o.asJSON {
		printSlots(command.OutOrStdout(), j, a.environment.Name, slots, series[0])
	}
	if o.dryRun || len(slots) == 0 {
		if o.asJSON {
			return printJSON(command.OutOrStdout(), backfillFacts{Job: j.Name, Plan: slots})
		}
		return nil
	}
	fill, err := o.filler(command, a, j)
	if err != nil {
		return err
	}
	return o.fill(command, slots, fill)
}

func (o *backfillOptions) check(args []string) error {
	switch {
	case len(args) == 0:
		return invalidError{errors.New("which job? write for example: tally backfill daily-scans --env prod --from 2022-01-01")}
	case !slices.Contains(onlys, only(o.only)):
		return invalidError{fmt.Errorf("--only %q is not supported; write missing, failed, changed or all", o.only)}
	case o.only != string(onlyMissing) && o.reason == "" && !o.dryRun:
		return invalidError{fmt.Errorf("why are slots counted again? write --reason, such as --reason 'late rows'")}
	case o.only == string(onlyMissing) && o.reason != "":
		return invalidError{errors.New("--reason is about slots that have a record; write --only failed, changed or all too, or leave it out")}
	case !o.period.isSet("from") && !o.period.isSet("days"):
		return invalidError{errors.New("which slots? write --from with their first day, such as --from 2022-01-01")}
	case o.parallel < 1:
		return invalidError{fmt.Errorf("--parallel is %d; write a number from 1 on", o.parallel)}
	case o.deadline <= 0:
		return invalidError{fmt.Errorf("--timeout is %s; write for example 15m", o.deadline)}
	case !o.local && (o.source.endpoint != "" || len(o.source.buckets) > 0):
		return invalidError{errors.New("--bucket and --endpoint-url are for --local; write it too, or leave them out")}
	}
	return errors.Join(checkReason(o.reason), o.source.check())
}

// checkReason refuses a reason that no event may have.
func checkReason(reason string) error {
	if reason == "" {
		return nil
	}
	if err := contract.CheckReason(reason); err != nil {
		return invalidError{fmt.Errorf("--reason %w", err)}
	}
	return nil
}

func (o *backfillOptions) filler(command *cobra.Command, a archive, j job.Job) (filler, error) {
	if o.local {
		return a.localFiller(command.Context(), o.source, j, o.deadline, command.ErrOrStderr())
	}
	return a.deployedFiller(command.Context(), j)
}

// backfillFacts are a backfill, as --json prints it.
type backfillFacts struct {
	Job     string    `json:"job"`
	Plan    []planned `json:"plan"`
	Results []filled  `json:"results,omitempty"`
}

// fill counts the slots and says what became of them.
func (o *backfillOptions) fill(command *cobra.Command, slots []planned, fill filler) error {
	out, stderr := command.OutOrStdout(), command.ErrOrStderr()
	say := func(result filled) { fmt.Fprintln(out, result.line(painterFor(out))) }
	if o.asJSON {
		say = func(filled) {}
	}
	progress, end := newProgress(stderr, "counting slots")
	results := backfill(command.Context(), stderr, slots, o.parallel, fill, func(done int, result filled) {
		if !isTerminal(out) || result.Error != "" {
			say(result)
		}
		progress(done, len(slots))
	})
	end()
	if o.asJSON {
		if err := printJSON(out, backfillFacts{Job: slots[0].event.Job, Plan: slots, Results: results}); err != nil {
			return err
		}
	}
	return summary(out, o.asJSON, len(slots), results)
}

// printSlots lists each slot and why it will be counted.
func printSlots(out io.Writer, j job.Job, environment string, slots []planned, series history.Series) {
	fmt.Fprintf(out, "%s in %s: %s to count\n", j.Name, environment, amount(len(slots), "slot"))
	for _, slot := range slots {
		fmt.Fprintf(out, "  %s  %s  %s\n", slot.Slot.Format(time.RFC3339), slot.Local, slot.Why)
	}
	for _, slot := range series.Slots {
		if slot.State == history.Unreadable {
			fmt.Fprintf(out, "  %s  left out, as its record cannot be read: %s\n", slot.Time.Format(time.RFC3339), legible(slot.Err.Error()))
		}
	}
}

// summary says how many slots came to what. The error says how many have no result.
func summary(out io.Writer, quiet bool, of int, results []filled) error {
	amounts, failed := map[contract.Outcome]int{}, 0
	for _, result := range results {
		if result.Error != "" {
			failed++
		} else {
			amounts[result.Outcome]++
		}
	}
	var words []string
	for _, outcome := range []contract.Outcome{contract.OutcomeStored, contract.OutcomeAlreadyStored, contract.OutcomeUnchanged} {
		if amounts[outcome] > 0 {
			words = append(words, fmt.Sprintf("%d %s", amounts[outcome], strings.ReplaceAll(string(outcome), "-", " ")))
		}
	}
	if len(words) > 0 && !quiet {
		fmt.Fprintf(out, "%s of %s\n", strings.Join(words, ", "), amount(of, "slot"))
	}
	switch rest := of - len(results); {
	case failed > 0 && rest > 0:
		return fmt.Errorf("%d failed, and %s without a result; the same command goes on", failed, isOrAre(rest))
	case failed > 0:
		return fmt.Errorf("%d failed; the same command tries them again", failed)
	case rest > 0:
		return fmt.Errorf("%s without a result; the same command goes on", isOrAre(rest))
	}
	return nil
}

func isOrAre(n int) string {
	if n == 1 {
		return "1 slot is"
	}
	return fmt.Sprintf("%d slots are", n)
}
