package infra

import (
	"encoding/json"
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/bundle"
	"tally/lambda/contract"
)

// newFunction adds the function that counts, with a role of its own, and in the VPC if
// it counts in a database.
func newFunction(stack awscdk.Stack, props CounterProps, failedRuns awssqs.IQueue) (awslambda.Function, error) {
	scope := constructs.NewConstruct(stack, jsii.String("Counter"))
	layers, err := newLayers(scope, props.JobsYAML, props.Environment.RDSCA)
	if err != nil {
		return nil, err
	}
	name := props.Environment.AWSName()
	network := newAttachment(stack, scope, props)
	config, err := functionConfig(props, network.secrets)
	if err != nil {
		return nil, err
	}
	logs := newLogGroup(scope, name, props.Environment.LogRetentionDays)
	function := awslambda.NewFunction(scope, jsii.String("Function"), &awslambda.FunctionProps{
		FunctionName:                 jsii.String(name),
		Description:                  jsii.String("Counts what jobs.yaml says, one record per slot"),
		Runtime:                      awslambda.Runtime_PROVIDED_AL2023(),
		Architecture:                 awslambda.Architecture_ARM_64(),
		Handler:                      jsii.String(bundle.Name),
		Code:                         props.Code(bundle.Counter),
		Layers:                       layers,
		MemorySize:                   jsii.Number(props.Environment.MemoryMB),
		Timeout:                      awscdk.Duration_Seconds(jsii.Number(props.Environment.TimeoutSeconds)),
		ReservedConcurrentExecutions: reserved(props.Environment.MaxConcurrency),
		Environment:                  &map[string]*string{contract.ConfigVariable: jsii.String(config)},
		Role:                         newCounterRole(stack, scope, props, logs),
		LogGroup:                     logs,
		Vpc:                          network.vpc,
		VpcSubnets:                   network.subnets,
		SecurityGroups:               network.groups,
		RetryAttempts:                jsii.Number(2),                        // the most that Lambda allows
		MaxEventAge:                  awscdk.Duration_Hours(jsii.Number(6)), // likewise
	})
	sendFailedRuns(function, failedRuns)
	orderTeardown(scope, function)
	output(stack, "FunctionName", "The function that counts", function.FunctionName())
	output(stack, "LogGroupName", "Its log", logs.LogGroupName())
	return function, nil
}

// functionConfig is the value of the function's one variable: what it must know about its
// environment, as JSON. Databases and buckets that no job counts in are left out.
func functionConfig(props CounterProps, secrets *secretsEndpoint) (string, error) {
	databases := map[string]contract.Database{}
	for _, database := range props.Databases {
		databases[database.Key] = database.Connection()
	}
	buckets := map[string]string{}
	for _, bucket := range props.Buckets {
		buckets[bucket.Key] = bucket.Name
	}
	content := contract.Config{
		Environment: props.Environment.Name,
		Bucket:      *props.results.BucketName(),
		Databases:   databases,
		Buckets:     buckets,
	}
	if secrets != nil {
		content.SecretsURL = *secrets.url
	}
	config, err := json.Marshal(content)
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

const (
	// variablesLimit is the size of all variables of a function (Lambda quotas), less
	// some for the variable's name and for the name of the bucket, which is not known yet.
	variablesLimit = 4096 - 128 // bytes
	// endpointLimit is the longest endpoint of a created cluster, which is not known yet.
	endpointLimit = 128 // bytes
)

// reserved is a concurrency for CDK; nil, which reserves none, if it is 0.
func reserved(concurrency int) *float64 {
	if concurrency == 0 {
		return nil
	}
	return jsii.Number(concurrency)
}
