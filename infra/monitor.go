package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/bundle"
	"tally/lambda/contract"
)

const (
	monitorTimeout  = 900 // seconds, Lambda's longest: it waits for counters
	monitorMemoryMB = 256
	// mostParallel is how many invocations a counter gets from the monitor at a time, where
	// its concurrency is not limited.
	mostParallel = 4
	stackIDLimit = 256 // bytes; CloudFormation makes the id
)

// newMonitor adds the function that looks after slots. It is outside the VPC, so that it
// reaches Lambda, and has no right to any source. Nothing repeats a sweep that failed: the
// next one does all that it would. Where concurrency is limited, one sweep runs at a time,
// since two would exceed the limit of the counters; Lambda runs the second one afterwards.
func newMonitor(stack awscdk.Stack, props CounterProps, layers layers, functions functions) (awslambda.Function, error) {
	scope := constructs.NewConstruct(stack, jsii.String("Monitor"))
	name := props.Environment.MonitorName()
	config := contract.MonitorConfig{
		Environment:    props.Environment.Name,
		Stack:          *stack.StackId(),
		Bucket:         *props.results.BucketName(),
		TimeoutSeconds: props.Environment.TimeoutSeconds,
		Parallel:       parallel(props.Environment.MaxConcurrency),
	}
	for _, counter := range functions.counters {
		config.Counters = append(config.Counters, contract.Counter{Function: counter.name, Sources: counter.sources()})
	}
	variable, err := configVariable(config, stackIDLimit)
	if err != nil {
		return nil, err
	}
	logs := newLogGroup(scope, name, props.Environment.LogRetentionDays)
	stored := []string{contract.RecordPrefix, contract.SchedulesPrefix(props.Environment.Name), contract.MarkersPrefix}
	statements := props.allowStoring(stack, stored...)
	statements = append(statements, allowWritingLogs(logs.LogGroupArn()))
	if counters := functions.arns(); len(counters) > 0 {
		statements = append(statements, allow("Invoke", []string{"lambda:InvokeFunction"}, counters...))
	}
	role := newRole(scope, "Role", service("lambda"), "Monitor", statements...)
	props.acknowledgeStoring(role, stored...)
	return newFunction(scope, props.Code, functionProps{
		label: "Monitor", name: name, description: "Finds slots without a record and has a counter count them",
		command: bundle.Monitor, layers: []awslambda.ILayerVersion{layers.jobs},
		memoryMB: monitorMemoryMB, timeoutSeconds: monitorTimeout, concurrency: min(1, props.Environment.MaxConcurrency),
		config: variable, role: role, logs: logs,
	}), nil
}

// parallel leaves one of a counter's reserved invocations to a scheduled run.
func parallel(concurrency int) int {
	if concurrency == 0 {
		return mostParallel
	}
	return max(1, min(mostParallel, concurrency-1))
}
