package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/jsii-runtime-go"

	"tally/lambda/job"
)

// scheduleGroup holds the Scheduler schedules of an environment and the role they
// share, which may invoke the counters and nothing else.
type scheduleGroup struct {
	schedules
	group awsscheduler.CfnScheduleGroup
	role  awsiam.Role
}

func (s schedules) newGroup(name string) scheduleGroup {
	group := awsscheduler.NewCfnScheduleGroup(s.scope, jsii.String("Group"), &awsscheduler.CfnScheduleGroupProps{
		Name: jsii.String(name),
	})
	stack := awscdk.Stack_Of(s.scope)
	// Conditions keep other accounts and groups from using the role (Scheduler user
	// guide, "Confused deputy prevention").
	scheduler := awsiam.NewServicePrincipal(jsii.String("scheduler.amazonaws.com"), &awsiam.ServicePrincipalOpts{
		Conditions: &map[string]any{"StringEquals": map[string]*string{
			"aws:SourceAccount": stack.Account(),
			"aws:SourceArn": stack.FormatArn(&awscdk.ArnComponents{
				Service: jsii.String("scheduler"), Resource: jsii.String("schedule-group"), ResourceName: jsii.String(name),
			}),
		}},
	})
	statements := []awsiam.PolicyStatement{allow("DeadLetters", []string{"sqs:SendMessage"}, s.undelivered.QueueArn())}
	if counters := s.functions.arns(); len(counters) > 0 {
		statements = append(statements, allow("Invoke", []string{"lambda:InvokeFunction"}, counters...))
	}
	role := newRole(s.scope, "SchedulerRole", scheduler, "Fire", statements...)
	return scheduleGroup{s, group, role}
}

// add makes a job's schedule. It fires at the wall-clock times of the job's zone,
// as Scheduler does: skipped in a DST gap, once in an overlap.
func (g scheduleGroup) add(definition job.Job) awsscheduler.CfnSchedule {
	return awsscheduler.NewCfnSchedule(g.scope, jsii.String("Schedule-"+definition.Name), &awsscheduler.CfnScheduleProps{
		Name:                       jsii.String(definition.Name),
		GroupName:                  g.group.Ref(),
		Description:                jsii.String(inWords(definition)),
		ScheduleExpression:         jsii.String(definition.Cron.Canonical()),
		ScheduleExpressionTimezone: jsii.String(definition.ScheduleTimezone),
		FlexibleTimeWindow:         &awsscheduler.CfnSchedule_FlexibleTimeWindowProperty{Mode: jsii.String("OFF")},
		State:                      jsii.String("ENABLED"),
		Target: &awsscheduler.CfnSchedule_TargetProperty{
			Arn:     g.counterOf(definition).FunctionArn(),
			RoleArn: g.role.RoleArn(),
			Input:   scheduledEvent(definition, `"<aws.scheduler.scheduled-time>"`),
			RetryPolicy: &awsscheduler.CfnSchedule_RetryPolicyProperty{
				MaximumEventAgeInSeconds: jsii.Number(deliveryAge),
				MaximumRetryAttempts:     jsii.Number(deliveryTries),
			},
			DeadLetterConfig: &awsscheduler.CfnSchedule_DeadLetterConfigProperty{Arn: g.undelivered.QueueArn()},
		},
	})
}
