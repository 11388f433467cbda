package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"

	"tally/infra/assembly"
	"tally/infra/settings"
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

// deployedStacks are both stacks of the environment on AWS, also if one is no longer
// synthesized, by their part. One that is not deployed is missing.
func deployedStacks(ctx context.Context, config aws.Config, environment, target string) (map[string]deployedStack, error) {
	client := cloudformation.NewFromConfig(config)
	found := map[string]deployedStack{}
	for _, part := range []string{dataStack, counterStack} {
		name := settings.Environment{Name: environment}.AWSName() + "-" + strings.ToLower(part)
		stack, err := readStack(ctx, client, name)
		if err != nil {
			return nil, fmt.Errorf("ask CloudFormation for stack %s: %w", name, err)
		}
		if stack != nil {
			stack.Name, stack.Target = environment+"/"+part, target
			found[part] = *stack
		}
	}
	return found, nil
}

// readStack returns nil for a stack that does not exist, or that only a change set was
// made for.
func readStack(ctx context.Context, client *cloudformation.Client, name string) (*deployedStack, error) {
	answer, err := client.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &name})
	if isMissing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if len(answer.Stacks) == 0 || answer.Stacks[0].StackStatus == types.StackStatusReviewInProgress {
		return nil, nil
	}
	template, err := client.GetTemplate(ctx, &cloudformation.GetTemplateInput{StackName: &name, TemplateStage: types.TemplateStageOriginal})
	if err != nil {
		return nil, err
	}
	stack := &deployedStack{status: answer.Stacks[0].StackStatus, outputs: map[string]string{}}
	stack.StackName, stack.Text = name, aws.ToString(template.TemplateBody)
	if !json.Valid([]byte(stack.Text)) {
		return nil, errors.New("its template is not JSON, so this project did not deploy it")
	}
	stack.TerminationProtection = aws.ToBool(answer.Stacks[0].EnableTerminationProtection)
	stack.Tags = map[string]string{}
	for _, tag := range answer.Stacks[0].Tags {
		stack.Tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	for _, output := range answer.Stacks[0].Outputs {
		stack.outputs[aws.ToString(output.OutputKey)] = aws.ToString(output.OutputValue)
	}
	return stack, nil
}

// isMissing tells whether a stack does not exist, for which CloudFormation has no code
// of its own.
func isMissing(err error) bool {
	var answer smithy.APIError
	return errors.As(err, &answer) && answer.ErrorCode() == "ValidationError" && strings.Contains(answer.ErrorMessage(), "does not exist")
}
