package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/jsii-runtime-go"

	"tally/lambda/job"
)

// scheduleGroup holds the Scheduler schedules of an environment and the role they
// share, which may invoke the counters, and the monitor if it has a schedule.
type scheduleGroup struct {
	schedules
	group awsscheduler.CfnScheduleGroup
	role  awsiam.Role
}

func (s schedules) newGroup(name string, summary *job.Summary) scheduleGroup {
	group := awsscheduler.NewCfnScheduleGroup(s.scope, jsii.String("Group"), &awsscheduler.CfnScheduleGroupProps{
		Name: jsii.String(name),
	})
	stack := awscdk.Stack_Of(s.scope)
	// Conditions keep other accounts and groups from using the role (Scheduler user
	// guide, "Confused deputy prevention").
	scheduler := awsiam.NewServicePrincipal(jsii.String("scheduler.amazonaws.com"), &awsiam.ServicePrincipalOpts{
		Conditions: &map[string]any{"StringEquals": map[string]*string{
			"aws:SourceAccount": stack.Account(),
			"aws:SourceArn":     slashARN(stack, "scheduler", "schedule-group/"+name),
		}},
	})
	statements := []awsiam.PolicyStatement{allow("DeadLetters", []string{"sqs:SendMessage"}, s.undelivered.QueueArn())}
	if counters := s.functions.arns(); len(counters) > 0 {
		statements = append(statements, allow("Invoke", []string{"lambda:InvokeFunction"}, counters...))
	}
	if summary != nil && summary.ScheduleTimezone != "" {
		// By its name: the monitor is updated after the schedules of jobs, which need this role.
		monitor := colonARN(stack, "lambda", "function", s.environment.MonitorName())
		statements = append(statements, allow("Summarize", []string{"lambda:InvokeFunction"}, monitor))
	}
	role := newRole(s.scope, "SchedulerRole", scheduler, "Fire", statements...)
	return scheduleGroup{s, group, role}
}

// schedulerTime stands for the scheduled time in what a schedule sends.
const schedulerTime = `"<aws.scheduler.scheduled-time>"`

// add makes a job's schedule.
func (g scheduleGroup) add(definition job.Job) awsscheduler.CfnSchedule {
	return g.addSchedule("Schedule-"+definition.Name, definition.Name, inWords(definition), definition.Cron.Canonical(), definition.ScheduleTimezone,
		g.counterOf(definition), scheduledEvent(definition, schedulerTime))
}

// addSchedule makes a schedule. It fires at the wall-clock times of the zone, as Scheduler
// does: skipped in a DST gap, once in an overlap.
func (g scheduleGroup) addSchedule(id, name, description, expression, zone string, function awslambda.Function, input *string) awsscheduler.CfnSchedule {
	return awsscheduler.NewCfnSchedule(g.scope, jsii.String(id), &awsscheduler.CfnScheduleProps{
		Name:                       jsii.String(name),
		GroupName:                  g.group.Ref(),
		Description:                jsii.String(description),
		ScheduleExpression:         jsii.String(expression),
		ScheduleExpressionTimezone: jsii.String(zone),
		FlexibleTimeWindow:         &awsscheduler.CfnSchedule_FlexibleTimeWindowProperty{Mode: jsii.String("OFF")},
		State:                      jsii.String("ENABLED"),
		Target: &awsscheduler.CfnSchedule_TargetProperty{
			Arn:     function.FunctionArn(),
			RoleArn: g.role.RoleArn(),
			Input:   input,
			RetryPolicy: &awsscheduler.CfnSchedule_RetryPolicyProperty{
				MaximumEventAgeInSeconds: jsii.Number(deliveryAge),
				MaximumRetryAttempts:     jsii.Number(deliveryTries),
			},
			DeadLetterConfig: &awsscheduler.CfnSchedule_DeadLetterConfigProperty{Arn: g.undelivered.QueueArn()},
		},
	})
}
