package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
)

func newStatusCommand() *cobra.Command {
	var files files
	var asJSON bool
	command := &cobra.Command{
		Use:   "status --env ENV",
		Short: "Say how an environment is, and what needs a person",
		Long: "Say how an environment is: the last slot of each job against what is usual, slots without a record, what waits in the\n" +
			"queues and why, the last sweep, alarms that are on, and addresses that have not confirmed. What cannot be read is\n" +
			"named with the right that is missing. The exit status is 1 if something needs a person, and the last line says what.",
		Example: "  tally status --env prod\n  tally status --env prod --json",
		Args:    noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			a, err := files.openArchive(command, nil)
			if err != nil {
				return err
			}
			facts := readStatus(command.Context(), a, time.Now().UTC())
			out := command.OutOrStdout()
			if asJSON {
				if err := printJSON(out, facts); err != nil {
					return err
				}
			} else {
				pageFor(out).status(facts)
			}
			if len(facts.Needs) == 0 {
				return nil
			}
			return fmt.Errorf("needs a person: %s", strings.Join(facts.Needs, "; "))
		},
	}
	files.addFlagsOfOne(command.Flags())
	addJSON(command.Flags(), &asJSON)
	return command
}

// statusTime is enough to read everything. At night nobody waits longer to learn that a part
// cannot be read.
const statusTime = time.Minute

// readStatus reads all parts at once. One that fails does not keep the others from being
// shown.
func readStatus(ctx context.Context, a archive, now time.Time) statusFacts {
	ctx, cancel := context.WithTimeout(ctx, statusTime)
	defer cancel()
	facts := statusFacts{ // [] in JSON, not null
		Environment: a.environment.Name, Region: a.environment.Region, Time: now, Queues: make([]queueFacts, len(queueNames)),
		Jobs: []lastFacts{}, Gaps: []gapFacts{}, Alarms: []alarmFacts{}, Unconfirmed: []string{}, Unreadable: []unreadFacts{}, Needs: []string{},
	}
	parts := []struct {
		name string
		read func() error
	}{
		{"the records", func() error { return facts.readJobs(ctx, a) }},
		{"queue " + queueNames[0], func() error { return facts.Queues[0].read(ctx, a.deployed, queueNames[0]) }},
		{"queue " + queueNames[1], func() error { return facts.Queues[1].read(ctx, a.deployed, queueNames[1]) }},
		{"the sweeps", func() error { return facts.readSweeps(ctx, a.deployed) }},
		{"the alarms", func() error { return facts.readAlarms(ctx, a.deployed) }},
		{"the addresses of alarms", func() error {
			pending, err := a.deployed.unconfirmed(ctx)
			facts.Unconfirmed = append(facts.Unconfirmed, addressesOf(pending)...)
			return err
		}},
	}
	failures := make([]error, len(parts))
	var reading sync.WaitGroup
	for i, part := range parts {
		reading.Go(func() { failures[i] = part.read() })
	}
	reading.Wait()
	for i, err := range failures {
		if err != nil {
			facts.Unreadable = append(facts.Unreadable, unreadFacts{Part: parts[i].name, Error: legible(inWords(err)), Needs: missingRight(err)})
		}
	}
	facts.explainGaps()
	facts.judge()
	return facts
}
