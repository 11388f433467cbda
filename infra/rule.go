package infra

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/lambda/job"
)

// newRule adds a job's EventBridge rule. It is made of L1 constructs: L2 targets
// would add a permission and a queue statement per rule, and SQS allows 20.
func newRule(scope constructs.Construct, name string, definition job.Job, function awslambda.Function, undelivered awssqs.Queue) error {
	input, err := ruleInput(definition)
	if err != nil {
		return err
	}
	target := ruleTarget(function, undelivered)
	target.InputTransformer = &awsevents.CfnRule_InputTransformerProperty{
		InputPathsMap: map[string]string{"time": "$.time"},
		InputTemplate: jsii.String(input),
	}
	awsevents.NewCfnRule(scope, jsii.String("Rule-"+definition.Name), &awsevents.CfnRuleProps{
		Name:               jsii.String(name),
		Description:        inWords(definition),
		ScheduleExpression: jsii.String(definition.Cron.Canonical()),
		State:              jsii.String("ENABLED"),
		Targets:            []*awsevents.CfnRule_TargetProperty{target},
	})
	return nil
}

// ruleTarget is the function as a rule's target, without the input.
func ruleTarget(function awslambda.Function, undelivered awssqs.Queue) *awsevents.CfnRule_TargetProperty {
	return &awsevents.CfnRule_TargetProperty{
		Id:  jsii.String("Function"),
		Arn: function.FunctionArn(),
		RetryPolicy: &awsevents.CfnRule_RetryPolicyProperty{
			MaximumEventAgeInSeconds: jsii.Number(deliveryAge),
			MaximumRetryAttempts:     jsii.Number(deliveryTries),
		},
		DeadLetterConfig: &awsevents.CfnRule_DeadLetterConfigProperty{Arn: undelivered.QueueArn()},
	}
}

// ruleInput is the function's event as an EventBridge input template. <time>
// stands for the event's time and brings its own quotes (EventBridge user guide,
// "Amazon EventBridge input transformation").
func ruleInput(definition job.Job) (string, error) {
	event, err := scheduledEvent(definition, eventTime)
	return strings.Replace(event, `"`+eventTime+`"`, eventTime, 1), err
}

const eventTime = "<time>"

// allowRules lets all rules of the environment invoke the function and use the
// queue: one permission and one statement, whatever the number of jobs.
func allowRules(scope constructs.Construct, pattern string, function awslambda.Function, undelivered awssqs.Queue) {
	rules := awscdk.Stack_Of(scope).FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("events"), Resource: jsii.String("rule"), ResourceName: jsii.String(pattern),
	})
	awslambda.NewCfnPermission(scope, jsii.String("RulesInvoke"), &awslambda.CfnPermissionProps{
		Action:       jsii.String("lambda:InvokeFunction"),
		FunctionName: function.FunctionArn(),
		Principal:    jsii.String("events.amazonaws.com"),
		SourceArn:    rules,
	})
	undelivered.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        jsii.String("RulesDeadLetters"),
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("events.amazonaws.com"), nil)},
		Actions:    jsii.Strings("sqs:SendMessage"),
		Resources:  &[]*string{undelivered.QueueArn()},
		Conditions: &map[string]any{"ArnLike": map[string]*string{"aws:SourceArn": rules}},
	}))
}
