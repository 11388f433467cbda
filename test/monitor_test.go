package test

import (
	"slices"
	"testing"
)

// CloudFormation updates the monitor last: a sweep in the middle of a deploy that is rolled
// back must not find the new jobs in it while the old schedules fire.
func TestTheMonitorIsUpdatedAfterAllSchedules(t *testing.T) {
	for _, environment := range environments {
		template := templateOf(t, environment+"-Counter")
		after, seen := texts(template.Resources[monitor].DependsOn), 0
		for _, kind := range []string{"AWS::Events::Rule", "AWS::Scheduler::Schedule"} {
			for id, schedule := range template.ofType(kind) {
				if schedule.Properties["Name"] == "tally-"+environment+"--sweep" {
					continue
				}
				seen++
				if !slices.Contains(after, id) {
					t.Errorf("%s: the monitor does not depend on %s", environment, id)
				}
			}
		}
		if seen < 2 {
			t.Errorf("%s has %d schedules: this proves nothing", environment, seen)
		}
	}
}

// With limited concurrency, two sweeps together would take more runs than one may.
func TestTheMonitorRunsOnceAtATimeWhereConcurrencyIsLimited(t *testing.T) {
	for environment, want := range map[string]any{"created": nil, "existing": 1.0} {
		function := templateOf(t, environment+"-Counter").Resources[monitor]
		if got := function.Properties["ReservedConcurrentExecutions"]; got != want {
			t.Errorf("%s: the monitor reserves %v, want %v", environment, got, want)
		}
	}
}
