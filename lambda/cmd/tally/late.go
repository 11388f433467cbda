package main

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/spf13/cobra"
)

// lateOptions are the flags of "tally late".
type lateOptions struct {
	files  files
	period period
	share  float64
	asJSON bool
}

func newLateCommand() *cobra.Command {
	var options lateOptions
	command := &cobra.Command{
		Use:   "late JOB --env ENV",
		Short: "Show how late rows arrive, and how late to count",
		Long: "Show what share of a job's rows is there how long after the end of the window, and what delay the schedule should have.\n" +
			"It compares what a slot's counts found, from the first to that of the last recount, which is taken as 100 %. So it needs\n" +
			"slots that were counted again: write recount_after into the job. It reads the results bucket with this machine's AWS\n" +
			"credentials.",
		Example: "  tally late daily-orders --env prod\n" +
			"  tally late daily-orders --env prod --days 180 --share 99.5\n" +
			"  tally late daily-orders --env prod --from 2022-04-01 --to 2022-04-30 --json",
		Args: oneJob,
		RunE: options.run,
	}
	flags := command.Flags()
	options.files.addFlagsOfOne(flags)
	options.period.addFlags(flags, 60)
	flags.Float64Var(&options.share, "share", 99.9, "how much of the rows should be there when the schedule counts, in percent")
	addJSON(flags, &options.asJSON)
	command.ValidArgsFunction = options.files.completeJobs
	return command
}

func (o *lateOptions) run(command *cobra.Command, args []string) error {
	if math.IsNaN(o.share) || o.share <= 0 || o.share > 100 {
		return invalid("--share is %v; write a percentage above 0, up to 100", o.share)
	}
	a, j, err := o.files.openWindowed(command, args)
	if err != nil {
		return err
	}
	now := time.Now()
	from, to, err := o.period.of(a.jobs, now)
	if err != nil {
		return err
	}
	reader, end := a.reader(command.ErrOrStderr())
	recounts, err := reader.Recounts(command.Context(), j, from, to)
	end()
	if err != nil {
		return err
	}
	facts, err := lateFactsOf(j, recounts, o.share, now)
	if err != nil {
		return err
	}
	if left := len(recounts.Unreadable); left > 0 {
		warn(command.ErrOrStderr(), "%s left out, which cannot be read: %s", amount(left, "slot"), legible(inWords(recounts.Unreadable[0])))
	}
	out := command.OutOrStdout()
	if o.asJSON {
		return printJSON(out, facts)
	}
	s := screenFor(out)
	s.say(0, s.none, "%s in %s: %s, %s", j.Name, a.environment.Name, amount(facts.Slots, "slot"), periodWords(from, to, j.Zone))
	s.late(facts)
	return nil
}

// late shows what was found at each age, and the advice.
func (s screen) late(facts lateFacts) {
	if len(facts.Ages) > 0 {
		s.say(0, s.none, "case %s of %s counted again; what the last count found is 100 %%", facts.Case, amount(facts.Recounted, "slot"))
		fmt.Fprintln(s.out)
		s.grid([]string{"WITHIN", "SLOTS", "ROWS THERE", "WORST SLOT", "GONE SINCE"}, s.lateRows(facts), 1, 2, 4)
		fmt.Fprintln(s.out)
	}
	paint := s.none
	if facts.AdvisedSeconds == nil || *facts.AdvisedSeconds != facts.DelaySeconds {
		paint = s.doubt
	}
	s.say(0, paint, "%s", facts.Advice)
}

func (s screen) lateRows(facts lateFacts) (rows [][]string) {
	for _, age := range facts.Ages {
		row := []string{ageWords(time.Duration(age.WithinSeconds) * time.Second), strconv.Itoa(age.Slots), none, none, none}
		if age.Share != nil {
			row[2] = fmt.Sprintf("%.2f %%", *age.Share)
		}
		if age.Worst != nil {
			row[3] = fmt.Sprintf("%s: %d of %d", age.Worst.Local, age.Worst.Found, age.Worst.Of)
		}
		if age.Gone > 0 {
			row[4] = s.doubt(strconv.FormatInt(age.Gone, 10))
		}
		rows = append(rows, row)
	}
	return rows
}
