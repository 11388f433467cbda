package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"tally/lambda/contract"
)

// recountOptions are the flags of "tally recount".
type recountOptions struct {
	countingOptions
	at string
}

func newRecountCommand() *cobra.Command {
	var options recountOptions
	command := &cobra.Command{
		Use:   "recount JOB --env ENV --at TIME --reason WHY",
		Short: "Have a slot counted again that has a record",
		Long: "Have a slot counted again that has a record, by the deployed counter, and show old counts beside new ones. What differs\n" +
			"becomes the next revision; the older ones stay as they are. Only jobs with a window have a past that can be counted.\n" +
			"With --local this machine counts. " + databasesHelp,
		Example: "  tally recount daily-scans --env prod --at 2022-04-07T14:55:00Z --reason 'late rows'",
		Args:    oneJob,
		RunE:    options.run,
	}
	options.addFlags(command)
	flags := command.Flags()
	flags.StringVar(&options.at, "at", "", "the slot: its time as RFC 3339, or latest for the last one until now")
	completeFlag(flags, "at", completeLatest)
	return command
}

func (o *recountOptions) run(command *cobra.Command, args []string) error {
	switch {
	case o.at == "":
		return invalid("which slot? write --at latest, or its time, such as --at 2022-04-07T14:55:00Z")
	case o.reason == "":
		return invalid("why is it counted again? write --reason, such as --reason 'late rows'")
	}
	if err := o.check(); err != nil {
		return err
	}
	a, j, err := o.files.openWindowed(command, args)
	if err != nil {
		return err
	}
	at, err := slotTime(o.at, j, time.Now())
	if err != nil {
		return invalidError{err}
	}
	at = at.UTC().Truncate(time.Minute) // perhaps of a schedule that the job had before: the record tells
	_, ctx, stop := interrupts(command.Context(), command.ErrOrStderr(), "ending after the slot; press Ctrl-C again to leave it alone")
	defer stop()
	old, found, err := a.store.Latest(ctx, j.Name, at)
	if err != nil {
		return fmt.Errorf("look for the slot's record: %s", unreadableWords(err))
	}
	if !found {
		return invalid("%s has no record of %s; tally backfill counts what is missing", j.Name, at.Format(time.RFC3339))
	}
	fill, err := o.filler(ctx, command.ErrOrStderr(), a, j)
	if err != nil {
		return err
	}
	answer, err := fill(ctx, contract.Event{Job: j.Name, ScheduledTime: at, Recount: o.recount()})
	if err != nil {
		return err
	}
	return o.show(command, a, old.Records, answer)
}

// recountFacts are a recount, as --json prints it.
type recountFacts struct {
	Outcome contract.Outcome  `json:"outcome"`
	Key     string            `json:"key"` // of the latest revision
	Old     []contract.Record `json:"old"`
	New     []contract.Record `json:"new"`
}

// show prints old counts beside new ones.
func (o *recountOptions) show(command *cobra.Command, a archive, old []contract.Record, answer contract.Answer) error {
	out := command.OutOrStdout()
	if o.asJSON {
		return printJSON(out, recountFacts{answer.Outcome, answer.Key, old, answer.Records})
	}
	fmt.Fprintf(out, "%s: s3://%s/%s\n", answer.Outcome, a.config.Bucket, answer.Key)
	before := map[string]contract.Record{}
	for _, line := range old {
		before[line.CaseName] = line
	}
	now := "NOW"
	if answer.Outcome == contract.OutcomeStored {
		now = fmt.Sprintf("REVISION %d", answer.Records[0].Revision)
	}
	heading := []string{"CASE", fmt.Sprintf("REVISION %d", old[0].Revision), now, "CHANGE"}
	var rows [][]string
	for _, line := range answer.Records {
		row := []string{line.CaseName, none, shownCount(line), ""}
		if was, known := before[line.CaseName]; known {
			row[1] = shownCount(was)
			if was.Count != nil && line.Count != nil && *line.Count != *was.Count {
				row[3] = fmt.Sprintf("%+d", *line.Count-*was.Count)
			}
		}
		rows = append(rows, row)
	}
	pageFor(out).grid(heading, rows, 1, 2, 3)
	return nil
}
