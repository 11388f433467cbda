package infra

import (
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/settings"
	"tally/lambda/contract"
)

// newAlarms adds the environment's alarms and returns their ARNs. There are as
// many of them whatever the number of jobs: each costs money.
func newAlarms(stack awscdk.Stack, environment settings.Environment, functions functions, queues deadLetters) []string {
	scope := constructs.NewConstruct(stack, jsii.String("Alarms"))
	prefix := environment.AWSName() + "-"
	arnPrefix := *colonARN(stack, "cloudwatch", "alarm", prefix)
	actions := alarmActions(scope, environment, arnPrefix)
	var arns []string
	for _, alarm := range alarmsOf(environment, functions, *queues.undelivered.QueueName(), *queues.failedRuns.QueueName()) {
		alarm.add(scope, prefix, actions)
		arns = append(arns, arnPrefix+alarm.name)
	}
	return arns
}

// alarmsOf are an environment's alarms. The table in docs/operating.md says the same.
func alarmsOf(environment settings.Environment, functions functions, undelivered, failedRuns string) []alarm {
	own := func(name string) []metric {
		return []metric{{contract.MetricNamespace, name, contract.DimensionEnvironment, environment.Name}}
	}
	ofCounters := func(name string) (metrics []metric) {
		for _, counter := range functions.counters {
			metrics = append(metrics, metric{"AWS/Lambda", name, "FunctionName", counter.name})
		}
		return metrics
	}
	// A run that waits for a slow query of Athena is no trouble, however long it waits.
	duration := slices.DeleteFunc(ofCounters("Duration"), func(m metric) bool { return functions.waitsForAthena(m.value) })
	if len(duration) == 0 { // the alarm stays, over a function that is not there and has no values
		duration = []metric{{"AWS/Lambda", "Duration", "FunctionName", environment.VPCCounterName()}}
	}
	errors := append(ofCounters("Errors"), metric{"AWS/Lambda", "Errors", "FunctionName", environment.MonitorName()})
	waiting := func(queue string) []metric {
		return []metric{{"AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue}}
	}
	return []alarm{{
		id: "SweepStopped", name: "sweep-stopped", metrics: own(contract.MetricSweeps), statistic: "Sum", threshold: 1, watch: forSweeps,
		description: "No hourly sweep has come through for more than two hours: nobody looks for missed slots, or nobody hears of failed checks. " +
			"Is the EventBridge rule " + environment.RuleName(settings.SweepName) + " enabled? Does the monitor's log say \"failed\" or \"checks failed\"? Sending " + contract.SweepEvent + " to " + environment.MonitorName() + " makes up for those that stayed away.",
	}, {
		id: "MissedSlots", name: "missed-slots", metrics: own(contract.MetricMissedSlots), statistic: "Maximum", threshold: 1, watch: forEvents,
		description: "A sweep left slots without a count: it could not count them, or they are of a job without a window, whose state is gone. " +
			"Look for \"slot not counted\", \"slot missed\" and \"slot given up\" in the monitor's log. The first kind is tried again every hour; the second stays missed; the third is yours to count.",
	}, {
		id: "FailedCases", name: "failed-cases", metrics: own(contract.MetricFailedCases), statistic: "Sum", threshold: 1, watch: forEvents,
		description: "Records were stored in which a case has no count: the database refused it or it took too long; or in which all counts are of nothing, since a run skipped all that it read. " +
			"Look for \"case failed\" and \"left out\" in the log of the job's counter: it says which and why. Correct the condition, give it an index, or mend the input; what is stored stays as it is.",
	}, {
		id: "Undelivered", name: "undelivered", metrics: waiting(undelivered), statistic: "Maximum", threshold: 1, watch: forMessages,
		description: "EventBridge could not hand an event to its function for 24 hours, or may not. " +
			"Look into the queue Undelivered: the message's attributes say why. Send its event to the function of the rule again, then delete the message.",
	}, {
		id: "FailedRuns", name: "failed-runs", metrics: waiting(failedRuns), statistic: "Maximum", threshold: 1, watch: forMessages,
		description: "Every try of a run failed, and nothing was stored. " +
			"Look into the queue FailedRuns and the log of the job's counter, repair the cause, send the message's requestPayload to the same function again, then delete the message.",
	}, {
		id: "Errors", name: "errors", metrics: errors, statistic: "Sum", threshold: runsPerEvent, watch: forEvents,
		description: fmt.Sprintf("%d invocations failed within an hour: one run with all its tries, or several that a retry may have mended. Look for \"failed\" in the log of each function.", runsPerEvent),
	}, {
		id: "Duration", name: "duration", metrics: duration, statistic: "Maximum", threshold: float64(durationThreshold(environment).Milliseconds()), watch: forEvents,
		description: fmt.Sprintf("A run took more than %d %% of the counters' timeout (%d s). "+
			"Give the table an index, the functions a larger timeout_seconds, or the job fewer rows.", durationPercent, environment.TimeoutSeconds),
	}, {
		id: "Throttles", name: "throttles", metrics: ofCounters("Throttles"), statistic: "Sum", threshold: 1, watch: forThrottles,
		description: "Lambda has refused to start runs for a quarter of an hour, and tries again for up to six hours. " +
			"Raise max_concurrency, spread the schedules, or ask for a higher concurrency quota of the account.",
	}}
}

const (
	runsPerEvent    = 1 + lambdaRetries // of an event that fails each time
	durationPercent = 80                // of the timeout, from which on a run takes too long

	quarterHour   = 15 * time.Minute
	emptyQuarters = int(contract.SweepsStoppedAfter / quarterHour)
)

// durationThreshold is the shortest run that takes too long.
func durationThreshold(environment settings.Environment) time.Duration {
	return time.Duration(environment.TimeoutSeconds) * time.Second * durationPercent / 100
}

var (
	// forSweeps goes off when no sweep has come through for contract.SweepsStoppedAfter.
	// CloudWatch looks at some periods more than it is told to before it takes missing data
	// for bad (CloudWatch user guide, "Configuring how CloudWatch alarms treat missing
	// data"): with short periods that is no long time. The warm-up is for new environments,
	// which have no sweep yet.
	forSweeps = watch{absence: true, period: quarterHour, periods: emptyQuarters, badPeriods: emptyQuarters, tellsOK: true, warmUp: 3 * time.Hour}

	// forEvents goes off when something happens. The periods are an hour long because
	// Lambda stamps values with the start of an invocation, which may be a quarter of an
	// hour ago. There are two so that what happens every hour, such as a bad condition or
	// a sweep that cannot count, keeps one alarm up instead of setting it off each time.
	forEvents = watch{period: time.Hour, periods: 2, badPeriods: 1}

	// forMessages goes off while messages wait in a dead-letter queue. SQS has no values
	// for a queue that is empty and unused for six hours.
	forMessages = watch{period: 5 * time.Minute, periods: 1, badPeriods: 1, tellsOK: true}

	// forThrottles allows for runs that begin together and wait for each other, for
	// minutes at most: Lambda tries again after one second, then after longer, up to five
	// minutes.
	forThrottles = watch{period: 5 * time.Minute, periods: 3, badPeriods: 3, tellsOK: true}
)
