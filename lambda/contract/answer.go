package contract

import "time"

// Outcome is what an invocation did about its slot.
type Outcome string

// The outcomes of an invocation that did not fail.
const (
	OutcomeStored        Outcome = "stored"         // this invocation stored the record
	OutcomeAlreadyStored Outcome = "already-stored" // an earlier one did; nothing changed
)

// Answer is what the function returns for a slot.
type Answer struct {
	Outcome Outcome   `json:"outcome"`
	Job     string    `json:"job"`
	Label   string    `json:"label,omitempty"` // the job's, for people
	Slot    time.Time `json:"slot"`
	Bucket  string    `json:"bucket"`
	Key     string    `json:"key"`
	// Records are the record's lines. The function leaves those of groups out: they
	// are in the object, and could be more than an answer may hold (6 MB).
	Records []Record `json:"records"`
}
