package infra

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// alarm is one CloudWatch alarm: it goes off when the metric's statistic compares
// with the threshold in breaching of the last periods.
type alarm struct {
	id          string // of the construct
	name        string // follows tally-<environment>-
	description string // what it means and what to do
	metric      metric
	statistic   string
	comparison  string
	threshold   float64
	period      time.Duration
	periods     int
	breaching   int
	// silence is what a period without a value counts as.
	silence string
	// over tells whether OK means that it is over, which is then said, too. Of an
	// alarm about something that happened, OK only means that it did not happen
	// again: it must not close what nobody has looked at.
	over bool
	// warmUp keeps a new alarm quiet for so long, in which the first values come.
	warmUp time.Duration
}

type metric struct {
	namespace, name  string
	dimension, value string
}

// Comparisons and treatments of missing data, as CloudWatch calls them.
const (
	atLeast = "GreaterThanOrEqualToThreshold"
	below   = "LessThanThreshold"

	silenceIsGood = "notBreaching"
	silenceIsBad  = "breaching"
)

// add adds the alarm under prefix, with these actions.
func (a alarm) add(scope constructs.Construct, prefix string, actions *[]any) {
	props := awscloudwatch.CfnAlarmProps{
		AlarmName:          jsii.String(prefix + a.name),
		AlarmDescription:   jsii.String(a.description),
		Namespace:          jsii.String(a.metric.namespace),
		MetricName:         jsii.String(a.metric.name),
		Dimensions:         []any{&awscloudwatch.CfnAlarm_DimensionProperty{Name: jsii.String(a.metric.dimension), Value: jsii.String(a.metric.value)}},
		Statistic:          jsii.String(a.statistic),
		ComparisonOperator: jsii.String(a.comparison),
		Threshold:          jsii.Number(a.threshold),
		Period:             jsii.Number(a.period.Seconds()),
		EvaluationPeriods:  jsii.Number(a.periods),
		DatapointsToAlarm:  jsii.Number(a.breaching),
		TreatMissingData:   jsii.String(a.silence),
		AlarmActions:       actions,
	}
	if a.over {
		props.OkActions = actions
	}
	if a.warmUp > 0 {
		props.WarmUpConfiguration = &awscloudwatch.CfnAlarm_WarmUpConfigurationProperty{
			WarmUpPeriodDurationInMinutes:            jsii.Number(a.warmUp.Minutes()),
			OnlyStartEvaluatingAfterWarmUpPeriodEnds: jsii.Bool(true),
		}
	}
	awscloudwatch.NewCfnAlarm(scope, jsii.String(a.id), &props)
}
