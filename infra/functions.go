package infra

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/bundle"
	"tally/lambda/contract"
)

// functions are those of an environment.
type functions struct {
	counters []counter // those that a job needs
	monitor  awslambda.Function
}

// counter is a placement with its function.
type counter struct {
	placement
	function awslambda.Function
}

func newFunctions(stack awscdk.Stack, props CounterProps, failedRuns awssqs.IQueue) (functions, error) {
	layers, err := newLayers(stack, props)
	if err != nil {
		return functions{}, err
	}
	var all functions
	for _, placement := range props.placements() {
		function, err := newCounter(stack, props, placement, layers, failedRuns)
		if err != nil {
			return functions{}, fmt.Errorf("%s: %w", placement.name, err)
		}
		if function != nil {
			all.counters = append(all.counters, counter{placement, function})
		}
	}
	if all.monitor, err = newMonitor(stack, props, layers, all); err != nil {
		return functions{}, fmt.Errorf("%s: %w", props.Environment.MonitorName(), err)
	}
	return all, nil
}

// all are the counters and the monitor.
func (f functions) all() []awslambda.Function {
	var all []awslambda.Function
	for _, counter := range f.counters {
		all = append(all, counter.function)
	}
	return append(all, f.monitor)
}

// arns are the ARNs of the counters.
func (f functions) arns() []*string {
	var arns []*string
	for _, counter := range f.counters {
		arns = append(arns, counter.function.FunctionArn())
	}
	return arns
}

// named is the counter of a name, which each job has.
func (f functions) named(name string) awslambda.Function {
	for _, counter := range f.counters {
		if counter.name == name {
			return counter.function
		}
	}
	panic("no counter is called " + name)
}

// longest is the longest timeout of the counters, in seconds: then no run goes on any more.
func (f functions) longest(timeout int) int {
	for _, counter := range f.counters {
		timeout = max(timeout, counter.timeoutSeconds)
	}
	return timeout
}

// waitsForAthena tells whether runs of the counter with a name wait for queries of Athena.
func (f functions) waitsForAthena(name string) bool {
	return slices.ContainsFunc(f.counters, func(c counter) bool { return c.name == name && c.waitsForAthena })
}

// lambdaRetries is how often Lambda runs a failed event of a counter again: 2 is the most that it
// allows.
const lambdaRetries = 2

// oldestEvent is how long Lambda tries to run an event: the most that it allows.
const oldestEvent = 6 // hours

// newFunction adds a function to the scope that has its role and its log. It fills in what all
// functions have in common.
func newFunction(scope constructs.Construct, props awslambda.FunctionProps) awslambda.Function {
	props.Runtime = awslambda.Runtime_PROVIDED_AL2023()
	props.Architecture = awslambda.Architecture_ARM_64()
	props.Handler = jsii.String(bundle.Name)
	return awslambda.NewFunction(scope, jsii.String("Function"), &props)
}

// outputFunction shows the names of a function and of its log after a deploy.
func outputFunction(stack awscdk.Stack, label, description string, function awslambda.Function, logs awslogs.LogGroup) {
	output(stack, label+"FunctionName", description, function.FunctionName())
	output(stack, label+"LogGroupName", "Its log", logs.LogGroupName())
}

// configVariable is the variable that tells a function what it must know. unknown is how many
// bytes values may take that only CloudFormation knows.
func configVariable(config any, unknown int) (map[string]*string, error) {
	text, err := json.Marshal(config)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", contract.ConfigVariable, err)
	}
	if size := len(text) + unknown; size > variablesLimit {
		return nil, fmt.Errorf("%s has %d bytes with all that jobs count in, Lambda allows %d: split the environment in two",
			contract.ConfigVariable, size, variablesLimit)
	}
	return map[string]*string{contract.ConfigVariable: jsii.String(string(text))}, nil
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
