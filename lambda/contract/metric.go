package contract

// Metrics go to CloudWatch through the log (embedded metric format).
const (
	MetricNamespace = "Tally"

	// MetricCount is a case's count at the time of its slot. A repeated run publishes the
	// same value for the same time: read it with the statistic Maximum. All other metrics
	// have the time of the run.
	MetricCount = "Count"
	// MetricRuns counts invocations by outcome.
	MetricRuns = "Runs"
	// MetricFailedCases is how many cases of a record could not be counted: the failed ones,
	// and all cases of a run that skipped everything. Zero is not published. There is a
	// metric for each job and one for the environment.
	MetricFailedCases = "FailedCases"
	// MetricSkipped is how many objects and records a run left out (on_error: skip). Zero is
	// not published. There is a metric for each job and one for the environment.
	MetricSkipped = "Skipped"
	// MetricBytesScanned is how many bytes a query of Athena read. It is published with the
	// record that the query gave.
	MetricBytesScanned = "BytesScanned"
	// MetricLag is the time from the slot to its record, in seconds.
	MetricLag = "Lag"

	// MetricSweeps is 1 for a complete sweep. If it has no values, no sweep looks for missed
	// slots.
	MetricSweeps = "Sweeps"
	// MetricMissedSlots is how many slots a sweep left without a count: those that it
	// recorded as missed, and those that it could not count. Zero is published too.
	MetricMissedSlots = "MissedSlots"
	// MetricRecoveredSlots is how many slots a sweep counted. Zero is published too.
	MetricRecoveredSlots = "RecoveredSlots"

	DimensionEnvironment = "Environment"
	DimensionJob         = "Job"
	DimensionCase        = "Case"
	DimensionOutcome     = "Outcome"
)
