package infra

import (
	"encoding/json"
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/bundle"
	"tally/infra/settings"
	"tally/lambda/dbuser/grant"
)

// How long making a reader may take: a cluster wakes in less than a minute, and one
// that does not fails the deploy instead of keeping it for the hour that
// CloudFormation would wait.
const (
	readerSeconds        = 360
	readerServiceSeconds = 600
)

// newReaders adds the users that the function logs in as, in every cluster that the
// environment creates, whatever jobs there are. They come before the function,
// which is of no use without them. Like all of the stack they can be made again;
// when they go, the users stay in the clusters.
func newReaders(stack awscdk.Stack, props CounterProps) ([]constructs.IDependable, error) {
	if len(props.Data.Clusters) == 0 {
		return nil, nil
	}
	scope := constructs.NewConstruct(stack, jsii.String("Reader"))
	maker := newReaderFunction(scope, props)
	var users []constructs.IDependable
	for _, database := range props.Environment.Databases {
		cluster, created := props.Data.Clusters[database.Key]
		if !created {
			continue
		}
		properties, err := cluster.readerProperties(database.Value)
		if err != nil {
			return nil, fmt.Errorf("database %s: %w", database.Key, err)
		}
		users = append(users, awscdk.NewCustomResource(scope, jsii.String(database.Key), &awscdk.CustomResourceProps{
			ResourceType:   jsii.String("Custom::TallyReader"),
			ServiceToken:   maker.FunctionArn(),
			ServiceTimeout: awscdk.Duration_Seconds(jsii.Number(readerServiceSeconds)),
			Properties:     &properties,
		}))
	}
	return users, nil
}

// readerProperties are what the custom resource is told, by the names that it reads.
func (c *Cluster) readerProperties(database settings.Database) (map[string]any, error) {
	reader := grant.User{
		Engine:     database.Family(),
		ClusterARN: *c.aurora.AttrDbClusterArn(),
		SecretARN:  *c.aurora.AttrMasterUserSecretSecretArn(),
		Cluster:    *c.aurora.AttrDbClusterResourceId(),
		Database:   database.DBName,
		Username:   database.Username,
	}
	var err error
	if reader.Digest, err = reader.Sum(); err != nil {
		return nil, err
	}
	text, err := json.Marshal(reader)
	if err != nil {
		return nil, err
	}
	properties := map[string]any{}
	return properties, json.Unmarshal(text, &properties)
}

// newReaderFunction adds the function that makes the users. It runs outside of the
// VPC, which has no way to the RDS Data API.
func newReaderFunction(scope constructs.Construct, props CounterProps) awslambda.Function {
	name := props.Environment.AWSName() + "-reader"
	logs := newLogGroup(scope, "/aws/lambda/"+name, props.Environment.LogRetentionDays)
	return awslambda.NewFunction(scope, jsii.String("Function"), &awslambda.FunctionProps{
		FunctionName: jsii.String(name),
		Description:  jsii.String("Makes the users that Tally logs in as, at deploy"),
		Runtime:      awslambda.Runtime_PROVIDED_AL2023(),
		Architecture: awslambda.Architecture_ARM_64(),
		Handler:      jsii.String(bundle.Name),
		Code:         props.Code(bundle.Reader),
		Timeout:      awscdk.Duration_Seconds(jsii.Number(readerSeconds)),
		Role:         newReaderRole(scope, props, logs),
		LogGroup:     logs,
	})
}

// newReaderRole may send SQL as the master users of the created clusters, and
// nothing else. Their secrets are encrypted with aws/secretsmanager, which needs no
// statement.
func newReaderRole(scope constructs.Construct, props CounterProps, logs awslogs.LogGroup) awsiam.Role {
	var clusters, secrets []*string
	for _, database := range props.Environment.Databases { // in the file's order
		if cluster, created := props.Data.Clusters[database.Key]; created {
			clusters = append(clusters, cluster.aurora.AttrDbClusterArn())
			secrets = append(secrets, cluster.aurora.AttrMasterUserSecretSecretArn())
		}
	}
	return awsiam.NewRole(scope, jsii.String("Role"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		InlinePolicies: &map[string]awsiam.PolicyDocument{
			"MakeReaders": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &[]awsiam.PolicyStatement{
				allow("WriteLogs", []string{"logs:CreateLogStream", "logs:PutLogEvents"}, logs.LogGroupArn()),
				allow("SendSQL", []string{"rds-data:ExecuteStatement"}, clusters...),
				allow("AsMasterUser", []string{"secretsmanager:GetSecretValue"}, secrets...),
			}}),
		},
	})
}
