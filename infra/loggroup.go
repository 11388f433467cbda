package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// newLogGroup adds the log of a function. It is deleted with the stack.
func newLogGroup(scope constructs.Construct, function string, days int) awslogs.LogGroup {
	group := awslogs.NewLogGroup(scope, jsii.String("Logs"), &awslogs.LogGroupProps{
		LogGroupName:  jsii.String("/aws/lambda/" + function),
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
	// The construct takes names of periods. Settings have days, already checked.
	group.Node().DefaultChild().(awslogs.CfnLogGroup).SetRetentionInDays(jsii.Number(days))
	return group
}
