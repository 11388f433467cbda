package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/smithy-go"
	"github.com/spf13/cobra"

	"tally/lambda/job"
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
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			if files.environment == "" {
				return invalidError{errors.New("which environment? write for example: tally status --env prod")}
			}
			loaded, err := files.load()
			if err != nil {
				return err
			}
			deployed, err := findDeployed(command.Context(), loaded.Environments[0])
			if err != nil {
				return err
			}
			facts := readStatus(command.Context(), deployed, loaded.Jobs.Jobs, time.Now().UTC())
			out := command.OutOrStdout()
			if asJSON {
				err = printJSON(out, facts)
			} else {
				err = screen{out, widthOf(out), painterFor(out)}.show(facts)
			}
			if err == nil && len(facts.Needs) > 0 {
				err = fmt.Errorf("needs a person: %s", strings.Join(facts.Needs, "; "))
			}
			return err
		},
	}
	files.addFlags(command.Flags())
	command.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return command
}

// statusTime is enough to read everything. At night nobody waits longer to learn that a part
// cannot be read.
const statusTime = time.Minute

// readStatus reads all parts at once. One that fails does not keep the others from being
// shown.
func readStatus(ctx context.Context, deployed *deployed, jobs []job.Job, now time.Time) status {
	ctx, cancel := context.WithTimeout(ctx, statusTime)
	defer cancel()
	facts := status{ // [] in JSON, not null
		Environment: deployed.environment.Name, Region: deployed.environment.Region, Time: now, Queues: make([]queueStatus, len(queueNames)),
		Jobs: []jobStatus{}, Gaps: []gap{}, Alarms: []alarmStatus{}, Unconfirmed: []string{}, Unreadable: []unread{}, Needs: []string{},
	}
	parts := []struct {
		name string
		read func() error
	}{
		{"the records", func() error { return facts.readJobs(ctx, deployed, jobs) }},
		{"queue " + queueNames[0], func() error { return facts.Queues[0].read(ctx, deployed, queueNames[0]) }},
		{"queue " + queueNames[1], func() error { return facts.Queues[1].read(ctx, deployed, queueNames[1]) }},
		{"the sweeps", func() error { return facts.readSweeps(ctx, deployed) }},
		{"the alarms", func() error { return facts.readAlarms(ctx, deployed) }},
		{"the addresses of alarms", func() error {
			pending, err := deployed.unconfirmed(ctx)
			facts.Unconfirmed = append(facts.Unconfirmed, pending...)
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
			facts.Unreadable = append(facts.Unreadable, unread{Part: parts[i].name, Error: legible(err.Error()), Needs: missingRight(err)})
		}
	}
	facts.explainGaps()
	facts.judge()
	return facts
}

// missingRight is the IAM action that AWS did not allow; empty if an error has another reason.
func missingRight(err error) string {
	var refusal smithy.APIError
	var operation *smithy.OperationError
	if !errors.As(err, &refusal) || !errors.As(err, &operation) {
		return ""
	}
	denied := func(word string) bool { return strings.Contains(refusal.ErrorCode(), word) }
	if !slices.ContainsFunc([]string{"AccessDenied", "Authorization", "Forbidden"}, denied) {
		return ""
	}
	action := strings.ToLower(operation.Service()) + ":" + operation.Operation()
	return strings.Replace(action, "s3:ListObjectsV2", "s3:ListBucket", 1)
}
