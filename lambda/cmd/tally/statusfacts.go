package main

import (
	"fmt"
	"strings"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
)

// status is what is known of an environment. Texts of others are legible.
type status struct {
	Environment string        `json:"environment"`
	Region      string        `json:"region"`
	Time        time.Time     `json:"time"`
	Jobs        []jobStatus   `json:"jobs"`
	Gaps        []gap         `json:"gaps"` // the earliest first, job by job
	Queues      []queueStatus `json:"queues"`
	Sweep       *sweepStatus  `json:"sweep"`
	Alarms      []alarmStatus `json:"alarms"`
	Unconfirmed []string      `json:"unconfirmed"`
	Unreadable  []unread      `json:"unreadable"`
	Needs       []string      `json:"needs_a_person"`
}

// jobStatus is the last slot of a job that is not pending.
type jobStatus struct {
	Job         string        `json:"job"`
	Label       string        `json:"label"` // the name, if it has none
	Slot        *time.Time    `json:"last_slot"`
	State       history.State `json:"outcome"` // empty without a slot
	LateSeconds int           `json:"late_seconds"`
	Cases       []caseStatus  `json:"cases"`
	Error       string        `json:"error,omitempty"` // why its record cannot be read
	Next        *time.Time    `json:"next_slot"`

	zone *time.Location
}

// title is how people and the command line call the job.
func (j jobStatus) title() string {
	if j.Label != j.Job {
		return j.Label + " (" + j.Job + ")"
	}
	return j.Job
}

type caseStatus struct {
	Case    string   `json:"case"`
	Count   *int64   `json:"count"`
	Usual   *float64 `json:"usual"` // the median of the same weekday; null if too little is known
	Message string   `json:"message,omitempty"`
}

// unusual tells whether a count is missing or is half or twice what is usual.
func (c caseStatus) unusual() bool {
	return c.Count == nil || c.Usual != nil && (float64(*c.Count) > 2**c.Usual || float64(*c.Count) < *c.Usual/2)
}

// gap is a slot without a record that should have one.
type gap struct {
	Job     string    `json:"job"`
	Slot    time.Time `json:"slot"`
	Reason  string    `json:"reason"`
	Overdue bool      `json:"overdue"` // a sweep should have filled it by now

	zone *time.Location
}

// unread is a part of the status that could not be read.
type unread struct {
	Part  string `json:"part"`
	Error string `json:"error"`
	Needs string `json:"needs,omitempty"` // the IAM action that is missing
}

// explainGaps says what is known of why slots have no record: the message in a queue has the
// cause.
func (s *status) explainGaps() {
	queues := map[string]string{} // by the key of the record
	for _, queue := range s.Queues {
		for _, message := range queue.Messages {
			if message.Slot != nil {
				queues[contract.RecordKey(message.Job, *message.Slot, 1)] = queue.Name
			}
		}
	}
	for i, gap := range s.Gaps {
		s.Gaps[i].Reason = "no message says why"
		if name := queues[contract.RecordKey(gap.Job, gap.Slot, 1)]; name != "" {
			s.Gaps[i].Reason = "its event waits in " + name
		}
	}
}

// judge finds out what needs a person.
func (s *status) judge() {
	need := func(format string, values ...any) { s.Needs = append(s.Needs, fmt.Sprintf(format, values...)) }
	for _, job := range s.Jobs {
		switch job.State {
		case history.Failed, history.Missed, history.Unreadable:
			need("the last slot of %s is %s", job.Job, job.State)
		}
	}
	overdue := 0
	for _, gap := range s.Gaps {
		if gap.Overdue {
			overdue++
		}
	}
	if overdue > 0 {
		need("%s that sweeps have not filled", amount(overdue, "gap"))
	}
	for _, queue := range s.Queues {
		if queue.Waiting > 0 {
			need("%s in %s, for tally redrive once the cause is repaired", queue.amount(), queue.Name)
		}
	}
	var alarms []string
	for _, alarm := range s.Alarms {
		alarms = append(alarms, alarm.Name)
	}
	if len(alarms) > 0 {
		need("alarm %s", strings.Join(alarms, ", "))
	}
	if len(s.Unconfirmed) > 0 {
		need("%s must confirm the mail from AWS", strings.Join(s.Unconfirmed, ", "))
	}
	if s.Sweep != nil && s.Sweep.Last == nil {
		need("no sweep came through for more than two hours: tally sweep")
	}
	for _, part := range s.Unreadable {
		need("%s cannot be read", part.Part)
	}
}
