package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"text/tabwriter"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/spf13/cobra"

	"tally/infra/settings"
	"tally/lambda/contract"
	"tally/lambda/internal/store"
	"tally/lambda/job"
)

func newVerifyCommand() *cobra.Command {
	var files files
	var asJSON bool
	command := &cobra.Command{
		Use:   "verify --env ENV",
		Short: "Have the deployed functions prove that they can count every job",
		Long: "Have the deployed functions prove that they can count every job: each logs in to the database and prepares what it\n" +
			"would send, or lists the bucket, and neither counts nor stores. Addresses that have not confirmed that they\n" +
			"want the alarms, or what is told of checks, are named, and what others must set up for checks is shown. At the end the monitor begins a sweep, so that it knows the jobs that are deployed.\n" +
			"This machine's AWS credentials must be allowed to invoke the functions.",
		Example: "  tally verify --env dev",
		Args:    noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			if files.environment == "" {
				return invalid("which environment? write for example: tally verify --env dev")
			}
			loaded, err := files.load()
			if err != nil {
				return err
			}
			out := command.OutOrStdout()
			if asJSON {
				out = io.Discard
			}
			facts, err := verify(command.Context(), out, loaded.Environments[0], loaded.Jobs)
			if asJSON && facts.Environment != "" { // else nothing was asked
				err = errors.Join(err, printJSON(command.OutOrStdout(), facts))
			}
			return err
		},
	}
	files.addFlagsOfOne(command.Flags())
	addJSON(command.Flags(), &asJSON)
	return command
}

// verification is what --json prints.
type verification struct {
	Environment string        `json:"environment"`
	Region      string        `json:"region"`
	Jobs        []verifiedJob `json:"jobs"`
	Unconfirmed []string      `json:"unconfirmed"` // addresses that a topic does not reach yet
	SweepBegun  bool          `json:"sweep_begun"`
}

type verifiedJob struct {
	Job    string                 `json:"job"`
	Error  string                 `json:"error,omitempty"` // why it cannot be counted
	Answer *contract.DryRunAnswer `json:"answer"`          // of its counter; null if it cannot be counted
}

// unreadable is what the function says of a secret that it cannot read.
var unreadable = regexp.MustCompile(`read secret arn:\S+: `)

// verify prints what it finds as it goes on, and returns it.
func verify(ctx context.Context, out io.Writer, environment settings.Environment, jobs job.File) (verification, error) {
	deployed, err := findDeployed(ctx, environment)
	if err != nil {
		return verification{}, err
	}
	facts, paint := verification{Environment: environment.Name, Region: environment.Region, Unconfirmed: []string{}}, painterFor(out)
	fmt.Fprintf(out, "%s: asking its counters in %s\n", environment.Name, environment.Region)
	failed, secrets := 0, map[string]string{} // jobs, by the secret that they could not read
	for _, j := range jobs.Jobs {
		answer, err := deployed.dryRun(ctx, j)
		if err == nil && answer.JobSHA256 != j.SHA256() {
			err = fmt.Errorf("what is deployed is another definition than the jobs file has; run make deploy ENV=%s", environment.Name)
		}
		if err != nil {
			failed++
			facts.Jobs = append(facts.Jobs, verifiedJob{Job: j.Name, Error: err.Error()})
			secret := unreadable.FindString(err.Error())
			if first, told := secrets[secret]; told && secret != "" {
				fmt.Fprintf(out, "  %s %s either: it needs the same secret as %s\n", j.Name, paint.bad("cannot be counted"), first)
				continue
			}
			secrets[secret] = j.Name
			fmt.Fprintf(out, "  %s %s: %v\n", j.Name, paint.bad("cannot be counted"), err)
			continue
		}
		facts.Jobs = append(facts.Jobs, verifiedJob{Job: j.Name, Answer: &answer})
		if err := printDryRun(out, j, answer); err != nil {
			return facts, err
		}
	}
	pending, err := deployed.unconfirmed(ctx)
	for _, topic := range pending {
		for _, address := range topic.addresses {
			fmt.Fprintf(out, "%s %s: nothing of %s reaches it until somebody follows the link in the mail from AWS\n", address, paint.doubt("has not confirmed yet"), topic.topic.Resource)
		}
	}
	facts.Unconfirmed = append(facts.Unconfirmed, addressesOf(pending)...)
	deployed.adviseOnChecks(ctx, out, jobs)
	notBegun := deployed.beginSweep(ctx)
	facts.SweepBegun = notBegun == nil
	err = errors.Join(err, notBegun)
	if failed > 0 {
		return facts, errors.Join(err, fmt.Errorf("%d of %s cannot be counted", failed, amount(len(jobs.Jobs), "job")))
	}
	fmt.Fprintf(out, "%s %s\n", amount(len(jobs.Jobs), "job"), paint.good("can be counted"))
	return facts, err
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
		fmt.Fprintf(table, "  \t%s %s\n", painterFor(out).doubt("warning:"), warning)
	}
	return table.Flush()
}

// adviseOnChecks prints what the owners of a bucket and of a topic that exist must set up, so
// that records are checked at once and somebody is told.
func (d *deployed) adviseOnChecks(ctx context.Context, out io.Writer, jobs job.File) {
	if bucket := d.environment.Results.Bucket; bucket != "" && d.environment.Checked(jobs) && !d.tellsEventBridge(ctx, bucket) {
		fmt.Fprintf(out, addEventBridge, bucket)
	}
	topic, err := arn.Parse(d.environment.Notify.TopicARN)
	if err != nil || !d.environment.Tells(jobs) {
		return
	}
	role, err := arn.Parse(d.role)
	if err == nil && topic.AccountID != role.AccountID {
		fmt.Fprintf(out, letPublish, topic.Resource, topic.AccountID, role.Partition, role.AccountID, topic, sameRole(d.role))
	}
}

// tellsEventBridge tells whether a bucket is known to tell EventBridge of new objects. Not
// everybody may ask.
func (d *deployed) tellsEventBridge(ctx context.Context, bucket string) bool {
	set, err := store.NewClient(d.aws).GetBucketNotificationConfiguration(ctx, &s3.GetBucketNotificationConfigurationInput{Bucket: &bucket})
	return err == nil && set.EventBridgeConfiguration != nil
}

// sameRole matches the role also after its stack was deleted and deployed again: only the end
// of its name, which CloudFormation adds, is another then.
func sameRole(role string) string { return role[:strings.LastIndex(role, "-")+1] + "*" }

// addEventBridge keeps the other notifications of a bucket. Without any, AWS's command prints
// nothing, which jq -s takes for null.
const addEventBridge = `bucket %[1]s is not known to tell EventBridge of new records: the hourly sweep checks them. To have them checked at once, add
EventBridge to the bucket's notifications (the last command replaces all of them). Events of another account's bucket stay there.
  aws s3api get-bucket-notification-configuration --bucket %[1]s > notifications.json &&
  jq -s '.[0] + {EventBridgeConfiguration: {}}' notifications.json > with-eventbridge.json &&
  aws s3api put-bucket-notification-configuration --bucket %[1]s --notification-configuration file://with-eventbridge.json
`

// letPublish names the account, and the role by a condition: a policy that names a role itself
// ends with that role.
const letPublish = `topic %[1]s belongs to account %[2]s: nobody is told of checks unless the topic's policy holds this statement
  {"Effect": "Allow", "Principal": {"AWS": "arn:%[3]s:iam::%[4]s:root"},
   "Action": "sns:Publish", "Resource": "%[5]s",
   "Condition": {"ArnLike": {"aws:PrincipalArn": "%[6]s"}}}
`
