package infra

import (
	"encoding/json"
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/bundle"
	"tally/infra/settings"
	"tally/lambda/dbuser/grant"
	"tally/lambda/strictyaml"
)

// How long making a user may take, in seconds. A cluster wakes in less than a minute.
// One that does not wake fails the deploy, instead of keeping it for the hour that
// CloudFormation would wait.
const (
	userTimeout        = 360 // of the function
	userServiceTimeout = 600 // of the custom resource
)

// newDatabaseUsers adds the users that the counter logs in as, in every cluster that the
// environment creates, whatever jobs there are. The counter depends on them. Like
// the rest of the stack they can be made again; when they are deleted from it, the users
// stay in the clusters.
func newDatabaseUsers(stack awscdk.Stack, props CounterProps) ([]constructs.IDependable, error) {
	created := props.Environment.CreatedDatabases()
	if len(created) == 0 {
		return nil, nil
	}
	scope := constructs.NewConstruct(stack, jsii.String("Reader"))
	function := newDatabaseUserFunction(scope, props, created)
	var users []constructs.IDependable
	for _, database := range created {
		properties, err := props.Data.Clusters[database.Key].userProperties(database.Value)
		if err != nil {
			return nil, fmt.Errorf("database %s: %w", database.Key, err)
		}
		users = append(users, awscdk.NewCustomResource(scope, jsii.String(database.Key), &awscdk.CustomResourceProps{
			ResourceType:   jsii.String("Custom::TallyReader"),
			ServiceToken:   function.FunctionArn(),
			ServiceTimeout: awscdk.Duration_Seconds(jsii.Number(userServiceTimeout)),
			Properties:     &properties,
		}))
	}
	return users, nil
}

// userProperties are the properties of the custom resource, by the names that its
// function reads.
func (c *Cluster) userProperties(database settings.Database) (properties map[string]any, err error) {
	user := grant.User{
		Engine:     database.Family(),
		ClusterARN: *c.aurora.AttrDbClusterArn(),
		SecretARN:  *c.aurora.AttrMasterUserSecretSecretArn(),
		Cluster:    *c.aurora.AttrDbClusterResourceId(),
		Database:   database.DBName,
		Username:   database.Username,
	}
	if user.Digest, err = user.Sum(); err != nil {
		return nil, err
	}
	text, err := json.Marshal(user)
	if err != nil {
		return nil, err
	}
	err = json.Unmarshal(text, &properties)
	return properties, err
}

// newDatabaseUserFunction adds the function that makes the users. It is not in the VPC,
// which has no way to the RDS Data API. It may send SQL as the master users of the created
// clusters, and nothing else. Their secrets are encrypted with aws/secretsmanager, which
// needs no permission.
func newDatabaseUserFunction(scope constructs.Construct, props CounterProps, created strictyaml.Map[settings.Database]) awslambda.Function {
	var clusters, secrets []*string
	for _, database := range created {
		cluster := props.Data.Clusters[database.Key].aurora
		clusters = append(clusters, cluster.AttrDbClusterArn())
		secrets = append(secrets, cluster.AttrMasterUserSecretSecretArn())
	}
	name := props.Environment.AWSName() + "-reader"
	logs := newLogGroup(scope, name, props.Environment.LogRetentionDays)
	return newFunction(scope, awslambda.FunctionProps{
		FunctionName: jsii.String(name),
		Description:  jsii.String("Makes the users that Tally logs in as, at deploy"),
		Code:         props.Code(bundle.Reader),
		Timeout:      awscdk.Duration_Seconds(jsii.Number(userTimeout)),
		Role: newRole(scope, "Role", service("lambda"), "MakeReaders",
			allowWritingLogs(logs.LogGroupArn()),
			allow("SendSQL", []string{"rds-data:ExecuteStatement"}, clusters...),
			allow("AsMasterUser", []string{"secretsmanager:GetSecretValue"}, secrets...)),
		LogGroup: logs,
	})
}
