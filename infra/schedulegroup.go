package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/lambda/job"
)

// scheduleGroup holds the Scheduler schedules of an environment and the role they
// share, which may invoke this function and nothing else.
type scheduleGroup struct {
	group awsscheduler.CfnScheduleGroup
	role  awsiam.Role
}

func newScheduleGroup(scope constructs.Construct, name string, function awslambda.Function, undelivered awssqs.Queue) scheduleGroup {
	group := awsscheduler.NewCfnScheduleGroup(scope, jsii.String("Group"), &awsscheduler.CfnScheduleGroupProps{
		Name: jsii.String(name),
	})
	stack := awscdk.Stack_Of(scope)
	// A principal with conditions keeps other accounts and groups from using the
	// role (Scheduler user guide, "Confused deputy prevention").
	scheduler := awsiam.NewServicePrincipal(jsii.String("scheduler.amazonaws.com"), &awsiam.ServicePrincipalOpts{
		Conditions: &map[string]any{
			"StringEquals": map[string]*string{
				"aws:SourceAccount": stack.Account(),
				"aws:SourceArn": stack.FormatArn(&awscdk.ArnComponents{
					Service: jsii.String("scheduler"), Resource: jsii.String("schedule-group"), ResourceName: jsii.String(name),
				}),
			},
		},
	})
	role := awsiam.NewRole(scope, jsii.String("SchedulerRole"), &awsiam.RoleProps{
		AssumedBy: scheduler,
		InlinePolicies: &map[string]awsiam.PolicyDocument{
			"Fire": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &[]awsiam.PolicyStatement{
				allow("Invoke", []string{"lambda:InvokeFunction"}, function.FunctionArn()),
				allow("DeadLetters", []string{"sqs:SendMessage"}, undelivered.QueueArn()),
			}}),
		},
	})
	return scheduleGroup{group: group, role: role}
}

// add makes a job's schedule. It fires at the wall-clock times of the job's zone,
// as Scheduler does: skipped in a DST gap, once in an overlap.
func (g scheduleGroup) add(scope constructs.Construct, definition job.Job, function awslambda.Function, undelivered awssqs.Queue) error {
	input, err := scheduledEvent(definition, "<aws.scheduler.scheduled-time>")
	if err != nil {
		return err
	}
	awsscheduler.NewCfnSchedule(scope, jsii.String("Schedule-"+definition.Name), &awsscheduler.CfnScheduleProps{
		Name:                       jsii.String(definition.Name),
		GroupName:                  g.group.Ref(),
		Description:                inWords(definition),
		ScheduleExpression:         jsii.String(definition.Cron.Canonical()),
		ScheduleExpressionTimezone: jsii.String(definition.ScheduleTimezone),
		FlexibleTimeWindow:         &awsscheduler.CfnSchedule_FlexibleTimeWindowProperty{Mode: jsii.String("OFF")},
		State:                      jsii.String("ENABLED"),
		Target: &awsscheduler.CfnSchedule_TargetProperty{
			Arn:     function.FunctionArn(),
			RoleArn: g.role.RoleArn(),
			Input:   jsii.String(input),
			RetryPolicy: &awsscheduler.CfnSchedule_RetryPolicyProperty{
				MaximumEventAgeInSeconds: jsii.Number(deliveryAge),
				MaximumRetryAttempts:     jsii.Number(deliveryTries),
			},
			DeadLetterConfig: &awsscheduler.CfnSchedule_DeadLetterConfigProperty{Arn: undelivered.QueueArn()},
		},
	})
	return nil
}
