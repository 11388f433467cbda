package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/lambda/contract"
)

// newChecksTopic returns the ARN of the topic that the monitor tells of checks and summaries:
// the one that the environment names, or one of its own. It is nil where there is nothing to
// tell. Synth warns where nobody is told, if data is protected.
func newChecksTopic(stack awscdk.Stack, props CounterProps) *string {
	environment := props.Environment
	if !environment.Tells(props.Jobs) {
		return nil
	}
	topic := optional(environment.Notify.TopicARN)
	if topic == nil {
		scope := constructs.NewConstruct(stack, jsii.String("Checks"))
		topic = newTopic(scope, environment.ChecksTopicName(), environment.Told()).TopicArn()
		if environment.Protect && len(environment.Told()) == 0 {
			awscdk.Annotations_Of(scope).AddWarningV2(jsii.String("tally:nobodyHearsChecks"), jsii.String(
				"nobody hears of the checks or the summary of "+environment.Name+", which protects its data: write notify: {email: [analysts@example.com]} or notify: {topic_arn: …} in its file"))
		}
	}
	output(stack, "ChecksTopicArn", "The topic that is told of failed checks and summaries", topic)
	return topic
}

// hintAge is how long EventBridge tries to tell the monitor of a record.
const hintAge = 60 * 60 // seconds

// addStored adds the rule that tells the monitor of each new record. That is a hint: the hourly
// sweep checks every record that has no result. So EventBridge tries for an hour only. Then it
// puts nothing into the queue of undelivered events, where a message is work for a person.
func (s schedules) addStored(name string, bucket *string) {
	awsevents.NewCfnRule(s.scope, jsii.String("Stored"), &awsevents.CfnRuleProps{
		Name:        jsii.String(name),
		Description: jsii.String("Tells the monitor of each new record, which it checks"),
		EventPattern: map[string]any{
			"source":      []string{"aws.s3"},
			"detail-type": []string{"Object Created"},
			"detail": map[string]any{
				"bucket": map[string]any{"name": []*string{bucket}},
				"object": map[string]any{"key": []any{map[string]string{"prefix": contract.RecordPrefix}}},
			},
		},
		State: jsii.String("ENABLED"),
		Targets: []*awsevents.CfnRule_TargetProperty{{
			Id:  jsii.String("Function"),
			Arn: s.functions.monitor.FunctionArn(),
			InputTransformer: &awsevents.CfnRule_InputTransformerProperty{
				InputPathsMap: map[string]string{"key": "$.detail.object.key"},
				InputTemplate: jsii.String(`{"stored":<key>}`),
			},
			RetryPolicy: &awsevents.CfnRule_RetryPolicyProperty{
				MaximumEventAgeInSeconds: jsii.Number(hintAge),
				MaximumRetryAttempts:     jsii.Number(deliveryTries),
			},
		}},
	})
}
