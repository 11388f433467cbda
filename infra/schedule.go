package infra

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/lambda/job"
)

// How long EventBridge tries to hand an event to Lambda: the most it offers, so
// that an outage of a day loses no slot.
const (
	deliveryAge   = 24 * 60 * 60 // seconds
	deliveryTries = 185
)

// newSchedules adds what fires the function: per job one EventBridge rule (UTC) or
// one Scheduler schedule (in a zone), and the sweep. What they share is there even
// when no job uses it, so that moving one job between them changes that job only.
func newSchedules(stack awscdk.Stack, props CounterProps, function awslambda.Function, undelivered awssqs.Queue) error {
	scope := constructs.NewConstruct(stack, jsii.String("Schedules"))
	allowRules(scope, props.Environment.RuleName("*"), function, undelivered)
	newSweep(scope, props.Environment.SweepRuleName(), function, undelivered)
	group := newScheduleGroup(scope, props.Environment.AWSName(), function, undelivered)
	for _, definition := range props.Jobs.Jobs {
		for _, warning := range definition.Warnings() {
			awscdk.Annotations_Of(scope).AddWarningV2(jsii.String("tally:clocks:"+definition.Name), jsii.String("job "+definition.Name+": "+warning))
		}
		var err error
		if definition.ScheduleTimezone == "" {
			err = newRule(scope, props.Environment.RuleName(definition.Name), definition, function, undelivered)
		} else {
			err = group.add(scope, definition, function, undelivered)
		}
		if err != nil {
			return fmt.Errorf("job %s: %w", definition.Name, err)
		}
	}
	return nil
}

// descriptionLimit is that of rules and schedules, in characters.
const descriptionLimit = 512

// inWords says what a schedule does, for the console.
func inWords(definition job.Job) *string {
	text := fmt.Sprintf("Counts %s %s", definition.Name, definition.ScheduleInWords())
	if definition.Description != "" {
		text += ": " + definition.Description
	}
	if characters := []rune(text); len(characters) > descriptionLimit {
		text = string(characters[:descriptionLimit-1]) + "…"
	}
	return jsii.String(text)
}

// scheduledEvent is the contract.Event that a job's schedule sends, with the
// service's own placeholder where the time will be. HTML escaping is off: it would
// turn the placeholder's < and > into something that EventBridge does not know.
func scheduledEvent(definition job.Job, timePlaceholder string) (string, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(struct {
		Job           string `json:"job"`
		ScheduledTime string `json:"scheduledTime"`
		Schedule      string `json:"schedule"`
		Timezone      string `json:"timezone,omitempty"`
	}{definition.Name, timePlaceholder, definition.Cron.Canonical(), definition.ScheduleTimezone})
	if err != nil {
		return "", fmt.Errorf("encode event: %w", err)
	}
	return strings.TrimSpace(text.String()), nil
}
