package infra

import (
	"fmt"

	"github.com/aws/jsii-runtime-go"

	"tally/infra/settings"
	"tally/lambda/job"
)

// addSummary adds the rule, or the schedule in a zone, that asks the monitor for the summary. Their
// ids differ: CloudFormation does not make one of another type out of a resource.
func (s schedules) addSummary(group scheduleGroup, summary job.Summary) {
	const description = "Tells the counts of all jobs"
	if summary.ScheduleTimezone == "" {
		target := s.timedTarget(s.functions.monitor, summaryEvent(ruleTime))
		s.addRule("Summary", s.environment.SummaryRuleName(), description, summary.Cron.Canonical(), target)
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
