package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// ruleTime stands for the event's time in what a rule sends, and brings its own quotes
// (EventBridge user guide, "Amazon EventBridge input transformation").
const ruleTime = "<time>"

// addJobRule adds a job's EventBridge rule.
func (s schedules) addJobRule(name string, definition job.Job) awsevents.CfnRule {
	target := s.timedTarget(s.counterOf(definition), scheduledEvent(definition, ruleTime))
	return s.addRule("Rule-"+definition.Name, name, inWords(definition), definition.Cron.Canonical(), target)
}

// sweepSchedule fires every contract.SweepEvery, at a minute that few jobs have.
const sweepSchedule = "cron(17 * * * ? *)"

// addSweep adds the rule that has the monitor look for slots without a record.
func (s schedules) addSweep(name string) {
	target := s.ruleTarget(s.functions.monitor)
	target.Input = jsii.String(contract.SweepEvent)
	s.addRule("Sweep", name, "Looks for slots without a record, every hour", sweepSchedule, target)
}

// addRule adds an L1 construct: L2 targets would add a permission and a queue statement
// per rule, and SQS allows 20.
func (s schedules) addRule(id, name, description, schedule string, target *awsevents.CfnRule_TargetProperty) awsevents.CfnRule {
	return awsevents.NewCfnRule(s.scope, jsii.String(id), &awsevents.CfnRuleProps{
		Name:               jsii.String(name),
		Description:        jsii.String(description),
		ScheduleExpression: jsii.String(schedule),
		State:              jsii.String("ENABLED"),
		Targets:            []*awsevents.CfnRule_TargetProperty{target},
	})
}

// ruleTarget is a function as a rule's target, without the input.
func (s schedules) ruleTarget(function awslambda.Function) *awsevents.CfnRule_TargetProperty {
	return &awsevents.CfnRule_TargetProperty{
		Id:  jsii.String("Function"),
		Arn: function.FunctionArn(),
		RetryPolicy: &awsevents.CfnRule_RetryPolicyProperty{
			MaximumEventAgeInSeconds: jsii.Number(deliveryAge),
			MaximumRetryAttempts:     jsii.Number(deliveryTries),
		},
		DeadLetterConfig: &awsevents.CfnRule_DeadLetterConfigProperty{Arn: s.undelivered.QueueArn()},
	}
}

// timedTarget is a function as a rule's target, with an input that holds ruleTime.
func (s schedules) timedTarget(function awslambda.Function, input *string) *awsevents.CfnRule_TargetProperty {
	target := s.ruleTarget(function)
	target.InputTransformer = &awsevents.CfnRule_InputTransformerProperty{
		InputPathsMap: map[string]string{"time": "$.time"},
		InputTemplate: input,
	}
	return target
}

// allowRules lets all rules whose names match the pattern invoke the functions and use the
// queue: one permission for each function and one statement, whatever the number of jobs.
func (s schedules) allowRules(pattern string) {
	rules := slashARN(awscdk.Stack_Of(s.scope), "events", "rule/"+pattern)
	for _, function := range s.functions.all() {
		awslambda.NewCfnPermission(function, jsii.String("RulesInvoke"), &awslambda.CfnPermissionProps{
			Action:       jsii.String("lambda:InvokeFunction"),
			FunctionName: function.FunctionArn(),
			Principal:    jsii.String("events.amazonaws.com"),
			SourceArn:    rules,
		})
	}
	s.undelivered.AddToResourcePolicy(allowService("events", "RulesDeadLetters", "sqs:SendMessage", s.undelivered.QueueArn(),
		map[string]any{"ArnLike": map[string]*string{"aws:SourceArn": rules}}))
}
