package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/lambda/contract"
)

// sweepSchedule is hourly, at a minute that few jobs have.
const sweepSchedule = "cron(17 * * * ? *)"

// newSweep adds the rule that has the function look for slots without a record.
func newSweep(scope constructs.Construct, name string, function awslambda.Function, undelivered awssqs.Queue) {
	target := ruleTarget(function, undelivered)
	target.Input = jsii.String(contract.SweepEvent)
	awsevents.NewCfnRule(scope, jsii.String("Sweep"), &awsevents.CfnRuleProps{
		Name:               jsii.String(name),
		Description:        jsii.String("Looks for slots without a record, every hour"),
		ScheduleExpression: jsii.String(sweepSchedule),
		State:              jsii.String("ENABLED"),
		Targets:            []*awsevents.CfnRule_TargetProperty{target},
	})
}
