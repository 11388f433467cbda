package contract

import "time"

// Request is what a function is asked for. Counters take an [Event], a [DryRun] or a
// [Ping], the monitor takes a [Sweep], a [Stored] or a [Summarize].
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
	// Origin is what sends the event; empty is OriginSchedule.
	Origin Origin `json:"origin,omitempty"`
	// Requested is when a person asked for this count; zero if none did. Athena then runs a new
	// query, instead of giving the result of one that ran for the slot before.
	Requested time.Time `json:"requested,omitzero"`
	// Recount asks to count a slot again that has a record; nil does not.
	Recount *Recount `json:"recount,omitempty"`
}

// Recount is why a slot is counted again. If a line differs from those of the latest
// revision, the next revision is stored. The slot's schedule is that of its record.
type Recount struct {
	// Reason is kept in the record, for people: one line.
	Reason string `json:"reason"`
	// Age is the one of the job's recount_after that has come, such as 1d. Then a record of
	// another definition of the job is left as it is. Empty means that somebody wants it.
	Age string `json:"age,omitempty"`
	// AllowEmpty stores also that nothing is left where something was counted. Without it that
	// is a failure, since the source may have deleted its old rows.
	AllowEmpty bool `json:"allow_empty,omitempty"`
}

// Recounted is the content of the marker at [RecountedKey].
type Recounted struct {
	Time    time.Time `json:"time"`              // when the recount ended
	Outcome Outcome   `json:"outcome,omitempty"` // empty if it failed
	Failure string    `json:"failure,omitempty"` // why it failed; it is not tried again
}

// ReasonLimit is how many bytes a reason may have.
const ReasonLimit = 500

// DryRun asks whether an event's slot could be counted: {"job": "x", "dryRun": true}.
// A zero ScheduledTime stands for the job's latest slot.
type DryRun struct{ Event }

// Ping asks a counter to do nothing: {"ping": true}. Lambda makes a function in a VPC
// inactive that nobody invokes for weeks (Lambda developer guide, "Lambda function states").
type Ping struct{}

// PingEvent is what the monitor sends with every sweep.
const PingEvent = `{"ping":true}`

// Sweep asks the monitor to look for slots without a record: {"sweep": true}.
type Sweep struct{}

// SweepDays is how far a sweep looks back, in days of 24 hours.
const SweepDays = 14

// SweepEvery is the time between two sweeps. The schedule of the rule in infra has to fit.
const SweepEvery = time.Hour

// SweepsStoppedAfter is how long no sweep may come through before the alarm sweep-stopped goes
// off. A sweep that is some minutes late leaves less time empty, and two missing ones more.
const SweepsStoppedAfter = 2*SweepEvery + 15*time.Minute

// SweepEvent is what the hourly rule sends.
const SweepEvent = `{"sweep":true}`

// Stored tells the monitor that there is a new object in the results bucket:
// {"stored": "counts/…"}. It is a hint, which may come twice, late or never.
type Stored struct{ Key string }

// Summarize asks the monitor for the summary of a time: {"summary": true, "scheduledTime": …}.
type Summarize struct{ Time time.Time }

func (Event) isRequest()     {}
func (Stored) isRequest()    {}
func (Summarize) isRequest() {}
func (Ping) isRequest()      {}
func (Sweep) isRequest()     {}
