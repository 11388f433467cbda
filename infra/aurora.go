package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsrds"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/settings"
)

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
	group := awsec2.NewSecurityGroup(scope, jsii.String("SecurityGroup"), &awsec2.SecurityGroupProps{
		Vpc:              vpc,
		Description:      jsii.String("Tally database " + key + ": the function only"),
		AllowAllOutbound: jsii.Bool(false),
	})
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
		BackupRetentionPeriod:           jsii.Number(backupDays(protect)),
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

// backupDays is how far back a cluster can be restored; one day is the shortest that RDS
// allows.
func backupDays(protect bool) int {
	if protect {
		return 7
	}
	return 1
}
