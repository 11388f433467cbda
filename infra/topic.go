package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/settings"
)

// alarmActions are where an environment's alarms go: the topic that it names, a
// topic of its own, or nowhere. Synth warns of the last where data is protected.
func alarmActions(scope constructs.Construct, environment settings.Environment, alarmARNPrefix string) *[]any {
	switch {
	case environment.Alarms.TopicARN != "":
		return &[]any{jsii.String(environment.Alarms.TopicARN)}
	case len(environment.Alarms.Email) > 0:
		topic := newTopic(scope, environment.TopicName(), environment.Alarms.Email)
		// The default policy of a topic would let this environment's alarms publish, but EnforceSSL
		// replaces it (SNS developer guide, "Example cases for Amazon SNS access control").
		topic.AddToResourcePolicy(allowService("cloudwatch", "AlarmsPublish", "sns:Publish", topic.TopicArn(), map[string]any{
			"StringEquals": map[string]*string{"aws:SourceAccount": topic.Stack().Account()},
			"ArnLike":      map[string]string{"aws:SourceArn": alarmARNPrefix + "*"},
		}))
		return &[]any{topic.TopicArn()}
	}
	if environment.Protect {
		awscdk.Annotations_Of(scope).AddWarningV2(jsii.String("tally:nobodyHearsAlarms"), jsii.String(
			"nobody hears the alarms of "+environment.Name+", which protects its data: write alarms: {email: [oncall@example.com]} or alarms: {topic_arn: …} in its file"))
	}
	return nil
}

// newTopic adds a topic of the environment's own. Its subscribers are the addresses that have
// confirmed. It has no key of KMS: CloudWatch may not use AWS's own key for SNS, another
// key would cost more than everything else here, and the same text goes out by mail.
func newTopic(scope constructs.Construct, name string, addresses []string) awssns.Topic {
	topic := awssns.NewTopic(scope, jsii.String("Topic"), &awssns.TopicProps{
		TopicName:  jsii.String(name),
		EnforceSSL: jsii.Bool(true),
	})
	for _, address := range addresses {
		// The address is the id: in another order nobody must be asked to confirm again.
		awssns.NewCfnSubscription(scope, jsii.String("Email-"+address), &awssns.CfnSubscriptionProps{
			TopicArn: topic.TopicArn(),
			Protocol: jsii.String("email"),
			Endpoint: jsii.String(address),
		})
	}
	return topic
}
