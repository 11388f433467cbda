package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// orderTeardown has AWS delete the first before the second, and so on: CloudFormation deletes
// what depends on something before that. Of a function in a VPC the order is function,
// security group, role: Lambda removes the function's network interfaces with the role's
// rights, some while after the function, and the group cannot go before they do.
func orderTeardown(order ...constructs.IConstruct) {
	for i := range order[1:] {
		first, second := order[i].Node().DefaultChild().(awscdk.CfnResource), order[i+1].Node().DefaultChild().(awscdk.CfnResource)
		first.AddResourceDependency(second, nil)
	}
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
