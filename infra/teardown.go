package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// orderTeardown has AWS delete the function first, then its security group, then its
// role: CloudFormation deletes what depends on something before that. Lambda removes
// the function's network interfaces with the role's rights, some while after the
// function, and the group cannot go before they do. scope is the function's.
func orderTeardown(scope constructs.Construct, function awslambda.Function) {
	found := scope.Node().TryFindChild(jsii.String("SecurityGroup"))
	if found == nil { // no network
		return
	}
	resource := func(construct constructs.IConstruct) awscdk.CfnResource {
		return construct.Node().DefaultChild().(awscdk.CfnResource)
	}
	group := resource(found)
	resource(function).AddResourceDependency(group, nil)
	group.AddResourceDependency(resource(function.Role()), nil)
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
