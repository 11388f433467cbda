package test

import (
	"slices"
	"strings"
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
				if strings.HasPrefix(schedule.Properties["Name"].(string), "tally-"+environment+"--") {
					continue // of the monitor itself
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

// A thousand records at once are a thousand events. Without checks only sweeps run: with limited
// concurrency, two together would take more runs than one may.
func TestWhatTheMonitorReserves(t *testing.T) {
	for _, test := range []struct {
		checked bool
		limit   int // max_concurrency
		want    any
	}{{true, 0, 2.0}, {true, 5, 2.0}, {true, 1, 1.0}, {false, 0, nil}, {false, 5, 1.0}} {
		source := fixtures
		source.Only = "existing"
		loaded := load(t, source)
		loaded.Environments[0].Checks.Off, loaded.Environments[0].MaxConcurrency = !test.checked, test.limit
		function := parse(t, synthesized(t, loaded, standIn)["existing-Counter"].Template).Resources[monitor]
		if got := function.Properties["ReservedConcurrentExecutions"]; got != test.want {
			t.Errorf("%+v: the monitor reserves %v", test, got)
		}
	}
}
