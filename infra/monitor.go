package infra

import (
	"cmp"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/bundle"
	"tally/lambda/contract"
)

const (
	monitorTimeout  = longestTimeout // it waits for counters
	monitorMemoryMB = 256
	// mostParallel is how many invocations a counter gets from the monitor at a time, where
	// its concurrency is not limited.
	mostParallel = 4
	stackIDLimit = 256 // bytes; CloudFormation makes the id
	topicLimit   = 128 // bytes; likewise the ARN
)

// newMonitor adds the function that looks after slots. It is outside the VPC, so that it
// reaches Lambda, and has no right to any source. Nothing repeats a sweep that failed: the
// next one does all that it would.
func newMonitor(stack awscdk.Stack, props CounterProps, layers layers, functions functions) (awslambda.Function, error) {
	scope := constructs.NewConstruct(stack, jsii.String("Monitor"))
	name := props.Environment.MonitorName()
	config := contract.MonitorConfig{
		Environment:           props.Environment.Name,
		Stack:                 *stack.StackId(),
		Bucket:                *props.results.BucketName(),
		LongestTimeoutSeconds: functions.longest(props.Environment.TimeoutSeconds),
		Parallel:              parallel(props.Environment.MaxConcurrency),
	}
	for _, counter := range functions.counters {
		config.Counters = append(config.Counters, contract.Counter{Function: counter.name, Sources: counter.names()})
	}
	if props.checksTopic != nil {
		config.ChecksTopic = *props.checksTopic
	}
	variables, err := configVariable(config, stackIDLimit+topicLimit)
	if err != nil {
		return nil, err
	}
	logs := newLogGroup(scope, name, props.Environment.LogRetentionDays)
	stored := []string{contract.RecordPrefix, contract.ChecksPrefix, contract.SchedulesPrefix(props.Environment.Name), contract.MarkersPrefix}
	statements := props.allowStoring(stack, stored...)
	statements = append(statements, allowWritingLogs(logs.LogGroupArn()))
	if counters := functions.arns(); len(counters) > 0 {
		statements = append(statements, allow("Invoke", []string{"lambda:InvokeFunction"}, counters...))
	}
	if props.checksTopic != nil {
		statements = append(statements, allow("Tell", []string{"sns:Publish"}, props.checksTopic))
	}
	role := newRole(scope, "Role", service("lambda"), "Monitor", statements...)
	props.acknowledgeStoring(role, stored...)
	concurrency := monitorConcurrency(props.Environment.Checked(props.Jobs), props.Environment.MaxConcurrency)
	const description = "Finds slots without a record and has a counter count them"
	function := newFunction(scope, awslambda.FunctionProps{
		FunctionName:                 jsii.String(name),
		Description:                  jsii.String(description),
		Code:                         props.Code(bundle.Monitor),
		Layers:                       &layers.monitor,
		MemorySize:                   jsii.Number(monitorMemoryMB),
		Timeout:                      awscdk.Duration_Seconds(jsii.Number(monitorTimeout)),
		ReservedConcurrentExecutions: optional(float64(concurrency)),
		Environment:                  &variables,
		Role:                         role,
		LogGroup:                     logs,
		RetryAttempts:                jsii.Number(0),
		MaxEventAge:                  awscdk.Duration_Hours(jsii.Number(oldestEvent)),
	})
	outputFunction(stack, "Monitor", description, function, logs)
	return function, nil
}

// monitorConcurrency is what is reserved for the monitor; 0 reserves none. limit is that of the
// counters.
//
// Where counts are checked, each record is an event. A thousand at once must not take the
// account's concurrency, so that two run at a time: while one sweeps, for a quarter of an hour
// perhaps, the other one tells of checks. Lambda keeps the other events for up to six hours.
// Both may be sweeps, if somebody sends one or EventBridge repeats one. Together they can exceed
// the limit of the counters. Then a slot waits for the next sweep, and none gets two records.
// Where the limit is one, messages wait for the end of a sweep.
//
// Without checks there are only sweeps, one at a time where the counters have a limit.
func monitorConcurrency(checked bool, limit int) int {
	if checked {
		return min(2, cmp.Or(limit, 2))
	}
	return min(1, limit)
}

// parallel leaves one of a counter's reserved invocations to a scheduled run.
func parallel(concurrency int) int {
	if concurrency == 0 {
		return mostParallel
	}
	return max(1, min(mostParallel, concurrency-1))
}
