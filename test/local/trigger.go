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

// triggers reads the rules and schedules of a template: those of jobs, by the job's name,
// and the one of the sweep.
func triggers(counter template) (jobs map[string]Trigger, sweep Trigger, err error) {
	jobs = map[string]Trigger{}
	for kind, read := range triggerKinds {
		for id, resource := range counter.ofType(kind) {
			trigger, err := read(resource)
			if err != nil {
				return nil, Trigger{}, fmt.Errorf("%s: %w", id, err)
			}
			job, err := trigger.job()
			if err != nil {
				return nil, Trigger{}, fmt.Errorf("%s: %w", id, err)
			}
			if job == "" {
				sweep = trigger
				continue
			}
			if _, taken := jobs[job]; taken {
				return nil, Trigger{}, fmt.Errorf("%s: job %q has two triggers", id, job)
			}
			jobs[job] = trigger
		}
	}
	if sweep.input == nil {
		return nil, Trigger{}, errors.New("no rule fires the sweep")
	}
	return jobs, sweep, nil
}

// job is the job that the trigger's event names; empty for a sweep.
func (t Trigger) job() (string, error) {
	text, err := t.Event(time.Unix(0, 0))
	if err != nil {
		return "", err
	}
	request, err := contract.ParseEvent([]byte(text))
	if err != nil {
		return "", err
	}
	event, _ := request.(contract.Event)
	return event.Job, nil
}

// ruleTrigger does what EventBridge does with a constant input and with an input
// transformer: each placeholder <name> becomes the JSON value at its path in the
// event (EventBridge user guide, "Amazon EventBridge input transformation").
func ruleTrigger(rule resource) (Trigger, error) {
	var properties struct {
		ScheduleExpression string
		Targets            []struct {
			Arn              any
			Input            string
			InputTransformer struct {
				InputPathsMap map[string]string
				InputTemplate string
			}
		}
	}
	if err := convert(rule.Properties, &properties); err != nil {
		return Trigger{}, err
	}
	if len(properties.Targets) != 1 {
		return Trigger{}, fmt.Errorf("it has %d targets, want one", len(properties.Targets))
	}
	target := properties.Targets[0]
	transformer := target.InputTransformer
	input := func(at time.Time) (string, error) {
		if target.Input != "" {
			return target.Input, nil
		}
		text := transformer.InputTemplate
		for name, path := range transformer.InputPathsMap {
			if path != "$.time" {
				return "", fmt.Errorf("the input path %s is not supported here", path)
			}
			text = strings.ReplaceAll(text, "<"+name+">", `"`+eventTime(at)+`"`)
		}
		return text, nil
	}
	return newTrigger(properties.ScheduleExpression, "UTC", target.Arn, input)
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
