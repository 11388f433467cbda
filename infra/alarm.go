package infra

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// alarm is one CloudWatch alarm. It goes off when the metric has crossed the threshold
// as often as its watch says.
type alarm struct {
	id          string // of the construct
	name        string // after tally-<environment>-
	metric      metric
	statistic   string
	threshold   float64
	description string // what it means and what to do
	watch
}

type metric struct {
	namespace, name  string
	dimension, value string
}

// watch is how an alarm looks at its metric: it goes off when breaching of the last
// periods are bad.
type watch struct {
	comparison string // with which a value is bad
	noData     string // what a period without values counts as
	period     time.Duration
	periods    int
	breaching  int
	// tellsOK sends a message when the alarm is OK again. An alarm about a single event
	// sends none: OK only means that it did not happen again, and must not close what
	// nobody has looked at.
	tellsOK bool
	warmUp  time.Duration // how long a new alarm waits for the first values
}

// Comparisons and treatments of missing data, as CloudWatch calls them.
const (
	atLeast = "GreaterThanOrEqualToThreshold"
	below   = "LessThanThreshold"

	noDataIsGood = "notBreaching"
	noDataIsBad  = "breaching"
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
		TreatMissingData:   jsii.String(a.noData),
		AlarmActions:       actions,
	}
	if a.tellsOK {
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
