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
	created := environment.CreatedDatabases()
	if len(created) == 0 {
		return nil
	}
	scope := constructs.NewConstruct(stack, jsii.String("Databases"))
	vpc, subnets := newSubnetGroup(scope, network)
	clusters := map[string]*Cluster{}
	for _, database := range created {
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

// engineVersions are long-term support releases, which Aurora keeps for at least three
// years and whose patches change no feature. All of them can pause. An automatic minor
// upgrade could leave long-term support, so that AWS advises against it: a new version is
// a commit here (Aurora user guide, "Aurora MySQL long-term support (LTS) releases",
// "Using an Aurora PostgreSQL long-term support (LTS) release").
var engineVersions = map[settings.CreatedEngine]string{
	settings.AuroraMySQL:    "8.0.mysql_aurora.3.10.4",
	settings.AuroraPostgres: "17.7",
}

const (
	// pauseAfter is the shortest time without connections that Aurora allows, in
	// seconds. A run takes seconds, and the time after it is paid for, too.
	pauseAfter = 300
	// certificateAuthority is the RSA one, which every client knows.
	certificateAuthority = "rds-ca-rsa2048-g1"
)

// newCluster adds one cluster. The L2 construct would also make a secret, rules and
// roles.
//
// It has nothing that keeps a cluster from pausing: no RDS Proxy, replication, Performance
// Insights or exported logs (Aurora user guide, "Scaling to Zero ACUs").
func newCluster(scope constructs.Construct, key string, database settings.Database, protect bool, vpc awsec2.IVpc, subnets awsrds.CfnDBSubnetGroup) *Cluster {
	backupDays := 1 // how far back it can be restored: the shortest that RDS allows
	if protect {
		backupDays = 7
	}
	group := newSecurityGroup(scope, vpc, "Tally database "+key+": the function only")
	aurora := awsrds.NewCfnDBCluster(scope, jsii.String("Cluster"), &awsrds.CfnDBClusterProps{
		Engine:        jsii.String(string(database.Create)),
		EngineVersion: jsii.String(engineVersions[database.Create]),
		// The default enrolls the cluster in Extended Support, which costs by the hour
		// once the version is old.
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
		BackupRetentionPeriod:           jsii.Number(backupDays),
		CopyTagsToSnapshot:              jsii.Bool(true),
		DeletionProtection:              jsii.Bool(protect),
		DbSubnetGroupName:               subnets.Ref(),
		VpcSecurityGroupIds:             &[]any{group.SecurityGroupId()},
	})
	acknowledgeCluster(aurora, database.Create, protect)
	awsrds.NewCfnDBInstance(scope, jsii.String("Writer"), &awsrds.CfnDBInstanceProps{
		DbClusterIdentifier:     aurora.Ref(),
		DbInstanceClass:         jsii.String("db.serverless"),
		Engine:                  jsii.String(string(database.Create)),
		CaCertificateIdentifier: jsii.String(certificateAuthority),
		AutoMinorVersionUpgrade: jsii.Bool(false), // see engineVersions
		PubliclyAccessible:      jsii.Bool(false),
	})
	return &Cluster{aurora: aurora, group: group}
}

// acknowledgeCluster says why the cluster breaks rules of cdk-nag.
func acknowledgeCluster(aurora awsrds.CfnDBCluster, engine settings.CreatedEngine, protect bool) {
	if engine == settings.AuroraMySQL {
		acknowledge(aurora, "AwsSolutions-RDS11",
			"Another port would hide nothing: only the function's security group reaches the cluster, over TLS and with IAM.")
		acknowledge(aurora, "AwsSolutions-RDS14",
			"Backtrack is billed by the change, also where nobody uses it; the automated backups restore to any second of their retention.")
	}
	if !protect {
		acknowledge(aurora, "AwsSolutions-RDS10",
			"This environment is not protected: its file says that it is meant to go, data included. With protect: true deletion protection is on.")
	}
}
