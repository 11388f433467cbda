package infra

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/settings"
	"tally/lambda/job"
)

// CounterProps are all that the Counter stack is made from.
type CounterProps struct {
	Environment settings.Environment
	Jobs        job.File
	JobsYAML    []byte
	Databases   []NamedDatabase
	Buckets     []NamedBucket
	Data        *Data
	Code        Code
}

// NewCounter adds the Counter stack: all that can be destroyed and deployed again
// without losing a record.
func NewCounter(scope constructs.Construct, props CounterProps) error {
	name := props.Environment.Name
	stack := awscdk.NewStack(scope, jsii.String("Counter"), &awscdk.StackProps{
		StackName:             jsii.String(StackName(name, "counter")),
		Description:           jsii.String("Tally " + name + ": counts on a schedule"),
		TerminationProtection: jsii.Bool(props.Environment.Protect),
	})
	queues := newDeadLetters(stack)
	readers, err := newReaders(stack, props)
	if err != nil {
		return fmt.Errorf("readers: %w", err)
	}
	function, err := newFunction(stack, props, queues.failedRuns)
	if err != nil {
		return fmt.Errorf("function: %w", err)
	}
	function.Node().AddDependency(readers...)
	if err := newSchedules(stack, props, function, queues.undelivered); err != nil {
		return fmt.Errorf("schedules: %w", err)
	}
	return nil
}
