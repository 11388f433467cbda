package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/settings"
)

// alarmActions are where an environment's alarms go: the topic that it names, a
// topic of its own, or nowhere, which is said where data is protected.
func alarmActions(scope constructs.Construct, environment settings.Environment, alarmARNPrefix string) *[]any {
	switch {
	case environment.Alarms.TopicARN != "":
		return &[]any{jsii.String(environment.Alarms.TopicARN)}
	case len(environment.Alarms.Email) > 0:
		return &[]any{newTopic(scope, environment, alarmARNPrefix).TopicArn()}
	}
	if environment.Protect {
		awscdk.Annotations_Of(scope).AddWarningV2(jsii.String("tally:nobodyHearsAlarms"), jsii.String(
			"nobody hears the alarms of "+environment.Name+", which protects its data: write alarms: {email: [oncall@example.com]} or alarms: {topic_arn: …} in its file"))
	}
	return nil
}

// newTopic adds the environment's own topic, which the addresses subscribe to once
// they confirm. It has no key: CloudWatch may not use AWS's own for SNS, one of
// one's own costs more than all else here, and what an alarm says is no secret.
func newTopic(scope constructs.Construct, environment settings.Environment, alarmARNPrefix string) awssns.Topic {
	topic := awssns.NewTopic(scope, jsii.String("Topic"), &awssns.TopicProps{
		TopicName:  jsii.String(environment.TopicName()),
		EnforceSSL: jsii.Bool(true),
	})
	letAlarmsPublish(topic, alarmARNPrefix)
	for _, address := range environment.Alarms.Email {
		// The address is the id: to list them in another order must not ask anybody
		// to confirm again.
		awssns.NewCfnSubscription(scope, jsii.String("Email-"+address), &awssns.CfnSubscriptionProps{
			TopicArn: topic.TopicArn(),
			Protocol: jsii.String("email"),
			Endpoint: jsii.String(address),
		})
	}
	return topic
}

// letAlarmsPublish lets this environment's alarms in. A topic whose policy says
// something, here that TLS is a must, loses the default one that would (SNS
// developer guide, "Example cases for Amazon SNS access control").
func letAlarmsPublish(topic awssns.Topic, alarmARNPrefix string) {
	topic.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        jsii.String("AlarmsPublish"),
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("cloudwatch.amazonaws.com"), nil)},
		Actions:    jsii.Strings("sns:Publish"),
		Resources:  &[]*string{topic.TopicArn()},
		Conditions: &map[string]any{
			"StringEquals": map[string]*string{"aws:SourceAccount": topic.Stack().Account()},
			"ArnLike":      map[string]string{"aws:SourceArn": alarmARNPrefix + "*"},
		},
	}))
}
