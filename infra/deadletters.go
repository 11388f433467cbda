package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
)

// deadLetters are the two queues in which a slot waits for a person, so that nothing that
// fails is dropped.
type deadLetters struct {
	undelivered awssqs.Queue // events that EventBridge could not hand to Lambda
	failedRuns  awssqs.Queue // events whose every run failed
}

func newDeadLetters(stack awscdk.Stack) deadLetters {
	return deadLetters{
		undelivered: newDeadLetterQueue(stack, "Undelivered", "Events that EventBridge could not deliver"),
		failedRuns:  newDeadLetterQueue(stack, "FailedRuns", "Events whose every run failed"),
	}
}

func newDeadLetterQueue(stack awscdk.Stack, id, description string) awssqs.Queue {
	queue := awssqs.NewQueue(stack, jsii.String(id), &awssqs.QueueProps{
		Encryption:      awssqs.QueueEncryption_SQS_MANAGED,
		EnforceSSL:      jsii.Bool(true),
		RetentionPeriod: awscdk.Duration_Days(jsii.Number(14)), // the longest that SQS keeps
	})
	acknowledge(queue, "AwsSolutions-SQS3",
		"This queue is a dead-letter queue itself, of EventBridge, Scheduler or Lambda, which cdk-nag does not follow. Nothing reads it but a person, so no message can fail in it.")
	output(stack, id+"QueueUrl", description, queue.QueueUrl())
	return queue
}

// sendFailedRuns has Lambda send events whose every run failed to the queue. CDK's own
// destination would allow more than that takes.
func sendFailedRuns(function awslambda.Function, queue awssqs.IQueue) {
	function.AddToRolePolicy(allow("", []string{"sqs:SendMessage"}, queue.QueueArn()))
	config := function.Node().FindChild(jsii.String("EventInvokeConfig")).Node().DefaultChild().(awslambda.CfnEventInvokeConfig)
	config.SetDestinationConfig(awslambda.CfnEventInvokeConfig_DestinationConfigProperty{
		OnFailure: awslambda.CfnEventInvokeConfig_OnFailureProperty{Destination: queue.QueueArn()},
	})
}
