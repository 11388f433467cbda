package infra

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/settings"
	"tally/lambda/job"
)

// How long EventBridge and Scheduler try to hand an event to Lambda: the most that they
// offer, so that an outage of a day loses no slot.
const (
	deliveryAge   = 24 * 60 * 60 // seconds
	deliveryTries = 185
)

// schedules are what fires the functions. An event that cannot be delivered goes to the
// queue of undelivered events.
type schedules struct {
	scope       constructs.Construct
	environment settings.Environment
	functions   functions
	undelivered awssqs.Queue
}

// counterOf is the function that counts a job.
func (s schedules) counterOf(j job.Job) awslambda.Function {
	return s.functions.named(s.environment.Counter(j.Source))
}

// newSchedules adds one EventBridge rule (UTC) or one Scheduler schedule (in a zone) per
// job, the sweep's rule, and those of checks and of the summary. What the two kinds share is there even when no job uses it,
// so that moving one job between them changes that job only.
//
// The monitor is updated after them: a sweep in the middle of a deploy that is then rolled
// back must not take the new schedules for deployed.
func newSchedules(stack awscdk.Stack, props CounterProps, functions functions, undelivered awssqs.Queue) {
	s := schedules{constructs.NewConstruct(stack, jsii.String("Schedules")), props.Environment, functions, undelivered}
	s.allowRules(props.Environment.RuleName("*"))
	s.addSweep(props.Environment.RuleName(settings.SweepName))
	group := s.newGroup(props.Environment.AWSName(), props.Jobs.Summary)
	if props.Environment.Checked(props.Jobs) {
		s.addStored(props.Environment.RuleName(settings.StoredName), props.results.BucketName())
	}
	if summary := props.Jobs.Summary; summary != nil {
		s.addSummary(group, *summary)
	}
	for _, definition := range props.Jobs.Jobs {
		for _, warning := range definition.Warnings() {
			awscdk.Annotations_Of(s.scope).AddWarningV2(jsii.String("tally:clocks:"+definition.Name), jsii.String("job "+definition.Name+": "+warning))
		}
		var fires awscdk.CfnResource
		if definition.ScheduleTimezone == "" {
			fires = s.addJobRule(props.Environment.RuleName(definition.Name), definition)
		} else {
			fires = group.add(definition)
		}
		functions.monitor.Node().DefaultChild().(awscdk.CfnResource).AddResourceDependency(fires, nil)
	}
}

// descriptionLimit is the longest description of rules and schedules, in characters.
const descriptionLimit = 512

// inWords says what a schedule does, for the console.
func inWords(definition job.Job) string {
	text := fmt.Sprintf("Counts %s %s", definition.Name, definition.ScheduleInWords())
	if definition.Description != "" {
		text += ": " + definition.Description
	}
	if characters := []rune(text); len(characters) > descriptionLimit {
		text = string(characters[:descriptionLimit-1]) + "…"
	}
	return text
}

// scheduledEvent is the contract.Event that a job's schedule sends, as JSON. time is
// what the service replaces with the scheduled time, with quotes where the service adds
// none. The other texts are ASCII without quotes, which Go quotes as JSON does.
func scheduledEvent(definition job.Job, time string) *string {
	zone := ""
	if definition.ScheduleTimezone != "" {
		zone = fmt.Sprintf(`,"timezone":%q`, definition.ScheduleTimezone)
	}
	return jsii.String(fmt.Sprintf(`{"job":%q,"scheduledTime":%s,"schedule":%q%s}`, definition.Name, time, definition.Cron.Canonical(), zone))
}

// addSummary adds the rule, or the schedule in a zone, that asks the monitor for the summary. Their
// ids differ: CloudFormation does not make one of another type out of a resource.
func (s schedules) addSummary(group scheduleGroup, summary job.Summary) {
	const description = "Tells the counts of all jobs"
	if summary.ScheduleTimezone == "" {
		target := s.timedTarget(s.functions.monitor, summaryEvent(ruleTime))
		s.addRule("Summary", s.environment.RuleName(settings.SummaryName), description, summary.Cron.Canonical(), target)
		return
	}
	group.addSchedule("SummaryInZone", settings.SummaryName, description, summary.Cron.Canonical(), summary.ScheduleTimezone,
		s.functions.monitor, summaryEvent(schedulerTime))
}

// summaryEvent is the contract.Summarize that the schedule sends, as JSON. time is as in
// scheduledEvent.
func summaryEvent(time string) *string {
	return jsii.String(fmt.Sprintf(`{"summary":true,"scheduledTime":%s}`, time))
}
