package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsrds"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/settings"
)

// Cluster is an Aurora cluster that an environment creates. Nothing reaches it but
// what the Counter stack lets into its security group, and the RDS Data API. Its
// master user's password is made, kept and rotated by RDS.
type Cluster struct {
	aurora awsrds.CfnDBCluster
	group  awsec2.SecurityGroup
}

// engineVersions are long-term support releases, which Aurora keeps for at least
// three years and whose patches change no feature. All of them can pause. AWS
// recommends no automatic minor upgrade for them: it would leave the line. A new
// version is a commit here (Aurora user guide, "Aurora MySQL long-term support
// (LTS) releases", "Using an Aurora PostgreSQL long-term support (LTS) release").
var engineVersions = map[settings.CreatedEngine]string{
	settings.AuroraMySQL:    "8.0.mysql_aurora.3.10.4",
	settings.AuroraPostgres: "17.7",
}

const (
	// pauseAfter is the shortest time without connections that Aurora takes, in
	// seconds: a run takes seconds, and all of the time after it is paid for.
	pauseAfter = 300
	// authority is the RSA one, which every client reads.
	authority = "rds-ca-rsa2048-g1"
)

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
	}
	return clusters
}

// newSubnetGroup says which subnets the clusters may use: those of the function.
func newSubnetGroup(scope constructs.Construct, network *Network) (awsec2.IVpc, awsrds.CfnDBSubnetGroup) {
	vpc, selection := network.In(scope)
	return vpc, awsrds.NewCfnDBSubnetGroup(scope, jsii.String("Subnets"), &awsrds.CfnDBSubnetGroupProps{
		DbSubnetGroupDescription: jsii.String("Tally: subnets of the function"),
		SubnetIds:                anys(*vpc.SelectSubnets(selection).SubnetIds),
	})
}

// newCluster adds one cluster. The L2 construct would make a secret of its own, and
// rules and roles with it.
//
// What keeps a cluster from pausing is not here: RDS Proxy, replication, Performance
// Insights, exported logs (Aurora user guide, "Scaling to Zero ACUs").
func newCluster(scope constructs.Construct, key string, database settings.Database, protect bool, vpc awsec2.IVpc, subnets awsrds.CfnDBSubnetGroup) *Cluster {
	group := awsec2.NewSecurityGroup(scope, jsii.String("SecurityGroup"), &awsec2.SecurityGroupProps{
		Vpc:              vpc,
		Description:      jsii.String("Tally database " + key + ": the function only"),
		AllowAllOutbound: jsii.Bool(false),
	})
	aurora := awsrds.NewCfnDBCluster(scope, jsii.String("Cluster"), &awsrds.CfnDBClusterProps{
		Engine:        jsii.String(string(database.Create)),
		EngineVersion: jsii.String(engineVersions[database.Create]),
		// Extended support is charged by the hour, and not for nothing: leave it to
		// those who want it.
		EngineLifecycleSupport: jsii.String("open-source-rds-extended-support-disabled"),
		ServerlessV2ScalingConfiguration: &awsrds.CfnDBCluster_ServerlessV2ScalingConfigurationProperty{
			MinCapacity:           jsii.Number(0),
			MaxCapacity:           jsii.Number(database.MaxCapacity),
			SecondsUntilAutoPause: jsii.Number(pauseAfter),
		},
		DatabaseName:                    jsii.String(database.DBName),
		Port:                            jsii.Number(database.Port),
		MasterUsername:                  jsii.String(settings.MasterUsername),
		ManageMasterUserPassword:        jsii.Bool(true),
		EnableIamDatabaseAuthentication: jsii.Bool(true),
		EnableHttpEndpoint:              jsii.Bool(true), // the RDS Data API
		StorageEncrypted:                jsii.Bool(true), // with aws/rds, which costs nothing
		BackupRetentionPeriod:           jsii.Number(backupDays(protect)),
		CopyTagsToSnapshot:              jsii.Bool(true),
		DeletionProtection:              jsii.Bool(protect),
		DbSubnetGroupName:               subnets.Ref(),
		VpcSecurityGroupIds:             anys([]*string{group.SecurityGroupId()}),
	})
	awsrds.NewCfnDBInstance(scope, jsii.String("Writer"), &awsrds.CfnDBInstanceProps{
		DbClusterIdentifier:     aurora.Ref(),
		DbInstanceClass:         jsii.String("db.serverless"),
		Engine:                  jsii.String(string(database.Create)),
		CaCertificateIdentifier: jsii.String(authority),
		AutoMinorVersionUpgrade: jsii.Bool(false), // see engineVersions
		PubliclyAccessible:      jsii.Bool(false),
	})
	return &Cluster{aurora: aurora, group: group}
}

// backupDays is how far back a cluster can be restored; one day is the least that
// there is.
func backupDays(protect bool) int {
	if protect {
		return 7
	}
	return 1
}

// outputs shows what it takes to send SQL through the RDS Data API.
func (c *Cluster) outputs(stack awscdk.Stack, key string) {
	name := outputName(key)
	output(stack, name+"ClusterArn", "The cluster of database "+key+", for the RDS Data API", c.aurora.AttrDbClusterArn())
	output(stack, name+"MasterSecretArn", "Its master user's secret, likewise", c.aurora.AttrMasterUserSecretSecretArn())
}

// locate fills in what CloudFormation alone knows of a database that is created.
func (c *Cluster) locate(database settings.Database) settings.Database {
	database.Host = *c.aurora.AttrEndpointAddress()
	database.ResourceID = *c.aurora.AttrDbClusterResourceId()
	database.SecurityGroupID = *c.group.SecurityGroupId()
	return database
}

// anys are texts or references for L1 constructs.
func anys(texts []*string) *[]any {
	values := make([]any, len(texts))
	for i, text := range texts {
		values[i] = text
	}
	return &values
}
