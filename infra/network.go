package infra

import (
	"fmt"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/settings"
)

// Network is where the function runs: a VPC without a way to the internet. It reaches S3
// through a gateway endpoint, which costs nothing.
type Network struct {
	created  awsec2.Vpc // nil when the VPC exists
	existing settings.Network
}

// newNetwork adds what the Data stack owns of an environment's network: the VPC
// and its endpoint if they are created, nothing if they exist.
func newNetwork(stack awscdk.Stack, environment settings.Environment) *Network {
	if environment.Network.Create {
		return &Network{created: newVPC(stack)}
	}
	if environment.Network.S3Endpoint == settings.EndpointCreate {
		newS3Endpoint(stack, environment)
	}
	return &Network{existing: environment.Network}
}

// createdZones is how many availability zones a created VPC spans.
const createdZones = 2

// firstZones are the region's first availability zones, whatever their names.
func firstZones() []*string {
	zones := make([]*string, createdZones)
	for i := range zones {
		zones[i] = awscdk.Fn_Select(jsii.Number(i), awscdk.Fn_GetAzs(nil))
	}
	return zones
}

// avoidZoneLookup keeps synth from asking AWS. CDK looks up the availability zones for a
// VPC in a fixed account, even when they are given. The stage must have the answer before
// it has a stack.
func avoidZoneLookup(stage awscdk.Stage, environment settings.Environment) {
	if environment.Account == "" {
		return
	}
	key := fmt.Sprintf("availability-zones:account=%s:region=%s", environment.Account, environment.Region)
	stage.Node().SetContext(jsii.String(key), firstZones())
}

func newVPC(stack awscdk.Stack) awsec2.Vpc {
	scope := constructs.NewConstruct(stack, jsii.String("Network"))
	zones := firstZones()
	vpc := awsec2.NewVpc(scope, jsii.String("VPC"), &awsec2.VpcProps{
		IpAddresses:       awsec2.IpAddresses_Cidr(jsii.String("10.20.0.0/24")),
		AvailabilityZones: &zones,
		NatGateways:       jsii.Number(0),
		// To restrict it takes a custom resource with a function and a policy. Nothing
		// here uses the default security group.
		RestrictDefaultSecurityGroup: jsii.Bool(false),
		SubnetConfiguration: &[]*awsec2.SubnetConfiguration{{
			Name:       jsii.String("isolated"),
			SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED,
			CidrMask:   jsii.Number(26),
		}},
		GatewayEndpoints: &map[string]*awsec2.GatewayVpcEndpointOptions{
			"S3": {Service: awsec2.GatewayVpcEndpointAwsService_S3()},
		},
	})
	acknowledge(vpc, "AwsSolutions-VPC7",
		"Flow logs cost by the gigabyte, and who keeps them for how long is the account's decision: they can be attached to the output VpcId. What guards instead: isolated subnets without any route out (Tally-WayToInternet, Tally-DefaultRoute), and a function whose security group lets nothing in.")
	output(stack, "VpcId", "The VPC that the function runs in", vpc.VpcId())
	return vpc
}

// newS3Endpoint adds the gateway endpoint to an existing VPC.
func newS3Endpoint(stack awscdk.Stack, environment settings.Environment) {
	var tables []any // the L1 construct takes texts or references
	for _, subnet := range environment.Network.Subnets {
		if !slices.Contains(tables, any(subnet.RouteTableID)) {
			tables = append(tables, subnet.RouteTableID)
		}
	}
	awsec2.NewCfnVPCEndpoint(stack, jsii.String("S3Endpoint"), &awsec2.CfnVPCEndpointProps{
		VpcEndpointType: jsii.String("Gateway"),
		ServiceName:     jsii.String("com.amazonaws." + environment.Region + ".s3"),
		VpcId:           jsii.String(environment.Network.VPCID),
		RouteTableIds:   &tables,
	})
}

// VPC returns the VPC and the subnets to use, for a stack other than that of the network.
func (n *Network) VPC(scope constructs.Construct) (awsec2.IVpc, *awsec2.SubnetSelection) {
	if n.created != nil {
		return n.created, &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED}
	}
	scope = constructs.NewConstruct(scope, jsii.String("Network"))
	var names []string
	var subnets []awsec2.ISubnet
	for i, subnet := range n.existing.Subnets {
		names = append(names, subnet.AvailabilityZone)
		subnets = append(subnets, awsec2.Subnet_FromSubnetAttributes(scope, jsii.String(fmt.Sprintf("Subnet%d", i)), &awsec2.SubnetAttributes{
			SubnetId:         jsii.String(subnet.ID),
			AvailabilityZone: jsii.String(subnet.AvailabilityZone),
			RouteTableId:     jsii.String(subnet.RouteTableID),
		}))
	}
	vpc := awsec2.Vpc_FromVpcAttributes(scope, jsii.String("VPC"), &awsec2.VpcAttributes{
		VpcId:             jsii.String(n.existing.VPCID),
		AvailabilityZones: jsii.Strings(names...),
	})
	return vpc, &awsec2.SubnetSelection{Subnets: &subnets}
}
