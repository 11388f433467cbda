package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/settings"
)

// Data is what must survive: results, and the network and databases if they are
// created. It
// depends on the environment file only, never on the jobs, so that removing the
// last job deletes nothing here.
type Data struct {
	Results awss3.Bucket
	Network *Network
	// Clusters are those that are created, by the keys of their databases.
	Clusters map[string]*Cluster
}

// NewData adds the Data stack of an environment.
func NewData(scope constructs.Construct, environment settings.Environment) *Data {
	stack := awscdk.NewStack(scope, jsii.String("Data"), &awscdk.StackProps{
		StackName:             jsii.String(StackName(environment.Name, "data")),
		Description:           jsii.String("Tally " + environment.Name + ": what must survive (results, network)"),
		TerminationProtection: jsii.Bool(environment.Protect),
	})
	data := &Data{
		Results: newResults(stack),
		Network: newNetwork(stack, environment),
	}
	data.Clusters = newClusters(stack, environment, data.Network)
	if environment.Protect {
		awscdk.RemovalPolicies_Of(stack).Retain(nil)
	} else {
		awscdk.RemovalPolicies_Of(stack).Destroy(nil)
	}
	return data
}

// StackName names a stack of an environment, such as tally-prod-data.
func StackName(environment, part string) string {
	return "tally-" + environment + "-" + part
}

// output shows a value after a deploy, under a name that is the same in every environment.
func output(stack awscdk.Stack, name, description string, value *string) {
	awscdk.NewCfnOutput(stack, jsii.String(name), &awscdk.CfnOutputProps{
		Value:       value,
		Description: jsii.String(description),
	})
}
