package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"
)

// message is a request of any kind as it is sent.
type message struct {
	Event
	DryRun  bool   `json:"dryRun"`
	Ping    bool   `json:"ping"`
	Sweep   bool   `json:"sweep"`
	Stored  string `json:"stored"`
	Summary bool   `json:"summary"`
}

// ParseEvent reads a request in JSON. Unknown keys, a missing job or time, keys that do
// not go together and trailing data are errors: with a misspelled key the function would
// otherwise count the wrong thing.
func ParseEvent(data []byte) (Request, error) {
	sent, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("parse event: %w; write %s", err, exampleEvent)
	}
	request, err := sent.request()
	if err != nil {
		return nil, fmt.Errorf("parse event: %w", err)
	}
	return request, nil
}

const exampleEvent = `{"job":"daily-scans","scheduledTime":"2022-04-07T14:55:00Z"}`

func decode(data []byte) (message, error) {
	var sent message
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&sent)
	if err == io.EOF {
		return message{}, errors.New("it is empty")
	}
	if err != nil {
		return message{}, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return message{}, errors.New("something follows the JSON object")
	}
	return sent, nil
}

const (
	exampleStored  = `{"stored":"counts/date=2022-04-07/daily-scans-20220407T1455Z.rev1.jsonl"}`
	exampleSummary = `{"summary":true,"scheduledTime":"2022-04-07T23:00:00Z"}`
)

// request is the message as one of the kinds.
func (m message) request() (Request, error) {
	timed := !m.ScheduledTime.IsZero()
	switch {
	case m.Sweep && m == message{Sweep: true}:
		return Sweep{}, nil
	case m.Sweep:
		return nil, fmt.Errorf("a sweep looks at all jobs and their own slots; write %s alone, or for one slot %s", SweepEvent, exampleEvent)
	case m.Ping && m == message{Ping: true}:
		return Ping{}, nil
	case m.Ping:
		return nil, fmt.Errorf("a ping is about no job; write %s alone, or for one slot %s", PingEvent, exampleEvent)
	case m.Stored != "" && m == message{Stored: m.Stored}:
		return Stored{m.Stored}, nil
	case m.Stored != "":
		return nil, fmt.Errorf("stored is the key of an object; write it alone: %s", exampleStored)
	case m.Summary && timed && m == message{Summary: true, Event: Event{ScheduledTime: m.ScheduledTime}}:
		return Summarize{m.ScheduledTime.UTC().Truncate(time.Minute)}, nil
	case m.Summary:
		return nil, fmt.Errorf("a summary is of a time and of all jobs; write %s", exampleSummary)
	case m.Job == "":
		return nil, fmt.Errorf("job is missing; write %s", exampleEvent)
	case !timed && !m.DryRun:
		return nil, fmt.Errorf("scheduledTime is missing; write %s", exampleEvent)
	case !timed && m.Schedule != "":
		return nil, errors.New("schedule goes with scheduledTime; write both, or neither for the job's latest slot")
	case m.Timezone != "" && m.Schedule == "":
		return nil, errors.New("timezone goes with schedule; write both or neither")
	case !slices.Contains([]Origin{"", OriginSchedule, OriginSweep, OriginBackfill, OriginRecount}, m.Origin):
		return nil, fmt.Errorf("origin %q is none; write schedule, sweep, backfill or recount", m.Origin)
	case m.Recount != nil:
		return m.recount()
	case m.DryRun:
		return DryRun{m.Event}, nil
	}
	return m.Event, nil
}

const exampleRecount = `{"job":"daily-scans","scheduledTime":"2022-04-07T14:55:00Z","recount":{"reason":"late rows"}}`

// recount is the message as an event that counts a slot again.
func (m message) recount() (Request, error) {
	switch {
	case m.DryRun:
		return nil, errors.New("a dry run counts nothing again; write dryRun or recount")
	case m.Schedule != "":
		return nil, errors.New("a recount has the schedule of the slot's record; write schedule or recount")
	case m.Recount.AllowEmpty && m.Recount.Age != "":
		return nil, errors.New("a recount by age never finds that nothing is left; write allow_empty or age")
	}
	if err := CheckReason(m.Recount.Reason); err != nil {
		return nil, fmt.Errorf("recount.reason %w, such as %s", err, exampleRecount)
	}
	return m.Event, nil
}

// CheckReason says what is wrong with the reason of a recount.
func CheckReason(reason string) error {
	switch {
	case strings.TrimSpace(reason) == "":
		return errors.New("is missing; write one line")
	case len(reason) > ReasonLimit || strings.ContainsFunc(reason, unicode.IsControl):
		return fmt.Errorf("has line ends, or more than %d bytes; write one short line", ReasonLimit)
	}
	return nil
}
