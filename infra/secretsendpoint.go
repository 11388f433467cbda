package infra

import (
	"fmt"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/settings"
	"tally/lambda/contract"
)

// endpointZones is how many zones an endpoint is in. Each costs money by the hour.
const endpointZones = 2

// newSecretsEndpoint adds an interface endpoint of Secrets Manager for this function only, and
// returns its URL, if a database that jobs count in has a secret and the VPC has no endpoint;
// otherwise it returns nil. It does not take over the service's name (no private DNS): other
// clients in the VPC do not notice it, and there may be another endpoint.
func newSecretsEndpoint(scope constructs.Construct, props CounterProps, vpc awsec2.IVpc, subnets *awsec2.SubnetSelection, function awsec2.SecurityGroup) *string {
	secrets := secretsOf(only[NamedDatabase](props.Sources))
	network := props.Environment.Network
	if len(secrets) == 0 || network.SecretsEndpoint == settings.EndpointExisting {
		return nil
	}
	announceCost(scope, props.Environment)
	scope = constructs.NewConstruct(scope, jsii.String("SecretsEndpoint"))
	group := newSecurityGroup(scope, vpc, "Secrets Manager endpoint of Tally: only the function comes in")
	group.AddIngressRule(function, awsec2.Port_HTTPS(), jsii.String("The function reads a database's secret"), nil)
	endpoint := awsec2.NewCfnVPCEndpoint(scope, jsii.String("Endpoint"), &awsec2.CfnVPCEndpointProps{
		VpcEndpointType:   jsii.String("Interface"),
		ServiceName:       jsii.String("com.amazonaws." + props.Environment.Region + ".secretsmanager"),
		VpcId:             vpc.VpcId(),
		SubnetIds:         onePerZone(vpc, subnets),
		SecurityGroupIds:  &[]any{group.SecurityGroupId()},
		PrivateDnsEnabled: jsii.Bool(false),
		PolicyDocument: awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{
			Statements: &[]awsiam.PolicyStatement{awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
				Principals: &[]awsiam.IPrincipal{awsiam.NewAccountPrincipal(awscdk.Stack_Of(scope).Account())},
				Actions:    jsii.Strings("secretsmanager:GetSecretValue"),
				Resources:  jsii.Strings(secrets...),
			})},
		}),
	})
	// Each entry is "<hosted zone>:<name>". The first is for all zones (EC2,
	// CreateVpcEndpoint, DnsEntries).
	name := awscdk.Fn_Select(jsii.Number(1), awscdk.Fn_Split(jsii.String(":"), awscdk.Fn_Select(jsii.Number(0), endpoint.AttrDnsEntries()), nil))
	return awscdk.Fn_Join(jsii.String(""), &[]*string{jsii.String("https://"), name})
}

// secretsOf are the secrets that databases log in with, without repeats.
func secretsOf(databases []NamedDatabase) []string {
	var secrets []string
	for _, database := range databases {
		if database.Auth == contract.AuthSecret && !slices.Contains(secrets, database.SecretARN) {
			secrets = append(secrets, database.SecretARN)
		}
	}
	return secrets
}

// onePerZone picks one subnet in each of the first zones. An endpoint may not have two in
// the same zone.
func onePerZone(vpc awsec2.IVpc, subnets *awsec2.SubnetSelection) *[]any {
	var ids []any
	var zones []string
	for _, subnet := range *vpc.SelectSubnets(subnets).Subnets {
		if zone := *subnet.AvailabilityZone(); !slices.Contains(zones, zone) && len(zones) < endpointZones {
			zones = append(zones, zone)
			ids = append(ids, subnet.SubnetId())
		}
	}
	return &ids
}

// announceCost says at synth what costs money while idle. The price is for us-east-1 (AWS
// PrivateLink pricing, interface endpoints).
func announceCost(scope constructs.Construct, environment settings.Environment) {
	zones := createdZones
	if !environment.Network.Create {
		zones = min(len(environment.Network.Zones()), endpointZones)
	}
	const dollarsPerHour, hoursPerMonth = 0.01, 730
	awscdk.Annotations_Of(scope).AddInfo(jsii.String(fmt.Sprintf(
		"auth: secret adds a Secrets Manager endpoint, about $%.2f a month: %d zones at $%.2f an hour (us-east-1; up to half more elsewhere); auth: iam needs none",
		dollarsPerHour*hoursPerMonth*float64(zones), zones, dollarsPerHour)))
}
