package infra

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/dashboard"
)

// newDashboards adds the environment's dashboard, tally-<environment>, and further
// ones, -2, -3 and so on, for jobs that CloudWatch allows no room for on it.
func newDashboards(stack awscdk.Stack, props CounterProps, functions functions, queues deadLetters, alarms []string) {
	var counters []string
	for _, counter := range functions.counters {
		counters = append(counters, counter.name)
	}
	bodies := dashboard.Bodies(dashboard.System{
		Environment:    props.Environment.Name,
		Region:         props.Environment.Region,
		Counters:       counters,
		Monitor:        props.Environment.MonitorName(),
		TimeoutSeconds: props.Environment.TimeoutSeconds,
		LongestSeconds: functions.longest(props.Environment.TimeoutSeconds),
		SlowSeconds:    durationThreshold(props.Environment).Seconds(),
		Alarms:         alarms,
		Undelivered:    *queues.undelivered.QueueName(),
		FailedRuns:     *queues.failedRuns.QueueName(),
	}, props.Jobs.Jobs)
	for i, body := range bodies {
		suffix := ""
		if i > 0 {
			suffix = fmt.Sprintf("-%d", i+1)
		}
		awscloudwatch.NewCfnDashboard(stack, jsii.String("Dashboard"+suffix), &awscloudwatch.CfnDashboardProps{
			DashboardName: jsii.String(props.Environment.AWSName() + suffix),
			DashboardBody: jsii.String(body),
		})
	}
}
