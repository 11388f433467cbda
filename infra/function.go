package infra

import (
	"encoding/json"
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdadestinations"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/bootstrap"
	"tally/lambda/contract"
)

// newFunction adds the function that counts, in the VPC, with a role of its own.
func newFunction(stack awscdk.Stack, props CounterProps, failedRuns awssqs.IQueue) (awslambda.Function, error) {
	scope := constructs.NewConstruct(stack, jsii.String("Counter"))
	layers, err := newLayers(scope, props.JobsYAML, props.Environment.RDSCA)
	if err != nil {
		return nil, err
	}
	config, err := functionConfig(props)
	if err != nil {
		return nil, err
	}
	name := "tally-" + props.Environment.Name
	vpc, subnets := props.Data.Network.In(scope)
	group := newSecurityGroup(scope, vpc)
	allowConnections(constructs.NewConstruct(scope, jsii.String("Databases")), group, props.Databases)
	logs := newLogGroup(scope, "/aws/lambda/"+name, props.Environment.LogRetentionDays)
	function := awslambda.NewFunction(scope, jsii.String("Function"), &awslambda.FunctionProps{
		FunctionName:                 jsii.String(name),
		Description:                  jsii.String("Counts what jobs.yaml says, one record per slot"),
		Runtime:                      awslambda.Runtime_PROVIDED_AL2023(),
		Architecture:                 awslambda.Architecture_ARM_64(),
		Handler:                      jsii.String(bootstrap.Name),
		Code:                         props.Code(bootstrap.Counter),
		Layers:                       layers,
		MemorySize:                   jsii.Number(props.Environment.MemoryMB),
		Timeout:                      awscdk.Duration_Seconds(jsii.Number(props.Environment.TimeoutSeconds)),
		ReservedConcurrentExecutions: reserved(props.Environment.MaxConcurrency),
		Environment:                  &map[string]*string{contract.ConfigVariable: jsii.String(config)},
		Role:                         newRole(stack, scope, props, logs),
		LogGroup:                     logs,
		Vpc:                          vpc,
		VpcSubnets:                   subnets,
		SecurityGroups:               &[]awsec2.ISecurityGroup{group},
		RetryAttempts:                jsii.Number(2),                        // the most that Lambda allows
		MaxEventAge:                  awscdk.Duration_Hours(jsii.Number(6)), // likewise
		OnFailure:                    awslambdadestinations.NewSqsDestination(failedRuns),
	})
	output(stack, "FunctionName", "The function that counts", function.FunctionName())
	output(stack, "LogGroupName", "Its log", logs.LogGroupName())
	output(stack, "SecurityGroupId", "The function's security group: allow it where ingress is external", group.SecurityGroupId())
	return function, nil
}

func newLogGroup(scope constructs.Construct, name string, days int) awslogs.LogGroup {
	group := awslogs.NewLogGroup(scope, jsii.String("Logs"), &awslogs.LogGroupProps{
		LogGroupName:  jsii.String(name),
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
	// The construct takes names of periods; settings have days, already checked.
	group.Node().DefaultChild().(awslogs.CfnLogGroup).SetRetentionInDays(jsii.Number(days))
	return group
}

// functionConfig is the one variable: what the function must know about its
// environment. Databases and buckets that no job counts in are left out.
func functionConfig(props CounterProps) (string, error) {
	databases := map[string]contract.Database{}
	for _, database := range props.Databases {
		databases[database.Key] = database.Connection()
	}
	buckets := map[string]string{}
	for _, bucket := range props.Buckets {
		buckets[bucket.Key] = bucket.Name
	}
	config, err := json.Marshal(contract.Config{
		Environment: props.Environment.Name,
		Bucket:      *props.Data.Results.BucketName(),
		Databases:   databases,
		Buckets:     buckets,
	})
	if err != nil {
		return "", fmt.Errorf("encode %s: %w", contract.ConfigVariable, err)
	}
	size := len(config)
	for _, database := range props.Databases {
		if database.Create != "" {
			size += endpointLimit
		}
	}
	if size > variablesLimit {
		return "", fmt.Errorf("%s has %d bytes with %d databases and %d buckets, Lambda allows %d: split the environment in two",
			contract.ConfigVariable, size, len(databases), len(buckets), variablesLimit)
	}
	return string(config), nil
}

// variablesLimit is what all variables of a function may take, in bytes, less some
// for the name and for the bucket's, which is not known yet (Lambda quotas).
const variablesLimit = 4096 - 128

// endpointLimit is as long as the endpoint of a created cluster may be, in bytes; it is
// not known yet.
const endpointLimit = 128

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

// newRole may do what the function does, and no more. There is no DeleteObject: a
// deleted record would reopen its slot.
func newRole(stack awscdk.Stack, scope constructs.Construct, props CounterProps, logs awslogs.LogGroup) awsiam.Role {
	bucket := props.Data.Results
	statements := []awsiam.PolicyStatement{
		allow("WriteLogs", []string{"logs:CreateLogStream", "logs:PutLogEvents"}, logs.LogGroupArn()),
		networkInterfaces(),
		allow("StoreRecords", []string{"s3:PutObject", "s3:GetObject"}, bucket.ArnForObjects(jsii.String(contract.RecordPrefix+"*"))),
		listRecords(bucket.BucketArn()),
	}
	for _, database := range props.Databases {
		statements = append(statements, database.mayConnect(stack))
	}
	for _, bucket := range props.Buckets {
		statements = append(statements, bucket.mayCount(stack)...)
	}
	return awsiam.NewRole(scope, jsii.String("Role"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		InlinePolicies: &map[string]awsiam.PolicyDocument{
			"Count": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &statements}),
		},
	})
}

func allow(sid string, actions []string, resources ...*string) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: optional(sid), Actions: jsii.Strings(actions...), Resources: &resources,
	})
}

// networkInterfaces lets Lambda attach the function to the VPC. These actions
// have no narrower resource (Lambda developer guide, "Required IAM permissions"
// for VPC access).
func networkInterfaces() awsiam.PolicyStatement {
	return allow("AttachToVPC", []string{
		"ec2:AssignPrivateIpAddresses",
		"ec2:CreateNetworkInterface",
		"ec2:DeleteNetworkInterface",
		"ec2:DescribeNetworkInterfaces",
		"ec2:DescribeSubnets",
		"ec2:UnassignPrivateIpAddresses",
	}, jsii.String("*"))
}

// listRecords lets the function see whether a slot has a record.
func listRecords(bucketARN *string) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:       jsii.String("FindRecords"),
		Actions:   jsii.Strings("s3:ListBucket"),
		Resources: &[]*string{bucketARN},
		Conditions: &map[string]any{
			"StringLike": map[string]string{"s3:prefix": contract.RecordPrefix + "*"},
		},
	})
}

func reserved(concurrency int) *float64 {
	if concurrency == 0 {
		return nil
	}
	return jsii.Number(concurrency)
}
