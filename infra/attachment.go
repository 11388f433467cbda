package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// attachment is how the function is in the VPC: not at all where no job counts in a
// database, since S3 needs none. Its fields are the function's.
type attachment struct {
	vpc     awsec2.IVpc
	subnets *awsec2.SubnetSelection
	groups  *[]awsec2.ISecurityGroup
	secrets *secretsEndpoint
}

// newAttachment adds the function's security group and opens the ways out of it.
// The group is there as long as the environment has a network, whatever databases and
// jobs there are: Lambda takes a while to let go of it, and whoever owns a database's
// rules may name it.
func newAttachment(stack awscdk.Stack, scope constructs.Construct, props CounterProps) attachment {
	if !props.Environment.Network.Given() {
		return attachment{}
	}
	vpc, subnets := props.Data.Network.In(scope)
	group := newSecurityGroup(scope, vpc)
	output(stack, "SecurityGroupId", "The function's security group: allow it where ingress is external", group.SecurityGroupId())
	if len(props.Databases) == 0 {
		return attachment{}
	}
	allowConnections(constructs.NewConstruct(scope, jsii.String("Databases")), group, props.Databases)
	return attachment{
		vpc: vpc, subnets: subnets, groups: &[]awsec2.ISecurityGroup{group},
		secrets: newSecretsEndpoint(scope, props, vpc, subnets, group),
	}
}

// newSecurityGroup is the function's: nothing comes in. Out go database
// connections (allowConnections) and HTTPS, which the subnets route to the S3
// gateway endpoint; S3's addresses are a list that differs by region and can only
// be looked up.
func newSecurityGroup(scope constructs.Construct, vpc awsec2.IVpc) awsec2.SecurityGroup {
	group := awsec2.NewSecurityGroup(scope, jsii.String("SecurityGroup"), &awsec2.SecurityGroupProps{
		Vpc:              vpc,
		Description:      jsii.String("Tally function: no ingress"),
		AllowAllOutbound: jsii.Bool(false),
	})
	group.AddEgressRule(awsec2.Peer_AnyIpv4(), awsec2.Port_HTTPS(), jsii.String("S3 through the gateway endpoint"), nil)
	return group
}
