package contract

import (
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Result is what a check came to.
type Result string

// The results of a check.
const (
	ResultPass         Result = "pass"
	ResultFail         Result = "fail"
	ResultNotEvaluated Result = "not-evaluated" // Reason says why
)

// The checks.
const (
	CheckMin     = "min"
	CheckMax     = "max"
	CheckMaxDrop = "max_drop"
	CheckMaxRise = "max_rise"
	CheckWithin  = "within" // of two jobs, by reconcile
)

// CheckResult is one line of the object at [CheckKey]: one check of one case of a record. At
// [ReconcileKey] the one line compares two records. Times are UTC.
type CheckResult struct {
	Job      string `json:"job"`
	CaseName string `json:"case_name"`
	Check    string `json:"check"`
	Result   Result `json:"result"`
	Reason   string `json:"reason,omitempty"` // why it was not evaluated
	Count    *int64 `json:"count"`
	Bound    string `json:"bound"` // as the jobs file has it: 100, or 50%
	// Baseline is the median of the counts at BaselineSlots.
	Baseline      *float64    `json:"baseline,omitempty"`
	BaselineSlots []time.Time `json:"baseline_slots,omitempty"` // the latest first

	ScheduledTime time.Time  `json:"scheduled_time"`
	CountedDay    string     `json:"counted_day"` // yyyy-mm-dd in the job's zone: the last day of the window
	WindowFrom    *time.Time `json:"window_from"`
	WindowTo      *time.Time `json:"window_to"` // exclusive; null without a window
	Revision      int        `json:"revision"`  // of the record
	Record        string     `json:"record"`    // its key

	// Reconcile is the name of the comparison with another job; the other fields are those of
	// its right side.
	Reconcile     string `json:"reconcile,omitempty"`
	OtherJob      string `json:"other_job,omitempty"`
	OtherCase     string `json:"other_case,omitempty"`
	OtherCount    *int64 `json:"other_count,omitempty"`
	OtherRevision int    `json:"other_revision,omitzero"`
	OtherRecord   string `json:"other_record,omitempty"`
}

// EncodeResults writes results as JSON Lines, as stored.
func EncodeResults(results []CheckResult) ([]byte, error) {
	return encodeLines(results, func(r CheckResult) string { return "the result of check " + r.Check })
}

// DecodeResults reads what EncodeResults wrote. Nobody stores no results: an answer without
// content is not taken for checks that passed.
func DecodeResults(from io.Reader) ([]CheckResult, error) {
	var results []CheckResult
	for decoder := json.NewDecoder(from); ; {
		var result CheckResult
		err := decoder.Decode(&result)
		if err == io.EOF && len(results) > 0 {
			return results, nil
		}
		if err != nil {
			return nil, fmt.Errorf("decode result %d: %w", len(results)+1, err)
		}
		results = append(results, result)
	}
}

// ToTell is the content of a marker at [ToTellKey] or [AgainKey].
type ToTell struct {
	Checks string    `json:"checks"` // the key of the results
	Record string    `json:"record"` // the key of the record
	Time   time.Time `json:"time"`   // since when
	// Again is the key of the results of the failure that has ended; empty tells of a failure.
	Again string `json:"again,omitempty"`
}

// Told is the content of a marker at [ToldKey], and of those that count messages.
type Told struct {
	Time time.Time `json:"time"`
}
