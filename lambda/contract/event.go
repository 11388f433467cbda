package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Event is what a schedule, a retry or a person sends to the function.
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

// ParseEvent reads an event strictly: unknown keys, a missing job or time, a zone
// without its schedule and trailing data are errors, because a misspelled key
// would otherwise count the wrong thing silently.
func ParseEvent(data []byte) (Event, error) {
	var event Event
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&event)
	if err == io.EOF {
		return Event{}, fmt.Errorf("parse event: it is empty; write %s", exampleEvent)
	}
	if err != nil {
		return Event{}, fmt.Errorf("parse event: %w; write %s", err, exampleEvent)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return Event{}, fmt.Errorf("parse event: something follows the JSON object; write %s", exampleEvent)
	}
	if event.Job == "" {
		return Event{}, fmt.Errorf("parse event: job is missing; write %s", exampleEvent)
	}
	if event.ScheduledTime.IsZero() {
		return Event{}, fmt.Errorf("parse event: scheduledTime is missing; write %s", exampleEvent)
	}
	if event.Timezone != "" && event.Schedule == "" {
		return Event{}, fmt.Errorf("parse event: timezone goes with schedule; write both or neither")
	}
	return event, nil
}

const exampleEvent = `{"job":"daily-scans","scheduledTime":"2022-04-07T14:55:00Z"}`
