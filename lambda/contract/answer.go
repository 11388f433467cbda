package contract

import "time"

// Outcome is what an invocation did.
type Outcome string

// The outcomes of an invocation that did not fail.
const (
	OutcomeStored        Outcome = "stored"         // this invocation stored the slot's record
	OutcomeAlreadyStored Outcome = "already-stored" // an earlier one stored it; nothing changed
	OutcomeUnchanged     Outcome = "unchanged"      // a recount gave what the latest revision has; nothing changed
	// OutcomeOtherDefinition means that a recount by age found a record of another definition
	// of the job, with which its counts cannot be compared; nothing was counted.
	OutcomeOtherDefinition Outcome = "other-definition"
	// OutcomePending means that a query of Athena outlives the run. Nothing is stored yet; the
	// next run of the slot joins the query.
	OutcomePending    Outcome = "pending"
	OutcomeDryRun     Outcome = "dry-run" // the slot could be counted; nothing was counted
	OutcomePong       Outcome = "pong"    // the function is there
	OutcomeSwept      Outcome = "swept"   // a sweep ended
	OutcomeChecked    Outcome = "checked" // the checks of a record, or of none, ended
	OutcomeSummarized Outcome = "summarized"
)

// Answer is what a counter returns for a slot.
type Answer struct {
	Outcome Outcome   `json:"outcome"`
	Job     string    `json:"job"`
	Label   string    `json:"label,omitempty"` // the job's, for people
	Slot    time.Time `json:"slot"`
	Bucket  string    `json:"bucket"`
	Key     string    `json:"key"`
	// Records are the record's lines of all rows. The lines of groups are in the object
	// only: they could be more than an answer may hold (6 MB).
	Records []Record `json:"records"`
}

// DryRunAnswer is what a counter returns for a [DryRun]: what it would count, and
// where. Database, Bucket and Athena are keys of the environment file.
type DryRunAnswer struct {
	Outcome    Outcome    `json:"outcome"`
	Job        string     `json:"job"`
	Slot       time.Time  `json:"slot"`
	WindowFrom *time.Time `json:"window_from"`
	WindowTo   *time.Time `json:"window_to"` // exclusive; null without a window
	Cases      []string   `json:"cases"`     // in the order of the record
	Database   string     `json:"database,omitempty"`
	Table      string     `json:"table,omitempty"`
	Bucket     string     `json:"bucket,omitempty"`
	Prefix     string     `json:"prefix,omitempty"` // as the job has it
	Athena     string     `json:"athena,omitempty"`
	JobSHA256  string     `json:"job_sha256"` // of the definition that is deployed
	Warnings   []string   `json:"warnings,omitempty"`
}

// Errors of a counter by what the monitor does with the slot's job and its source. They are
// the errorType of the function's error (Lambda developer guide, "Lambda function errors in
// Go"); the errorMessage says what went wrong.
const (
	// ErrorUnavailable means that a database or bucket cannot be connected to, does not let
	// the function log in, or throttles: no job of that source can be counted now.
	ErrorUnavailable = "Unavailable"
	// ErrorPermanent comes back until the job, the table or the permissions change.
	ErrorPermanent = "Permanent"
	// ErrorTransient may be gone at the next try.
	ErrorTransient = "Transient"
)

// PingAnswer is what a counter returns for a [Ping].
type PingAnswer struct {
	Outcome Outcome `json:"outcome"`
}

// CheckAnswer is what the monitor returns for a [Stored] or a [Summarize].
type CheckAnswer struct {
	Outcome Outcome `json:"outcome"`
	Key     string  `json:"key,omitempty"` // of the record
	Failed  int     `json:"failed"`        // checks that fail
	Told    int     `json:"told"`          // messages that went out
}

// SweepAnswer is what the monitor returns for a [Sweep]: the results for the slots in
// [From, To) that had no record, and for recounts.
type SweepAnswer struct {
	Outcome   Outcome    `json:"outcome"`
	From      time.Time  `json:"from"`
	To        time.Time  `json:"to"`
	Recovered SweptSlots `json:"recovered"` // counted now
	Missed    SweptSlots `json:"missed"`    // recorded as StatusMissed now
	Failed    SweptSlots `json:"failed"`    // still without a record
	// Pending slots could not be counted for a reason that is not theirs, such as a
	// throttled counter. The next sweep tries them again.
	Pending SweptSlots `json:"pending"`
	// Recounted are slots with a record that were counted again at an age of recount_after. The
	// reason is the outcome, or why the recount failed.
	Recounted SweptSlots `json:"recounted"`
	// GivenUp are those of Failed, and recounts that could not run, that no later sweep looks
	// at.
	GivenUp SweptSlots `json:"leaving"`
	// ChecksFailed says why some records could not be judged, or results told. The next sweep
	// tries again.
	ChecksFailed string `json:"checks_failed,omitempty"`
}

// SweptSlots are slots that a sweep dealt with.
type SweptSlots struct {
	Total int         `json:"total"`
	Slots []SweptSlot `json:"slots,omitempty"` // the first of them, at most MaxSweptSlots
}

// SweptSlot is one slot of a sweep.
type SweptSlot struct {
	Job    string    `json:"job"`
	Slot   time.Time `json:"slot"`
	Reason string    `json:"reason,omitempty"` // why it has no record, or what a recount came to
}

// MaxSweptSlots is how many slots a SweptSlots lists. There may be thousands.
const MaxSweptSlots = 100

// Add counts a slot, and lists it if there are fewer than MaxSweptSlots.
func (s *SweptSlots) Add(slot SweptSlot) {
	s.Total++
	if len(s.Slots) < MaxSweptSlots {
		s.Slots = append(s.Slots, slot)
	}
}
