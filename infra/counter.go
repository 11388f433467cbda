package infra

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"

	"tally/infra/settings"
	"tally/lambda/job"
)

// CounterProps are what the Counter stack is made from.
type CounterProps struct {
	Environment settings.Environment
	Jobs        job.File
	JobsYAML    []byte
	Sources     []Source
	Data        *Data
	Code        Code

	results     awss3.IBucket // of Data, as the stack sees it
	checksTopic *string       // its ARN; nil where there is nothing to tell
}

// NewCounter adds the Counter stack, which can be destroyed and deployed again without
// losing a record.
func NewCounter(scope constructs.Construct, props CounterProps) error {
	stack := newStack(scope, "Counter", props.Environment, "counts on a schedule")
	props.results = props.Data.Results(stack)
	props.checksTopic = newChecksTopic(stack, props)
	queues := newDeadLetters(stack)
	users, err := newDatabaseUsers(stack, props)
	if err != nil {
		return fmt.Errorf("database users: %w", err)
	}
	functions, err := newFunctions(stack, props, queues.failedRuns)
	if err != nil {
		return fmt.Errorf("functions: %w", err)
	}
	for _, counter := range functions.counters {
		counter.function.Node().AddDependency(users...)
	}
	newSchedules(stack, props, functions, queues.undelivered)
	alarms := newAlarms(stack, props.Environment, functions, queues)
	newDashboards(stack, props, functions, queues, alarms)
	if !props.Environment.Query {
		return nil
	}
	if err := newQuery(stack, props); err != nil {
		return fmt.Errorf("query: %w", err)
	}
	return nil
}
