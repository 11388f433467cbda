package count

import "tally/lambda/contract"

// Metrics publish what became of a slot, repeats included.
type Metrics interface {
	Publish(answer contract.Answer) error
}
