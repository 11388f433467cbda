package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
)

// backfillOptions are the flags of "tally backfill".
type backfillOptions struct {
	countingOptions
	period   period
	only     string
	parallel int
	dryRun   bool
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
		Args: oneJob,
		RunE: options.run,
	}
	options.addFlags(command)
	flags := command.Flags()
	options.period.addFlags(flags, 0)
	flags.StringVar(&options.only, "only", onlyMissing, "which slots: missing, failed, changed (counted by another definition of the job) or all")
	flags.IntVar(&options.parallel, "parallel", 2, "how many slots are counted at a time; as many as max_concurrency leaves beside a scheduled run, if it is less")
	flags.BoolVar(&options.dryRun, "dry-run", false, "print the plan, and count nothing")
	completeFlag(flags, "only", cobra.FixedCompletions(onlys, cobra.ShellCompDirectiveNoFileComp))
	return command
}

func (o *backfillOptions) run(command *cobra.Command, args []string) error {
	if err := o.check(); err != nil {
		return err
	}
	a, j, err := o.files.openWindowed(command, args)
	if err != nil {
		return err
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
	series, err := a.read(command.Context(), command.ErrOrStderr(), history.Options{
		From: from, To: to, Unwatched: true, Wanted: func(history.Series, int) bool { return o.only != onlyMissing },
	})
	if err != nil {
		return err
	}
	var recount *contract.Recount
	if o.reason != "" {
		recount = o.recount()
	}
	slots, leftOut := plan(series[0], o.only, recount)
	facts := backfillFacts{Job: j.Name, Plan: slots, LeftOut: leftOut}
	if !o.asJSON {
		facts.print(command.OutOrStdout(), a.environment.Name)
	}
	if o.dryRun || len(slots) == 0 {
		if o.asJSON {
			return printJSON(command.OutOrStdout(), facts)
		}
		return nil
	}
	soft, hard, stop := interrupts(command.Context(), command.ErrOrStderr(), "ending after the slots that are being counted; press Ctrl-C again to leave them alone")
	defer stop()
	fill, err := o.filler(hard, command.ErrOrStderr(), a, j)
	if err != nil {
		return err
	}
	f := filling{soft: soft, hard: hard, slots: slots, fill: fill}
	return o.fill(command, facts, &f)
}

func (o *backfillOptions) check() error {
	switch {
	case !slices.Contains(onlys, o.only):
		return invalid("--only %q is not supported; write missing, failed, changed or all", o.only)
	case o.only != onlyMissing && o.reason == "" && !o.dryRun:
		return invalid("why are slots counted again? write --reason, such as --reason 'late rows'")
	case o.only == onlyMissing && (o.reason != "" || o.allowEmpty):
		return invalid("--reason and --allow-empty are about slots that have a record; write --only failed, changed or all too, or leave them out")
	case !o.period.isSet("from") && !o.period.isSet("days"):
		return invalid("which slots? write --from with their first day, such as --from 2022-01-01")
	case o.parallel < 1:
		return invalid("--parallel is %d; write a number from 1 on", o.parallel)
	}
	return o.countingOptions.check()
}

// backfillFacts are a backfill, as --json prints it.
type backfillFacts struct {
	Job     string    `json:"job"`
	Plan    []planned `json:"plan"`
	LeftOut []planned `json:"left_out"`
	Results []filled  `json:"results,omitempty"`
}

// print lists each slot and why it will be counted, or not.
func (b backfillFacts) print(out io.Writer, environment string) {
	fmt.Fprintf(out, "%s in %s: %s to count\n", b.Job, environment, amount(len(b.Plan), "slot"))
	for _, slot := range b.Plan {
		fmt.Fprintf(out, "  %s  %s  %s\n", slot.Slot.Format(time.RFC3339), slot.Local, slot.Why)
	}
	for _, slot := range b.LeftOut {
		fmt.Fprintf(out, "  %s  %s  left out: %s\n", slot.Slot.Format(time.RFC3339), slot.Local, slot.Why)
	}
}

// fill counts the slots and says what became of them.
func (o *backfillOptions) fill(command *cobra.Command, facts backfillFacts, f *filling) error {
	out, of := command.OutOrStdout(), len(facts.Plan)
	progress, end := newProgress(command.ErrOrStderr(), "counting slots")
	f.told = func(done int, result filled) {
		if !o.asJSON && (!isTerminal(out) || result.Error != "") {
			fmt.Fprintln(out, result.line(painterFor(out)))
		}
		progress(done, of)
	}
	facts.Results = f.run(o.parallel)
	end()
	if o.asJSON {
		if err := printJSON(out, facts); err != nil {
			return err
		}
	}
	return summary(out, o.asJSON, of, facts.Results, f.refusal)
}

// summary says how many slots came to what. The error says how many have no result.
func summary(out io.Writer, quiet bool, of int, results []filled, refusal error) error {
	amounts := map[contract.Outcome]int{}
	for _, result := range results {
		amounts[result.Outcome]++
	}
	var words []string
	for _, outcome := range []contract.Outcome{contract.OutcomeStored, contract.OutcomeAlreadyStored, contract.OutcomeUnchanged} {
		if amounts[outcome] > 0 {
			words = append(words, fmt.Sprintf("%d %s", amounts[outcome], strings.ReplaceAll(string(outcome), "-", " ")))
		}
	}
	if len(words) > 0 && !quiet {
		fmt.Fprintf(out, "%s of %s\n", strings.Join(words, ", "), amount(of, "slot"))
		if amounts[contract.OutcomeUnchanged] > 0 {
			fmt.Fprintln(out, "unchanged slots keep their record, so that the same command counts them again")
		}
	}
	var without []string
	if failed := amounts[""]; failed > 0 {
		without = append(without, fmt.Sprintf("%d failed", failed))
	}
	if rest := of - len(results); rest > 0 {
		without = append(without, amount(rest, "slot")+" without a result")
	}
	if len(without) == 0 {
		return nil
	}
	if refusal != nil {
		without = append(without, refusal.Error())
	}
	return fmt.Errorf("%s; the same command goes on", strings.Join(without, ", "))
}
