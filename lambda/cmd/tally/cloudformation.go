package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"

	"tally/infra/assembly"
	"tally/infra/settings"
	"tally/lambda/internal/deadletter"
)

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
