package infra

import (
	"fmt"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/settings"
	"tally/lambda/contract"
)

// newAlarms adds the environment's alarms and returns their ARNs. There are as
// many of them whatever the number of jobs: each costs money.
func newAlarms(stack awscdk.Stack, environment settings.Environment, function awslambda.Function, queues deadLetters) []string {
	scope := constructs.NewConstruct(stack, jsii.String("Alarms"))
	prefix := environment.AWSName() + "-"
	arnPrefix := *stack.FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("cloudwatch"), Resource: jsii.String("alarm"), ResourceName: jsii.String(prefix),
		ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
	})
	actions := alarmActions(scope, environment, arnPrefix)
	var arns []string
	for _, alarm := range alarmsOf(environment, *function.FunctionName(), *queues.undelivered.QueueName(), *queues.failedRuns.QueueName()) {
		alarm.add(scope, prefix, actions)
		arns = append(arns, arnPrefix+alarm.name)
	}
	return arns
}

// alarmsOf are an environment's alarms. The table in docs/operating.md says the same.
func alarmsOf(environment settings.Environment, function, undelivered, failedRuns string) []alarm {
	own := func(name string) metric {
		return metric{contract.MetricNamespace, name, contract.DimensionEnvironment, environment.Name}
	}
	ofFunction := func(name string) metric { return metric{"AWS/Lambda", name, "FunctionName", function} }
	return []alarm{
		sweepStopped(own(contract.MetricSweeps), environment.SweepRuleName()),
		happened("MissedSlots", "missed-slots", own(contract.MetricMissedSlots), "Maximum", 1,
			"A sweep left slots without a count: it could not count them, or they are of a job without a window, whose state is gone. "+
				"Look for \"slot not counted\" and \"slot missed\" in the log. The first kind is tried again every hour; the second stays missed."),
		happened("FailedCases", "failed-cases", own(contract.MetricFailedCases), "Sum", 1,
			"Records were stored in which a case has no count: the database refused it or it took too long; or in which all counts are of nothing, since a run skipped all that it read. "+
				"Look for \"case failed\" and \"left out\" in the log: it says which and why. Correct the condition, give it an index, or mend the input; what is stored stays as it is."),
		waiting("Undelivered", "undelivered", undelivered,
			"EventBridge could not hand an event to the function for 24 hours, or may not. "+
				"Look into the queue Undelivered: the message's attributes say why. Send its event to the function again, then delete the message."),
		waiting("FailedRuns", "failed-runs", failedRuns,
			"Every try of a run failed, and nothing was stored. "+
				"Look into the queue FailedRuns and the log, repair the cause, send the message's requestPayload to the function again, then delete the message."),
		happened("Errors", "errors", ofFunction("Errors"), "Sum", tries,
			fmt.Sprintf("%d invocations failed within an hour: one run with all its tries, or several that a retry may have mended. Look for \"failed\" in the log.", tries)),
		happened("Duration", "duration", ofFunction("Duration"), "Maximum", float64(slow(environment).Milliseconds()),
			fmt.Sprintf("An invocation took more than %d %% of the function's timeout (%d s). "+
				"Give the table an index, the function a larger timeout_seconds, or the job fewer rows; a sweep with much to catch up may take so long once.", nearTimeout, environment.TimeoutSeconds)),
		{
			id: "Throttles", name: "throttles", metric: ofFunction("Throttles"), statistic: "Sum", comparison: atLeast, threshold: 1,
			// Runs that begin together wait for each other, for minutes at most: Lambda
			// tries again after one second, then after longer, up to five minutes.
			period: 5 * time.Minute, periods: 3, breaching: 3, silence: silenceIsGood, over: true,
			description: "Lambda has refused to start runs for a quarter of an hour, and tries again for up to six hours. " +
				"Raise max_concurrency, spread the schedules, or ask for a higher concurrency quota of the account.",
		},
	}
}

const (
	tries       = 3  // of an event: the first and the two that Lambda adds
	nearTimeout = 80 // percent
)

// slow is from when on an invocation is near the timeout.
func slow(environment settings.Environment) time.Duration {
	return time.Duration(environment.TimeoutSeconds) * time.Second * nearTimeout / 100
}

// sweepStopped watches for hourly sweeps that stay away. One that is some minutes
// late leaves no 2¼ hours empty, two that are missing do. A period without a value
// is bad, and CloudWatch looks back some periods more than it is told to before it
// says so (CloudWatch user guide, "Configuring how CloudWatch alarms treat missing
// data"): short periods make that little. Without a warm-up an alarm would go off
// before the first sweep of a new environment.
func sweepStopped(sweeps metric, rule string) alarm {
	return alarm{
		id: "SweepStopped", name: "sweep-stopped", metric: sweeps, statistic: "Sum", comparison: below, threshold: 1,
		period: 15 * time.Minute, periods: 9, breaching: 9, silence: silenceIsBad, over: true, warmUp: 3 * time.Hour,
		description: "No hourly sweep has come through for more than two hours, so nobody looks for missed slots. " +
			"Is the EventBridge rule " + rule + " enabled? Does the log say \"failed\"? Sending " + contract.SweepEvent + " to the function makes up for those that stayed away.",
	}
}

// happened watches for something that happens now and then. The windows are an hour
// long since Lambda stamps values with the start of an invocation, which may be a
// quarter of an hour ago; and there are two, so that what comes back every hour, a
// bad condition or a sweep that cannot count, keeps one alarm up instead of
// setting it off every time.
func happened(id, name string, metric metric, statistic string, threshold float64, description string) alarm {
	return alarm{
		id: id, name: name, description: description, metric: metric, statistic: statistic, comparison: atLeast, threshold: threshold,
		period: time.Hour, periods: 2, breaching: 1, silence: silenceIsGood,
	}
}

// waiting watches for messages in a dead-letter queue. SQS has no values for a
// queue that is empty and unused for six hours.
func waiting(id, name, queue, description string) alarm {
	return alarm{
		id: id, name: name, description: description,
		metric:    metric{"AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue},
		statistic: "Maximum", comparison: atLeast, threshold: 1,
		period: 5 * time.Minute, periods: 1, breaching: 1, silence: silenceIsGood, over: true,
	}
}
