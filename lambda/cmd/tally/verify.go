package main

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tally/infra/settings"
	"tally/lambda/contract"
	"tally/lambda/job"
)

func newVerifyCommand() *cobra.Command {
	var files files
	command := &cobra.Command{
		Use:   "verify --env ENV",
		Short: "Have the deployed functions prove that they can count every job",
		Long: "Have the deployed functions prove that they can count every job: each logs in to the database and prepares what it\n" +
			"would send, or lists the bucket, and neither counts nor stores. Addresses that have not confirmed that they\n" +
			"want the alarms are named. At the end the monitor begins a sweep, so that it knows the jobs that are deployed.\n" +
			"This machine's AWS credentials must be allowed to invoke the functions.",
		Example: "  tally verify --env dev",
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			if files.environment == "" {
				return invalidError{errors.New("which environment? write for example: tally verify --env dev")}
			}
			loaded, err := files.load()
			if err != nil {
				return err
			}
			return verify(command, loaded.Environments[0], loaded.Jobs.Jobs)
		},
	}
	files.addFlags(command.Flags())
	return command
}

// unreadable is what the function says of a secret that it cannot read.
var unreadable = regexp.MustCompile(`read secret arn:\S+: `)

func verify(command *cobra.Command, environment settings.Environment, jobs []job.Job) error {
	ctx, out := command.Context(), command.OutOrStdout()
	deployed, err := findDeployed(ctx, environment)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: asking its counters in %s\n", environment.Name, environment.Region)
	failed, secrets := 0, map[string]string{} // jobs, by the secret that they could not read
	for _, j := range jobs {
		answer, err := deployed.dryRun(ctx, j)
		if err == nil && answer.JobSHA256 != j.SHA256() {
			err = fmt.Errorf("what is deployed is another definition than the jobs file has; run make deploy ENV=%s", environment.Name)
		}
		if err != nil {
			failed++
			secret := unreadable.FindString(err.Error())
			if first, told := secrets[secret]; told && secret != "" {
				fmt.Fprintf(out, "  %s cannot be counted either: it needs the same secret as %s\n", j.Name, first)
				continue
			}
			secrets[secret] = j.Name
			fmt.Fprintf(out, "  %s cannot be counted: %v\n", j.Name, err)
			continue
		}
		if err := printDryRun(out, j, answer); err != nil {
			return err
		}
	}
	pending, err := deployed.unconfirmed(ctx)
	for _, address := range pending {
		fmt.Fprintf(out, "%s has not confirmed yet: no alarm reaches it until somebody follows the link in the mail from AWS\n", address)
	}
	err = errors.Join(err, deployed.beginSweep(ctx))
	if failed > 0 {
		return errors.Join(err, fmt.Errorf("%d of %s cannot be counted", failed, amount(len(jobs), "job")))
	}
	fmt.Fprintf(out, "%s can be counted\n", amount(len(jobs), "job"))
	return err
}

// printDryRun prints what a job would count, and where.
func printDryRun(out io.Writer, j job.Job, answer contract.DryRunAnswer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	kind := j.Source.Kind() // which the function knows by the same definition
	when := "the state at its slot"
	if answer.WindowFrom != nil {
		const layout = "2006-01-02 15:04 MST"
		when = answer.WindowFrom.In(j.Zone).Format(layout) + " to before " + answer.WindowTo.In(j.Zone).Format(layout)
	}
	fmt.Fprintf(table, "  %s\t%s %s\n", j.Name, kind, sourceKinds[kind].where(j.Source))
	fmt.Fprintf(table, "  \t%s\n", when)
	fmt.Fprintf(table, "  \t%s\n", strings.Join(answer.Cases, ", "))
	for _, warning := range answer.Warnings {
		fmt.Fprintf(table, "  \twarning: %s\n", warning)
	}
	return table.Flush()
}
