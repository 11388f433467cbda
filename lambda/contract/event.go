package contract

import "time"

// Request is what the function is asked for: an [Event], a [DryRun] or a [Sweep].
type Request interface{ isRequest() }

// Event asks to count a slot. Schedules, retries and people send it.
type Event struct {
	// Job is the name of the job to count.
	Job string `json:"job"`
	// ScheduledTime is the time for which the schedule fired, RFC 3339. EventBridge's
	// value may have seconds; the slot is its minute.
	ScheduledTime time.Time `json:"scheduledTime"`
	// Schedule is the expression that fired; empty is the job's own. It is used instead of
	// the job's, so that an event is still counted that was on its way while the schedule
	// changed.
	Schedule string `json:"schedule,omitempty"`
	// Timezone is the IANA zone that evaluates Schedule; empty is UTC.
	Timezone string `json:"timezone,omitempty"`
}

// DryRun asks whether an event's slot could be counted: {"job": "x", "dryRun": true}.
// A zero ScheduledTime stands for the job's latest slot.
type DryRun struct{ Event }

// Sweep asks to look for slots without a record: {"sweep": true}.
type Sweep struct {
	Days int // how many days to look back, from 1 to MaxSweepDays
}

// How far sweeps look back, in days.
const (
	DefaultSweepDays = 3
	MaxSweepDays     = 14
)

// SweepEvent is what the hourly rule sends.
const SweepEvent = `{"sweep":true}`

func (Event) isRequest() {}

func (Sweep) isRequest() {}
