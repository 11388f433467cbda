package athenasource

import (
	"math"
	"time"
)

// execution is a query that Athena runs or ran.
type execution struct {
	ID     string `json:"QueryExecutionId"`
	Status struct {
		State              string
		StateChangeReason  string
		SubmissionDateTime seconds
		AthenaError        struct {
			ErrorCategory int // 1: of Athena itself, 2: of the query or its data, 3: of others
			Retryable     bool
			ErrorMessage  string
		}
	}
	Statistics struct{ DataScannedInBytes int64 }
}

// seconds are those since 1970, with a fraction.
type seconds float64

func (s seconds) time() time.Time {
	whole, fraction := math.Modf(float64(s))
	return time.Unix(int64(whole), int64(fraction*1e9))
}

// The states in which a query ends.
const (
	succeeded = "SUCCEEDED"
	failed    = "FAILED"
	cancelled = "CANCELLED"
)

func (e execution) ended() bool {
	return e.Status.State == succeeded || e.Status.State == failed || e.Status.State == cancelled
}
