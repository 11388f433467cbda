package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"
)

// networkInterfaceActions have no narrower resource (Lambda developer guide,
// "Required IAM permissions" for VPC access).
var networkInterfaceActions = []string{
	"ec2:AssignPrivateIpAddresses",
	"ec2:CreateNetworkInterface",
	"ec2:DeleteNetworkInterface",
	"ec2:DescribeNetworkInterfaces",
	"ec2:DescribeSubnets",
	"ec2:UnassignPrivateIpAddresses",
}

// allowAttaching lets Lambda attach the function to the VPC.
func allowAttaching() awsiam.PolicyStatement {
	return allow("AttachToVPC", networkInterfaceActions, jsii.String("*"))
}

// denyAttaching denies the same to the function's own code. The condition's key is only
// in requests from within the function, not in those that Lambda makes to attach it
// (Lambda developer guide, "Giving Lambda functions access to resources in an Amazon
// VPC", best practices, and "Using source function ARN to control function access
// behavior"). The ARN is made of the function's name: a reference would be a cycle,
// since the function needs the role first.
func denyAttaching(stack awscdk.Stack, function string) awsiam.PolicyStatement {
	source := map[string]*string{"lambda:SourceFunctionArn": colonARN(stack, "lambda", "function", function)}
	statement := allowIf(map[string]any{"ArnEquals": source}, "NotFromCode", networkInterfaceActions, jsii.String("*"))
	statement.SetEffect(awsiam.Effect_DENY)
	return statement
}
