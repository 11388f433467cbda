package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/spf13/cobra"

	"tally/infra/assembly"
	"tally/infra/settings"
	"tally/lambda/internal/deadletter"
)

func newFetchCommand() *cobra.Command {
	var environment, synthesized, out string
	command := &cobra.Command{
		Use:   "fetch --env ENV --assembly FOLDER --out FOLDER",
		Short: "Fetch the templates of an environment as they are deployed",
		Long: "Fetch the templates of both stacks of an environment from CloudFormation, as they are deployed, for \"make diff\" and\n" +
			"\"make deploy\" to compare with. It asks with the rights of CDK's look-up role, and changes nothing on AWS. A stack\n" +
			"that is not deployed is left out.",
		Example: "  tally fetch --env dev --assembly cdk.out --out deployed",
		Args:    noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			if environment == "" || synthesized == "" || out == "" {
				return invalid("write --env, --assembly and --out")
			}
			stacks, _, err := deployedStacks(command.Context(), synthesized, environment, command.ErrOrStderr())
			if err != nil {
				return err
			}
			var templates []assembly.Template
			for _, stack := range stacks {
				templates = append(templates, stack.Template)
			}
			return assembly.Write(out, environment, templates)
		},
	}
	flags := command.Flags()
	flags.StringVar(&environment, "env", "", "the environment to ask for")
	addFolder(flags, &synthesized, "assembly", "the folder that synth wrote, which says where the environment is deployed")
	addFolder(flags, &out, "out", "the folder to write")
	completeFlag(flags, "env", new(files).completeEnvironments)
	return command
}

// lookUp is the AWS configuration with the rights of CDK's look-up role where an environment of
// the cloud assembly at folder is deployed, and a stack of it there. Whoever may not take that
// role asks with the own rights, if they are of the same account.
func lookUp(ctx context.Context, folder, environment string, warn io.Writer) (config aws.Config, stack assembly.Stack, err error) {
	stacks, err := assembly.Read(folder)
	if err != nil {
		return config, stack, err
	}
	i := slices.IndexFunc(stacks, func(stack assembly.Stack) bool { return stack.Environment() == environment })
	if i < 0 {
		return config, stack, invalid("%s holds no environment %q", folder, environment)
	}
	stack = stacks[i]
	if config, err = (sourceOptions{}).logIn(ctx, &settings.Environment{Region: stack.Region()}); err != nil {
		return config, stack, err
	}
	client := sts.NewFromConfig(config)
	caller, err := client.GetCallerIdentity(ctx, nil)
	if err != nil {
		return config, stack, fmt.Errorf("ask AWS whose credentials these are: %w", err)
	}
	identity, err := arn.Parse(aws.ToString(caller.Arn))
	if err != nil {
		return config, stack, fmt.Errorf("ask AWS whose credentials these are: %w", err)
	}
	account, own := stack.Account(), aws.ToString(caller.Account)
	role := strings.NewReplacer("${AWS::Partition}", identity.Partition, "${AWS::AccountId}", own).Replace(stack.LookupRole)
	provider := aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(client, role, func(o *stscreds.AssumeRoleOptions) { o.RoleSessionName = "tally" }))
	if _, err := provider.Retrieve(ctx); err == nil {
		config.Credentials = provider
	} else if account == own || account == unknownAccount {
		fmt.Fprintf(warn, "cannot use the look-up role %s, so your own rights must do: %v\n", role, err)
	} else {
		return config, stack, errors.Join(fmt.Errorf("these credentials are of account %s, and %s is deployed in %s", own, environment, account), err)
	}
	return config, stack, nil
}

// unknownAccount is the caller's, if the environment names none (CDK, UNKNOWN_ACCOUNT of cx-api).
const unknownAccount = "unknown-account"

// The stacks of an environment, as infra names them.
const (
	dataStack    = "Data"
	counterStack = "Counter"
)

// deployedStack is a stack as CloudFormation has it.
type deployedStack struct {
	assembly.Template
	status  types.StackStatus
	outputs map[string]string
}

// stackName is the name of a part's stack on AWS.
func stackName(environment settings.Environment, part string) string {
	return environment.AWSName() + "-" + strings.ToLower(part)
}

// deployedStacks are both stacks on AWS of an environment of the cloud assembly at folder, by
// their part, also if one is no longer synthesized. One that is not deployed is missing. They
// are read with the rights to look, whose configuration is returned, too.
func deployedStacks(ctx context.Context, folder, environment string, warn io.Writer) (map[string]deployedStack, aws.Config, error) {
	config, here, err := lookUp(ctx, folder, environment, warn)
	if err != nil {
		return nil, config, err
	}
	client := cloudformation.NewFromConfig(config)
	found := map[string]deployedStack{}
	for _, part := range []string{dataStack, counterStack} {
		name := stackName(settings.Environment{Name: environment}, part)
		stack, err := readStack(ctx, client, name)
		if err != nil {
			return nil, config, fmt.Errorf("ask CloudFormation for stack %s: %w", name, err)
		}
		if stack != nil {
			stack.Name, stack.Target = environment+"/"+part, here.Target
			found[part] = *stack
		}
	}
	return found, config, nil
}

// describeStack is what CloudFormation says of a stack. Without an answer it has no status.
func describeStack(ctx context.Context, client *cloudformation.Client, name string) (stack types.Stack, outputs map[string]string, err error) {
	answer, err := client.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &name})
	if err != nil || len(answer.Stacks) == 0 {
		return stack, nil, err
	}
	outputs = map[string]string{}
	for _, output := range answer.Stacks[0].Outputs {
		outputs[aws.ToString(output.OutputKey)] = aws.ToString(output.OutputValue)
	}
	return answer.Stacks[0], outputs, nil
}

// readStack returns nil for a stack that does not exist, or has only a change set.
func readStack(ctx context.Context, client *cloudformation.Client, name string) (*deployedStack, error) {
	described, outputs, err := describeStack(ctx, client, name)
	if isMissing(err) || err == nil && (described.StackStatus == "" || described.StackStatus == types.StackStatusReviewInProgress) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	template, err := client.GetTemplate(ctx, &cloudformation.GetTemplateInput{StackName: &name, TemplateStage: types.TemplateStageOriginal})
	if err != nil {
		return nil, err
	}
	stack := &deployedStack{status: described.StackStatus, outputs: outputs}
	stack.StackName, stack.Text = name, aws.ToString(template.TemplateBody)
	if !json.Valid([]byte(stack.Text)) {
		return nil, errors.New("its template is not JSON, so this project did not deploy it")
	}
	stack.TerminationProtection = aws.ToBool(described.EnableTerminationProtection)
	stack.Tags = map[string]string{}
	for _, tag := range described.Tags {
		stack.Tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return stack, nil
}

// isMissing tells whether a stack does not exist, for which CloudFormation has no own code.
func isMissing(err error) bool {
	var answer smithy.APIError
	return errors.As(err, &answer) && answer.ErrorCode() == "ValidationError" && strings.Contains(answer.ErrorMessage(), "does not exist")
}

// queueNames are those of the queues in which events wait for a person, as infra calls them.
var queueNames = []string{"FailedRuns", "Undelivered"}

// queue finds a queue. CloudFormation makes its name; the Counter stack has its URL as an output.
func (d *deployed) queue(ctx context.Context, name string) (deadletter.Queue, error) {
	stack := stackName(d.environment, counterStack)
	_, outputs, err := describeStack(ctx, cloudformation.NewFromConfig(d.aws), stack)
	if err != nil {
		return deadletter.Queue{}, fmt.Errorf("find the queue: %w", err)
	}
	url, known := outputs[name+"QueueUrl"]
	if !known {
		return deadletter.Queue{}, fmt.Errorf("find the queue: stack %s has no output %sQueueUrl", stack, name)
	}
	return deadletter.Queue{Client: sqs.NewFromConfig(d.aws), URL: url, Rules: d.environment.RuleName("")}, nil
}
