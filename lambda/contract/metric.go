package contract

// Metrics go to CloudWatch through the log (embedded metric format).
const (
	MetricNamespace = "Tally"

	// MetricCount is a case's count, stamped with the slot's time. Repeats emit
	// the same value for the same time: read it with the statistic Maximum.
	MetricCount = "Count"
	// MetricRuns counts invocations by outcome, stamped now.
	MetricRuns = "Runs"
	// MetricFailedCases counts the cases of a record that could not be counted,
	// stamped now. A record without one emits nothing.
	MetricFailedCases = "FailedCases"
	// MetricLag is the time from the slot to its record, in seconds, stamped now.
	MetricLag = "Lag"

	DimensionEnvironment = "Environment"
	DimensionJob         = "Job"
	DimensionCase        = "Case"
	DimensionOutcome     = "Outcome"
)
