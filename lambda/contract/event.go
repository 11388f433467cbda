package contract

import "time"

// Request is what the function is asked for: an [Event], a [DryRun] or a [Sweep].
type Request interface{ isRequest() }

// Event is what a schedule, a retry or a person sends to have a slot counted.
type Event struct {
	// Job is the name of the job to count.
	Job string `json:"job"`
	// ScheduledTime is the time the schedule fired for, RFC 3339. EventBridge's
	// own value may carry seconds; the slot is its minute.
	ScheduledTime time.Time `json:"scheduledTime"`
	// Schedule is the expression that fired. It wins over the job's current one,
	// so an event that was on its way while the schedule changed still counts.
	// Empty means the job's own.
	Schedule string `json:"schedule,omitempty"`
	// Timezone is the IANA zone that Schedule is evaluated in; empty means UTC.
	Timezone string `json:"timezone,omitempty"`
}

// DryRun asks whether an event's slot could be counted: {"job": "x", "dryRun": true}.
// A zero ScheduledTime stands for the job's latest slot.
type DryRun struct{ Event }

// Sweep asks to look for slots without a record: {"sweep": true}.
type Sweep struct {
	Days int // how far to look back, from 1 to MaxSweepDays
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
