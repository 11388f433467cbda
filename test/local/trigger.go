package local

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"tally/lambda/contract"
)

// Trigger is a rule or schedule of the template. It fires a job or the sweep on AWS.
type Trigger struct {
	Expression string // cron(…)
	Timezone   string // IANA zone; UTC for a rule
	target     string // the logical id of the function
	input      func(time.Time) (string, error)
}

// Event is the payload that EventBridge would hand to the function for a time.
func (t Trigger) Event(at time.Time) (string, error) { return t.input(at) }

// triggerKinds read triggers, by CloudFormation type.
var triggerKinds = map[string]func(resource) (Trigger, error){
	"AWS::Events::Rule":        ruleTrigger,
	"AWS::Scheduler::Schedule": schedulerTrigger,
}

// fired is what the rules and schedules of a template fire.
type fired struct {
	jobs    map[string]Trigger // by name
	sweep   Trigger
	summary Trigger // the zero value if the template has none
}

// triggers reads the rules and schedules of a template that fire by the clock. eventRules
// reads the others.
func triggers(counter template) (fired, error) {
	found := fired{jobs: map[string]Trigger{}}
	for kind, read := range triggerKinds {
		for id, resource := range counter.ofType(kind) {
			if resource.Properties["EventPattern"] != nil {
				continue
			}
			trigger, err := read(resource)
			if err == nil {
				err = found.add(trigger)
			}
			if err != nil {
				return fired{}, fmt.Errorf("%s: %w", id, err)
			}
		}
	}
	if found.sweep.input == nil {
		return fired{}, errors.New("no rule fires the sweep")
	}
	return found, nil
}

// add adds a trigger as what its event asks for.
func (f *fired) add(trigger Trigger) error {
	text, err := trigger.Event(time.Unix(0, 0))
	if err != nil {
		return err
	}
	request, err := contract.ParseEvent([]byte(text))
	if err != nil {
		return err
	}
	switch request := request.(type) {
	case contract.Event:
		if _, taken := f.jobs[request.Job]; taken {
			return fmt.Errorf("job %q has two triggers", request.Job)
		}
		f.jobs[request.Job] = trigger
	case contract.Sweep:
		f.sweep = trigger
	case contract.Summarize:
		f.summary = trigger
	default:
		return fmt.Errorf("the event %s is neither of a job, a sweep nor a summary", text)
	}
	return nil
}

// ruleTrigger reads a rule with a schedule.
func ruleTrigger(rule resource) (Trigger, error) {
	expression, _ := rule.Properties["ScheduleExpression"].(string)
	target, err := readTarget(rule)
	if err != nil {
		return Trigger{}, err
	}
	input := func(at time.Time) (string, error) { return target.input(map[string]any{"time": eventTime(at)}) }
	return newTrigger(expression, "UTC", target.Arn, input)
}

// schedulerTrigger replaces Scheduler's context attribute (Scheduler user guide,
// "Adding context attributes").
func schedulerTrigger(schedule resource) (Trigger, error) {
	var properties struct {
		ScheduleExpression         string
		ScheduleExpressionTimezone string
		Target                     struct {
			Arn   any
			Input string
		}
	}
	if err := convert(schedule.Properties, &properties); err != nil {
		return Trigger{}, err
	}
	input := func(at time.Time) (string, error) {
		return strings.ReplaceAll(properties.Target.Input, "<aws.scheduler.scheduled-time>", eventTime(at)), nil
	}
	return newTrigger(properties.ScheduleExpression, properties.ScheduleExpressionTimezone, properties.Target.Arn, input)
}

func newTrigger(expression, timezone string, arn any, input func(time.Time) (string, error)) (Trigger, error) {
	targets := attributed(arn)
	if len(targets) != 1 {
		return Trigger{}, fmt.Errorf("its target is %v, want the ARN of a function", arn)
	}
	return Trigger{Expression: expression, Timezone: timezone, target: targets[0], input: input}, nil
}

func eventTime(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// convert reads properties into a struct with only the fields of interest.
// References in other fields stay untouched.
func convert(properties map[string]any, into any) error {
	data, err := json.Marshal(properties)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}
