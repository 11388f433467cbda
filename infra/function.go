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
	"tally/lambda/contract"
)

// functionProps are what differs between the counters and the monitor.
type functionProps struct {
	label             string // of its outputs
	name, description string
	command           bundle.Command
	layers            []awslambda.ILayerVersion
	memoryMB          int
	timeoutSeconds    int
	concurrency       int    // that is reserved; 0 reserves none
	config            string // the value of contract.ConfigVariable
	retries           int    // of an event whose sender does not wait for the answer
	role              awsiam.Role
	logs              awslogs.LogGroup
	network           attachment
}

// lambdaRetries is how often Lambda runs a failed event of a counter again: 2 is the most that it
// allows.
const lambdaRetries = 2

// newFunction adds a function to the scope that has its role and its logs.
func newFunction(scope constructs.Construct, code Code, props functionProps) awslambda.Function {
	function := awslambda.NewFunction(scope, jsii.String("Function"), &awslambda.FunctionProps{
		FunctionName:                 jsii.String(props.name),
		Description:                  jsii.String(props.description),
		Runtime:                      awslambda.Runtime_PROVIDED_AL2023(),
		Architecture:                 awslambda.Architecture_ARM_64(),
		Handler:                      jsii.String(bundle.Name),
		Code:                         code(props.command),
		Layers:                       &props.layers,
		MemorySize:                   jsii.Number(props.memoryMB),
		Timeout:                      awscdk.Duration_Seconds(jsii.Number(props.timeoutSeconds)),
		ReservedConcurrentExecutions: optional(float64(props.concurrency)),
		Environment:                  &map[string]*string{contract.ConfigVariable: jsii.String(props.config)},
		Role:                         props.role,
		LogGroup:                     props.logs,
		Vpc:                          props.network.vpc,
		VpcSubnets:                   props.network.subnets,
		SecurityGroups:               props.network.groups,
		RetryAttempts:                jsii.Number(props.retries),
		MaxEventAge:                  awscdk.Duration_Hours(jsii.Number(6)), // the most that Lambda allows
	})
	stack := awscdk.Stack_Of(scope)
	output(stack, props.label+"FunctionName", props.description, function.FunctionName())
	output(stack, props.label+"LogGroupName", "Its log", props.logs.LogGroupName())
	return function
}

// configVariable encodes what a function is told. unknown is how many bytes values may take
// that only CloudFormation knows.
func configVariable(config any, unknown int) (string, error) {
	text, err := json.Marshal(config)
	if err != nil {
		return "", fmt.Errorf("encode %s: %w", contract.ConfigVariable, err)
	}
	if size := len(text) + unknown; size > variablesLimit {
		return "", fmt.Errorf("%s has %d bytes with all that jobs count in, Lambda allows %d: split the environment in two",
			contract.ConfigVariable, size, variablesLimit)
	}
	return string(text), nil
}

const (
	// variablesLimit is the size of all variables of a function (Lambda quotas), less
	// some for the variable's name and for the name of the bucket, which is not known yet.
	variablesLimit = 4096 - 128 // bytes
	// endpointLimit is the longest endpoint of a created cluster, which is not known yet.
	endpointLimit = 128 // bytes
)

// newLogGroup adds the log of a function. It is deleted with the stack.
func newLogGroup(scope constructs.Construct, function string, days int) awslogs.LogGroup {
	group := awslogs.NewLogGroup(scope, jsii.String("Logs"), &awslogs.LogGroupProps{
		LogGroupName:  jsii.String("/aws/lambda/" + function),
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
	// The construct takes names of periods. Settings have days, already checked.
	group.Node().DefaultChild().(awslogs.CfnLogGroup).SetRetentionInDays(jsii.Number(days))
	return group
}
