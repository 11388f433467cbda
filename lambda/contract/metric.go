package contract

// Metrics go to CloudWatch through the log (embedded metric format).
const (
	MetricNamespace = "Tally"

	// MetricCount is a case's count, stamped with the slot's time. Repeats emit
	// the same value for the same time: read it with the statistic Maximum.
	MetricCount = "Count"
	// MetricRuns counts invocations by outcome, stamped now.
	MetricRuns = "Runs"
	// MetricFailedCases counts the cases of a record that could not be counted: the
	// failed ones, and all of a run that skipped everything that it read. It is stamped
	// now. A record without one emits nothing. It comes by job and for the whole
	// environment.
	MetricFailedCases = "FailedCases"
	// MetricSkipped counts the objects and records that a run of a job with on_error:
	// skip left out, stamped now. A run that left out none emits nothing. It comes by job
	// and for the whole environment.
	MetricSkipped = "Skipped"
	// MetricLag is the time from the slot to its record, in seconds, stamped now.
	MetricLag = "Lag"

	// MetricSweeps is 1 for a sweep that came through, stamped now: without values,
	// nobody looks for missed slots.
	MetricSweeps = "Sweeps"
	// MetricMissedSlots counts the slots that a sweep leaves without a count: those
	// that it newly recorded as missed, and those that it could not count. Zero is
	// emitted too.
	MetricMissedSlots = "MissedSlots"
	// MetricRecoveredSlots counts the slots that a sweep counted. Zero is emitted too.
	MetricRecoveredSlots = "RecoveredSlots"

	DimensionEnvironment = "Environment"
	DimensionJob         = "Job"
	DimensionCase        = "Case"
	DimensionOutcome     = "Outcome"
)
