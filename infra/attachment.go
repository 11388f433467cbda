package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// attachment has a function's properties that put it into the VPC. It is empty outside.
type attachment struct {
	vpc     awsec2.IVpc
	subnets *awsec2.SubnetSelection
	group   awsec2.SecurityGroup
	secrets *secretsEndpoint
}

// groups are the security groups as a function takes them.
func (a attachment) groups() *[]awsec2.ISecurityGroup {
	if a.group == nil {
		return nil
	}
	return &[]awsec2.ISecurityGroup{a.group}
}

// newAttachment adds the security group of the counter in the VPC and opens the ways out of
// it.
func newAttachment(stack awscdk.Stack, scope constructs.Construct, props CounterProps, p placement) attachment {
	vpc, subnets := props.Data.Network.VPC(scope)
	group := newSecurityGroup(scope, vpc)
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
		vpc: vpc, subnets: subnets, group: group,
		secrets: newSecretsEndpoint(scope, props, vpc, subnets, group),
	}
}

// newSecurityGroup adds the function's group: nothing comes in. Out go database
// connections (allowConnections) and HTTPS, which the subnets route to the S3
// gateway endpoint. The rule is for all addresses, since those of S3 differ by region
// and would have to be looked up.
func newSecurityGroup(scope constructs.Construct, vpc awsec2.IVpc) awsec2.SecurityGroup {
	group := awsec2.NewSecurityGroup(scope, jsii.String("SecurityGroup"), &awsec2.SecurityGroupProps{
		Vpc:              vpc,
		Description:      jsii.String("Tally function: no ingress"),
		AllowAllOutbound: jsii.Bool(false),
	})
	group.AddEgressRule(awsec2.Peer_AnyIpv4(), awsec2.Port_HTTPS(), jsii.String("S3 through the gateway endpoint"), nil)
	return group
}
