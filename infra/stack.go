package infra

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/settings"
)

// newStack adds a stack of an environment. CloudFormation puts the stack's tags on
// every resource that takes tags (CloudFormation user guide, "Resource tag").
func newStack(scope constructs.Construct, part string, environment settings.Environment, does string) awscdk.Stack {
	tags := map[string]*string{}
	for _, tag := range environment.Tags {
		tags[tag.Key] = jsii.String(tag.Value)
	}
	return awscdk.NewStack(scope, jsii.String(part), &awscdk.StackProps{
		StackName:             jsii.String(environment.AWSName() + "-" + strings.ToLower(part)),
		Description:           jsii.String("Tally " + environment.Name + ": " + does),
		TerminationProtection: jsii.Bool(environment.Protect),
		Tags:                  &tags,
	})
}
