package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"tally/infra/settings"
	"tally/lambda/contract"
	"tally/lambda/internal/pause"
	"tally/lambda/internal/store"
	"tally/lambda/internal/sweep"
	"tally/lambda/job"
)

// deployed is an environment on AWS.
type deployed struct {
	environment settings.Environment
	functions   *lambda.Client
	invoker     *sweep.Client // waits for functions
	subscribed  []subscribed  // to the environment's own topics
	aws         aws.Config
	variables   map[string]string // of the monitor
	role        string            // its ARN, of the monitor
}

// subscribed are the addresses that a topic should send to.
type subscribed struct {
	topic     arn.ARN
	addresses []string
}

// monitor is what the stack tells the monitor: the results bucket, the counters, their timeout.
func (d *deployed) monitor() (contract.MonitorConfig, error) {
	config, err := contract.ParseMonitorConfig(d.variables[contract.ConfigVariable])
	if err != nil {
		return config, fmt.Errorf("read the variables of %s, which another version may have deployed: %w", d.environment.MonitorName(), err)
	}
	return config, nil
}

// records is the results bucket, and what the monitor is told.
func (d *deployed) records() (*store.Store, contract.MonitorConfig, error) {
	config, err := d.monitor()
	return store.New(store.NewClient(d.aws), config.Bucket), config, err
}

var errNotDeployed = errors.New("there is no function")

// findDeployed finds the monitor, which each environment has. Its ARN names the account.
func findDeployed(ctx context.Context, environment settings.Environment) (*deployed, error) {
	config, err := sourceOptions{}.logIn(ctx, &environment)
	if err != nil {
		return nil, err
	}
	return findDeployedAs(ctx, config, environment)
}

// findDeployedAs does the same with the rights of a configuration.
func findDeployedAs(ctx context.Context, config aws.Config, environment settings.Environment) (*deployed, error) {
	d := &deployed{environment: environment, functions: lambda.NewFromConfig(config), invoker: sweep.NewClient(config), aws: config}
	name := environment.MonitorName()
	found, err := d.functions.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &name})
	if missing := (*types.ResourceNotFoundException)(nil); errors.As(err, &missing) {
		return nil, fmt.Errorf("%w %s in %s; run make deploy ENV=%s first", errNotDeployed, name, environment.Region, environment.Name)
	}
	var topic arn.ARN
	if err == nil {
		topic, err = arn.Parse(aws.ToString(found.FunctionArn))
	}
	if err != nil {
		return nil, fmt.Errorf("find function %s: %w", name, err)
	}
	if found.Environment != nil {
		d.variables = found.Environment.Variables
	}
	d.role = aws.ToString(found.Role)
	topic.Service, topic.Resource = "sns", environment.TopicName()
	d.subscribed = append(d.subscribed, subscribed{topic, environment.Alarms.Email})
	// A monitor whose variables another version wrote is taken for one that tells of no checks.
	if config, err := d.monitor(); err == nil && config.ChecksTopic != "" {
		topic.Resource = environment.ChecksTopicName()
		d.subscribed = append(d.subscribed, subscribed{topic, environment.Told()})
	}
	return d, nil
}

// dryRun asks a job's counter whether it could count the job.
func (d *deployed) dryRun(ctx context.Context, j job.Job) (answer contract.DryRunAnswer, err error) {
	err = d.call(ctx, d.environment.Counter(j.Source), map[string]any{"job": j.Name, "dryRun": true}, &answer)
	return answer, err
}

// beginSweep has the monitor sweep, and does not wait for it: it sees which jobs are deployed
// now, so that each is watched from its next slot on.
func (d *deployed) beginSweep(ctx context.Context) error {
	function := d.environment.MonitorName()
	_, err := d.functions.Invoke(ctx, &lambda.InvokeInput{
		FunctionName: &function, InvocationType: types.InvocationTypeEvent, Payload: []byte(contract.SweepEvent),
	})
	if err != nil {
		return fmt.Errorf("begin a sweep: invoke %s: %w", function, err)
	}
	return nil
}

// unconfirmed are, of each of the environment's own topics, the addresses that have not
// confirmed their subscription.
func (d *deployed) unconfirmed(ctx context.Context) (pending []subscribed, err error) {
	for _, to := range d.subscribed {
		if to.addresses, err = d.unconfirmedOf(ctx, to); err != nil {
			return nil, err
		}
		pending = append(pending, to)
	}
	return pending, nil
}

// addressesOf are the addresses of all topics, each once.
func addressesOf(topics []subscribed) (addresses []string) {
	for _, topic := range topics {
		addresses = append(addresses, topic.addresses...)
	}
	slices.Sort(addresses)
	return slices.Compact(addresses)
}

// unconfirmedOf are those of one topic. SNS deletes a subscription that is not confirmed in
// time (SNS API, Subscribe).
func (d *deployed) unconfirmedOf(ctx context.Context, to subscribed) ([]string, error) {
	if len(to.addresses) == 0 {
		return nil, nil
	}
	confirmed := map[string]bool{}
	pages := sns.NewListSubscriptionsByTopicPaginator(sns.NewFromConfig(d.aws), &sns.ListSubscriptionsByTopicInput{TopicArn: aws.String(to.topic.String())})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the subscriptions of %s: %w", to.topic, err)
		}
		for _, subscription := range page.Subscriptions {
			if arn.IsARN(aws.ToString(subscription.SubscriptionArn)) { // else PendingConfirmation or Deleted
				confirmed[aws.ToString(subscription.Endpoint)] = true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(to.addresses), func(address string) bool { return confirmed[address] }), nil
}

// The tries of an invocation that Lambda refuses for now, or that has no answer. A slot that
// was counted all the same is not counted twice: the next try finds its record.
const mostTries = 8

// firstPause is doubled after each try, to half a minute in all.
var firstPause = 250 * time.Millisecond

// errRefused means that Lambda did not begin an invocation, for as long as it was tried. That
// says nothing about the slot.
var errRefused = errors.New("refused by Lambda")

// call invokes a function and waits for its end. An error of the function is its message alone.
func (d *deployed) call(ctx context.Context, function string, event, answer any) error {
	payload, err := json.Marshal(event)
	if err != nil {
		return fmt.Errorf("encode the event: %w", err)
	}
	reply, err := d.invoke(ctx, function, payload)
	if err != nil {
		return d.notInvoked(ctx, function, err)
	}
	if reply.Failed {
		var failure struct{ ErrorMessage string }
		if err := json.Unmarshal(reply.Payload, &failure); err != nil || failure.ErrorMessage == "" {
			return fmt.Errorf("%s failed, and answered %s", function, reply.Payload)
		}
		return errors.New(failure.ErrorMessage)
	}
	if err := json.Unmarshal(reply.Payload, answer); err != nil {
		return fmt.Errorf("read the answer of %s: %w", function, err)
	}
	return nil
}

func (d *deployed) invoke(ctx context.Context, function string, payload []byte) (sweep.Reply, error) {
	wait := firstPause
	for try := 1; ; try++ {
		reply, err := d.invoker.Invoke(ctx, function, payload)
		if err == nil || ctx.Err() != nil || try == mostTries || !sweep.NotStarted(err) && !sweep.IsTemporary(err) {
			return reply, err
		}
		if !pause.For(ctx, wait) {
			return reply, err
		}
		wait *= 2
	}
}

// notInvoked is an error of an invocation in words.
func (d *deployed) notInvoked(ctx context.Context, function string, err error) error {
	answer, cut := new(sweep.APIError), new(url.Error)
	switch errors.As(err, &answer); {
	case ctx.Err() != nil:
		return fmt.Errorf("interrupted: what %s still counts is stored all the same: %w", function, ctx.Err())
	case sweep.NotStarted(err):
		return fmt.Errorf("%w: %s has no room (max_concurrency, or the account's limit) or is being deployed (%s)", errRefused, function, answer.Kind)
	case answer.Status == http.StatusNotFound:
		return fmt.Errorf("there is no function %s; run make deploy ENV=%s", function, d.environment.Name)
	case answer.Status == http.StatusForbidden:
		return fmt.Errorf("AWS does not allow to invoke %s; needs lambda:InvokeFunction", function)
	case errors.As(err, &cut):
		err = fmt.Errorf("no answer: %w", cut.Err)
	}
	return fmt.Errorf("invoke %s: %w", function, err)
}
