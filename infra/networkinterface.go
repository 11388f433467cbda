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

// networkInterfaces lets Lambda attach the function to the VPC.
func networkInterfaces() awsiam.PolicyStatement {
	return allow("AttachToVPC", networkInterfaceActions, jsii.String("*"))
}

// denyNetworkInterfaces keeps the function's own code from what Lambda needs: the
// condition's key is there only in requests from within the function, not in those
// that Lambda makes to attach it (Lambda developer guide, "Giving Lambda functions
// access to resources in an Amazon VPC", best practices, and "Using source function
// ARN to control function access behavior").
func denyNetworkInterfaces(functionARN *string) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        jsii.String("NotFromCode"),
		Effect:     awsiam.Effect_DENY,
		Actions:    jsii.Strings(networkInterfaceActions...),
		Resources:  jsii.Strings("*"),
		Conditions: &map[string]any{"ArnEquals": map[string]*string{"lambda:SourceFunctionArn": functionARN}},
	})
}

// functionARN is made of the function's name: a reference would be a cycle, since
// the function needs the role first.
func functionARN(stack awscdk.Stack, props CounterProps) *string {
	return stack.FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("lambda"), Resource: jsii.String("function"),
		ResourceName: jsii.String(props.Environment.AWSName()), ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
	})
}
