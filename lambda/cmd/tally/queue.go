package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"tally/lambda/internal/deadletter"
)

// queueNames are those of the queues in which events wait for a person, as infra calls them.
var queueNames = []string{"FailedRuns", "Undelivered"}

// queue finds a queue. CloudFormation makes its name, and the Counter stack has its URL as an
// output.
func (d *deployed) queue(ctx context.Context, name string) (deadletter.Queue, error) {
	stack := d.environment.AWSName() + "-" + strings.ToLower(counterStack)
	answer, err := cloudformation.NewFromConfig(d.aws).DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &stack})
	if err != nil {
		return deadletter.Queue{}, fmt.Errorf("find the queue: %w", err)
	}
	for _, found := range answer.Stacks {
		for _, output := range found.Outputs {
			if aws.ToString(output.OutputKey) == name+"QueueUrl" {
				return deadletter.Queue{Client: sqs.NewFromConfig(d.aws), URL: aws.ToString(output.OutputValue), Rules: d.environment.RuleName("")}, nil
			}
		}
	}
	return deadletter.Queue{}, fmt.Errorf("find the queue: stack %s has no output %sQueueUrl", stack, name)
}
