package dashboard

import (
	"fmt"
	"strings"

	"tally/lambda/contract"
)

const hour = 60 * 60 // seconds

// health is the top of the first dashboard: is everything all right?
func (s System) health(jobs int) block {
	var b block
	b.text(0, 0, 24, 2, fmt.Sprintf("# Tally %s\nEach deploy writes this dashboard again: change the project instead. "+
		"Counts stand at the time that their slot was scheduled for.", s.Environment))
	b.alarms(0, 2, 24, 3, "Alarms", s.Alarms)
	b.graph(0, 5, 8, 6, graph{
		Title: "Runs by outcome", Region: s.Region, Stat: "Sum", Period: hour,
		Metrics: []line{s.runs(contract.OutcomeStored), s.runs(contract.OutcomeAlreadyStored)},
	})
	b.graph(8, 5, 8, 6, graph{
		Title: "Sweeps, missed and recovered slots", Region: s.Region, Stat: "Sum", Period: hour,
		Metrics: []line{
			s.own(contract.MetricMissedSlots, options{Label: "missed"}),
			s.own(contract.MetricRecoveredSlots, options{Label: "recovered"}),
			s.own(contract.MetricSweeps, options{Label: "sweeps", YAxis: right}),
		},
	})
	b.graph(16, 5, 8, 6, graph{
		Title: "Failed cases, skipped input", Region: s.Region, Stat: "Sum", Period: hour,
		Metrics: []line{
			s.own(contract.MetricFailedCases, options{Label: "failed cases"}),
			s.own(contract.MetricSkipped, options{Label: "skipped", YAxis: right}),
		},
	})
	b.graph(0, 11, 8, 6, graph{
		Title: "Errors and throttles of the functions", Region: s.Region, Stat: "Sum", Period: hour,
		Metrics: append(s.ofFunctions("Errors", "errors", append(s.Counters, s.Monitor)), s.ofFunctions("Throttles", "throttles", s.Counters)...),
	})
	timeout := fmt.Sprintf("timeout %d s", s.TimeoutSeconds)
	if s.LongestSeconds > s.TimeoutSeconds {
		timeout += fmt.Sprintf(", or %d s where Athena is waited for", s.LongestSeconds)
	}
	b.graph(8, 11, 8, 6, graph{
		Title: "Longest run, ms (" + timeout + ")", Region: s.Region, Stat: "Maximum", Period: hour,
		Metrics:     s.ofFunctions("Duration", "duration", s.Counters),
		Annotations: map[string][]level{"horizontal": {{"near the timeout", s.SlowSeconds * 1000}}},
	})
	b.graph(16, 11, 8, 6, graph{
		Title: "Dead letters", Region: s.Region, Stat: "Maximum", Period: hour,
		Metrics: []line{waiting(s.Undelivered, "undelivered"), waiting(s.FailedRuns, "failed runs")},
	})
	b.metrics += 2 * jobs // what the searches of runs find counts, too
	return b
}

// runs adds up the runs of all jobs with an outcome, also of jobs that are gone.
func (s System) runs(outcome contract.Outcome) line {
	return line{options{
		Expression: fmt.Sprintf(`SUM(SEARCH('{%s,%s,%s,%s} MetricName="%s" %s="%s" %s="%s"', 'Sum', %d))`,
			contract.MetricNamespace, contract.DimensionEnvironment, contract.DimensionJob, contract.DimensionOutcome, contract.MetricRuns,
			contract.DimensionEnvironment, s.Environment, contract.DimensionOutcome, outcome, hour),
		Label: string(outcome),
	}}
}

// own is a metric of the whole environment.
func (s System) own(name string, o options) line {
	return line{contract.MetricNamespace, name, contract.DimensionEnvironment, s.Environment, o}
}

// ofFunctions is a metric of Lambda, a line for each function.
func (s System) ofFunctions(name, label string, functions []string) []line {
	var lines []line
	for _, function := range functions {
		own := strings.TrimPrefix(function, "tally-"+s.Environment+"-")
		lines = append(lines, line{"AWS/Lambda", name, "FunctionName", function, options{Label: label + ", " + own}})
	}
	return lines
}

func waiting(queue, label string) line {
	return line{"AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue, options{Label: label}}
}
