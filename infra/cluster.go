package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsrds"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/settings"
)

// Cluster is an Aurora cluster that an environment creates. It is reached by what the
// Counter stack lets into its security group and through the RDS Data API only. RDS makes,
// keeps and rotates the password of its master user.
type Cluster struct {
	aurora awsrds.CfnDBCluster
	group  awsec2.SecurityGroup
}

// newClusters adds the clusters that an environment creates, by their keys.
func newClusters(stack awscdk.Stack, environment settings.Environment, network *Network) map[string]*Cluster {
	clusters := map[string]*Cluster{}
	var scope constructs.Construct
	var vpc awsec2.IVpc
	var subnets awsrds.CfnDBSubnetGroup
	for _, database := range environment.Databases {
		if database.Value.Create == "" {
			continue
		}
		if scope == nil {
			scope = constructs.NewConstruct(stack, jsii.String("Databases"))
			vpc, subnets = newSubnetGroup(scope, network)
		}
		clusters[database.Key] = newCluster(constructs.NewConstruct(scope, jsii.String(database.Key)), database.Key, database.Value, environment.Protect, vpc, subnets)
		clusters[database.Key].outputs(stack, database.Key)
		awscdk.Annotations_Of(scope).AddInfo(jsii.String("database " + database.Key +
			" costs money while it sleeps: its storage, and $0.40 a month for the secret of its master user; awake, also its capacity"))
	}
	return clusters
}

// newSubnetGroup lets the clusters use the subnets of the function.
func newSubnetGroup(scope constructs.Construct, network *Network) (awsec2.IVpc, awsrds.CfnDBSubnetGroup) {
	vpc, selection := network.VPC(scope)
	var ids []any
	for _, id := range *vpc.SelectSubnets(selection).SubnetIds {
		ids = append(ids, id)
	}
	return vpc, awsrds.NewCfnDBSubnetGroup(scope, jsii.String("Subnets"), &awsrds.CfnDBSubnetGroupProps{
		DbSubnetGroupDescription: jsii.String("Tally: subnets of the function"),
		SubnetIds:                &ids,
	})
}

// outputs shows the ARNs that sending SQL through the RDS Data API takes.
func (c *Cluster) outputs(stack awscdk.Stack, key string) {
	name := outputName(key)
	output(stack, name+"ClusterArn", "The cluster of database "+key+", for the RDS Data API", c.aurora.AttrDbClusterArn())
	output(stack, name+"MasterSecretArn", "Its master user's secret, likewise", c.aurora.AttrMasterUserSecretSecretArn())
}

// locate fills in the properties of a created database that only CloudFormation knows.
func (c *Cluster) locate(database settings.Database) settings.Database {
	database.Host = *c.aurora.AttrEndpointAddress()
	database.ResourceID = *c.aurora.AttrDbClusterResourceId()
	database.SecurityGroupID = *c.group.SecurityGroupId()
	return database
}
