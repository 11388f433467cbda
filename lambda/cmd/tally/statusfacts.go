package main

import (
	"fmt"
	"strings"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
)

// statusFacts are what is known of an environment, as --json prints it.
type statusFacts struct {
	Environment string        `json:"environment"`
	Region      string        `json:"region"`
	Time        time.Time     `json:"time"`
	Jobs        []lastFacts   `json:"jobs"`
	Gaps        []gapFacts    `json:"gaps"` // the earliest first, job by job
	Queues      []queueFacts  `json:"queues"`
	Sweep       *lastSweep    `json:"sweep"` // null if it cannot be read
	Alarms      []alarmFacts  `json:"alarms"`
	Unconfirmed []string      `json:"unconfirmed"`
	Unreadable  []unreadFacts `json:"unreadable"`
	Needs       []string      `json:"needs_a_person"`
}

// lastFacts are a job and its last slot that is not pending; no slot if there is none.
type lastFacts struct {
	jobFacts
	Next *time.Time `json:"next_slot"`
}

// gapFacts are a slot without a record that should have one.
type gapFacts struct {
	Job     string    `json:"job"`
	Slot    time.Time `json:"slot"`
	Local   string    `json:"local"`
	Reason  string    `json:"reason"`
	Overdue bool      `json:"overdue"` // a sweep should have filled it by now
}

// queueFacts are what waits in a queue.
type queueFacts struct {
	Name     string         `json:"name"`
	Waiting  int            `json:"waiting"`
	AtLeast  bool           `json:"at_least"` // there are more than Messages
	Messages []messageFacts `json:"messages"`
}

// amount is how many messages wait.
func (q queueFacts) amount() string {
	if q.AtLeast {
		return "at least " + amount(q.Waiting, "message")
	}
	return amount(q.Waiting, "message")
}

// messageFacts are legible.
type messageFacts struct {
	ID      string     `json:"id"`
	Sent    time.Time  `json:"sent"`
	Job     string     `json:"job,omitempty"` // empty for a sweep
	Slot    *time.Time `json:"slot,omitempty"`
	Cause   string     `json:"cause"`
	Problem string     `json:"problem,omitempty"` // why it cannot be sent again
}

// title is what a message is about.
func (m messageFacts) title() string {
	switch {
	case m.Problem != "":
		return "message " + m.ID
	case m.Slot == nil:
		return "a sweep"
	}
	return m.Job + " " + m.Slot.Format("2006-01-02T15:04Z")
}

// lastSweep is the last sweep that came through.
type lastSweep struct {
	Last    *time.Time `json:"last"` // null if there was none for contract.SweepsStoppedAfter
	Counted int        `json:"counted"`
	Left    int        `json:"left"` // without a count
}

// alarmFacts are an alarm that is on.
type alarmFacts struct {
	Name   string `json:"name"` // without tally-<environment>-
	Reason string `json:"reason"`
}

// unreadFacts are a part of the status that cannot be read.
type unreadFacts struct {
	Part  string `json:"part"`
	Error string `json:"error"`
	Needs string `json:"needs,omitempty"` // the IAM action that is missing
}

// explainGaps says why slots have no record, as far as a message in a queue has the cause.
func (s *statusFacts) explainGaps() {
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
func (s *statusFacts) judge() {
	need := func(format string, values ...any) { s.Needs = append(s.Needs, fmt.Sprintf(format, values...)) }
	for _, job := range s.Jobs {
		for _, slot := range job.Slots {
			if slot.State == history.Failed || slot.State == history.Missed || slot.State == history.Unreadable {
				need("the last slot of %s is %s", job.Job, slot.State)
			}
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
	if s.Sweep != nil && s.Sweep.Last == nil {
		need("no sweep came through for more than two hours")
	}
	for _, alarm := range s.Alarms {
		need("alarm %s", alarm.Name)
	}
	if len(s.Unconfirmed) > 0 {
		need("%s must confirm the mail from AWS", strings.Join(s.Unconfirmed, ", "))
	}
	for _, part := range s.Unreadable {
		need("%s cannot be read", part.Part)
	}
}
