package infra

import (
	"fmt"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// alarm is one CloudWatch alarm. It goes off when the metric has crossed the threshold
// as often as its watch says. Of several metrics it watches the sum or the largest,
// whichever the statistic is.
type alarm struct {
	id          string // of the construct
	name        string // after tally-<environment>-
	metrics     []metric
	statistic   string
	threshold   float64
	description string // what it means and what to do
	watch
}

type metric struct {
	namespace, name  string
	dimension, value string
}

// watch is how an alarm looks at its metric: it goes off when badPeriods of the last periods
// are bad.
type watch struct {
	// absence makes a period bad that has no value, or one below the threshold. Without it,
	// a period is bad whose value reaches the threshold.
	absence    bool
	period     time.Duration
	periods    int
	badPeriods int
	// tellsOK sends a message when the alarm is OK again. An alarm about a single event
	// sends none: OK only means that it did not happen again, and must not close what
	// nobody has looked at.
	tellsOK bool
	warmUp  time.Duration // how long a new alarm waits for the first values
}

// add adds the alarm under prefix, with these actions.
func (a alarm) add(scope constructs.Construct, prefix string, actions *[]any) {
	comparison, noData := "GreaterThanOrEqualToThreshold", "notBreaching"
	if a.absence {
		comparison, noData = "LessThanThreshold", "breaching"
	}
	props := awscloudwatch.CfnAlarmProps{
		AlarmName:          jsii.String(prefix + a.name),
		AlarmDescription:   jsii.String(a.description),
		ComparisonOperator: jsii.String(comparison),
		Threshold:          jsii.Number(a.threshold),
		EvaluationPeriods:  jsii.Number(a.periods),
		DatapointsToAlarm:  jsii.Number(a.badPeriods),
		TreatMissingData:   jsii.String(noData),
		AlarmActions:       actions,
	}
	if len(a.metrics) == 1 {
		one := a.metrics[0]
		props.Namespace, props.MetricName, props.Dimensions = jsii.String(one.namespace), jsii.String(one.name), one.dimensions()
		props.Statistic, props.Period = jsii.String(a.statistic), jsii.Number(a.period.Seconds())
	} else {
		props.Metrics = a.math()
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

func (m metric) dimensions() []any {
	return []any{&awscloudwatch.CfnAlarm_DimensionProperty{Name: jsii.String(m.dimension), Value: jsii.String(m.value)}}
}

// math is the metrics and what they make together. A function that nobody invoked has no
// values, which count as 0 (CloudWatch user guide, "Using metric math").
func (a alarm) math() []any {
	function := map[string]string{"Sum": "SUM", "Maximum": "MAX"}[a.statistic]
	queries := []any{&awscloudwatch.CfnAlarm_MetricDataQueryProperty{
		Id: jsii.String("all"), Expression: jsii.String(function + "(FILL(METRICS(), 0))"), ReturnData: jsii.Bool(true),
	}}
	for i, each := range a.metrics {
		queries = append(queries, &awscloudwatch.CfnAlarm_MetricDataQueryProperty{
			Id: jsii.String(fmt.Sprintf("m%d", i+1)), ReturnData: jsii.Bool(false),
			MetricStat: &awscloudwatch.CfnAlarm_MetricStatProperty{
				Metric: &awscloudwatch.CfnAlarm_MetricProperty{Namespace: jsii.String(each.namespace), MetricName: jsii.String(each.name), Dimensions: each.dimensions()},
				Period: jsii.Number(a.period.Seconds()),
				Stat:   jsii.String(a.statistic),
			},
		})
	}
	return queries
}
