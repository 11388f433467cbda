package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// attachment has a function's properties that put it into the VPC. It is empty outside.
type attachment struct {
	vpc        awsec2.IVpc
	subnets    *awsec2.SubnetSelection
	group      awsec2.SecurityGroup
	groups     *[]awsec2.ISecurityGroup // the same, as a function takes it
	secretsURL *string                  // of an endpoint of Secrets Manager; nil if there is none for the function
}

// newAttachment adds the security group of the counter in the VPC and opens the ways out of
// it: database connections, and HTTPS, which the subnets route to the S3 gateway endpoint.
// That rule is for all addresses, since those of S3 differ by region and would have to be
// looked up.
func newAttachment(stack awscdk.Stack, scope constructs.Construct, props CounterProps, p placement) attachment {
	vpc, subnets := props.Data.Network.VPC(scope)
	group := newSecurityGroup(scope, vpc, "Tally function: no ingress")
	group.AddEgressRule(awsec2.Peer_AnyIpv4(), awsec2.Port_HTTPS(), jsii.String("S3 through the gateway endpoint"), nil)
	output(stack, "SecurityGroupId", "The security group of the counter in the VPC: allow it where ingress is external", group.SecurityGroupId())
	databases := only[NamedDatabase](p.sources)
	allowConnections(constructs.NewConstruct(scope, jsii.String("Databases")), group, databases)
	for _, database := range databases {
		if props.Environment.Network.Create && database.Create == "" {
			awscdk.Annotations_Of(scope).AddInfo(jsii.String("database " + database.Key +
				" exists in a VPC of its own, which the created network reaches only once somebody has peered the two; or write the vpc_id, s3_endpoint and subnets of its VPC under network"))
		}
	}
	return attachment{
		vpc: vpc, subnets: subnets, group: group, groups: &[]awsec2.ISecurityGroup{group},
		secretsURL: newSecretsEndpoint(scope, props, vpc, subnets, group),
	}
}

// newSecurityGroup adds a group that lets nothing in, and nothing out.
func newSecurityGroup(scope constructs.Construct, vpc awsec2.IVpc, description string) awsec2.SecurityGroup {
	return awsec2.NewSecurityGroup(scope, jsii.String("SecurityGroup"), &awsec2.SecurityGroupProps{
		Vpc: vpc, Description: jsii.String(description), AllowAllOutbound: jsii.Bool(false),
	})
}

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

// orderTeardown has AWS delete the first before the second: CloudFormation deletes what
// depends on something before that. Of a function in a VPC the order is function,
// security group, role: Lambda removes the function's network interfaces with the role's
// rights, some while after the function, and the group cannot go before they do.
func orderTeardown(first, second constructs.IConstruct) {
	first.Node().DefaultChild().(awscdk.CfnResource).AddResourceDependency(second.Node().DefaultChild().(awscdk.CfnResource), nil)
}
