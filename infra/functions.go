package infra

import (
	"fmt"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
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
