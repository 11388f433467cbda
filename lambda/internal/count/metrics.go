package count

import (
	"tally/lambda/contract"
	"tally/lambda/job"
)

// Metrics publish the results of runs.
type Metrics interface {
	// Publish publishes the result of a slot, also if it was stored before.
	Publish(answer contract.Answer) error
	// PublishSkipped publishes that a run skipped input.
	PublishSkipped(j job.Job, result Result) error
}
