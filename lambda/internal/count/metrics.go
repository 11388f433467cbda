package count

import (
	"tally/lambda/contract"
	"tally/lambda/job"
)

// Metrics publish what became of invocations.
type Metrics interface {
	// Publish publishes what became of a slot, repeats included.
	Publish(answer contract.Answer) error
	// PublishSkipped publishes that a run skipped input.
	PublishSkipped(counted job.Job, result Result) error
	// PublishSweep publishes what a sweep that came through found.
	PublishSweep(answer contract.SweepAnswer) error
}
