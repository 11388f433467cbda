package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
	"tally/lambda/job"
)

// filled is what became of a slot of a backfill.
type filled struct {
	Slot    time.Time        `json:"slot"`
	Outcome contract.Outcome `json:"outcome,omitempty"` // empty if it failed
	Error   string           `json:"error,omitempty"`
	Counts  []filledCount    `json:"counts,omitempty"`

	planned planned
}

// filledCount is a case of a slot that was counted.
type filledCount struct {
	Case   string `json:"case"`
	Count  *int64 `json:"count"`
	Before *int64 `json:"before,omitempty"` // the count of the record that it had
}

// line is the result for people: new counts, and old ones that differ.
func (f filled) line(p painter) string {
	if f.Error != "" {
		return fmt.Sprintf("  %s  %s: %s", f.planned.Local, p.bad("failed"), legible(f.Error))
	}
	line := fmt.Sprintf("  %s  %s:", f.planned.Local, f.Outcome)
	for _, count := range f.Counts {
		number := numberOr(count.Count, string(contract.StatusFailed))
		if before := numberOr(count.Before, string(contract.StatusFailed)); len(f.planned.before) > 0 && before != number {
			number = before + " → " + number
		}
		line += " " + count.Case + " " + number
	}
	return line
}

// mostFailures is how many slots may fail, or be refused, in a row: then the source, or
// Lambda, does not count now.
const mostFailures = 3

// filling is a backfill.
type filling struct {
	soft, hard context.Context // see interrupts
	fill       filler
	told       func(done int, result filled)
	mutex      sync.Mutex
	slots      []planned // not begun
	ended      bool      // no more slots are begun
	failed     int       // in a row
	refused    int       // in a row
	refusal    error     // why it ended with slots that are not begun
	results    []filled
}

// run has slots counted, in their order, parallel at a time, and tells each result. It begins
// no more slots after mostFailures failures in a row, or when soft has ended; when hard has, it
// waits for none.
func (f *filling) run(parallel int) []filled {
	var workers sync.WaitGroup
	for range parallel {
		workers.Go(func() {
			for slot, more := f.next(); more; slot, more = f.next() {
				answer, err := f.fill(f.hard, slot.event)
				f.note(slot, answer, err)
			}
		})
	}
	workers.Wait()
	slices.SortFunc(f.results, func(a, b filled) int { return a.Slot.Compare(b.Slot) })
	return f.results
}

func (f *filling) next() (planned, bool) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.ended || len(f.slots) == 0 || f.soft.Err() != nil {
		return planned{}, false
	}
	slot := f.slots[0]
	f.slots = f.slots[1:]
	return slot, true
}

func (f *filling) note(slot planned, answer contract.Answer, err error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if err != nil && f.hard.Err() != nil {
		return // nobody waited for it
	}
	if errors.Is(err, errRefused) { // nothing is known of the slot
		f.slots = slices.Insert(f.slots, 0, slot)
		if f.refused++; f.refused == mostFailures {
			f.ended, f.refusal = true, err
		}
		return
	}
	f.refused = 0
	result := filled{Slot: slot.Slot, Outcome: answer.Outcome, planned: slot}
	if err == nil {
		f.failed = 0
	} else {
		result.Outcome, result.Error = "", inWords(err)
		f.failed++
		f.ended = f.ended || f.failed == mostFailures
	}
	for _, record := range answer.Records {
		before, _ := history.Line(slot.before, record.CaseName, nil)
		result.Counts = append(result.Counts, filledCount{record.CaseName, record.Count, before.Count})
	}
	f.results = append(f.results, result)
	f.told(len(f.results), result)
}

// What --only chooses, the default first.
const (
	onlyMissing = "missing" // slots without a record
	onlyFailed  = "failed"  // those with a case that could not be counted
	onlyChanged = "changed" // those of another definition of the job
	onlyAll     = "all"
)

var onlys = []string{onlyMissing, onlyFailed, onlyChanged, onlyAll}

// planned is a slot that a backfill will count, or leaves out, and why.
type planned struct {
	Slot  time.Time `json:"slot"`
	Local string    `json:"local"`
	Why   string    `json:"why"`

	event  contract.Event
	before []contract.Record // what its record has
}

// plan are the slots to count, and those to leave out although they are asked for, the earliest
// first. With recount nil, which is so for missing ones and may be so in a dry run, what was
// counted again before is not known, and nothing is left out for it.
func plan(series history.Series, which string, recount *contract.Recount) (all, leftOut []planned) {
	all, leftOut = []planned{}, []planned{} // [] in JSON, not null
	for _, slot := range series.Slots {
		p := planned{Slot: slot.Time, Local: slot.Time.In(series.Job.Zone).Format(localFormat), before: slot.Lines}
		p.event = contract.Event{Job: series.Job.Name, ScheduledTime: slot.Time, Origin: contract.OriginBackfill}
		p.Why = whyPlanned(slot, series.Job, which)
		switch {
		case slot.State == history.Unreadable:
			p.Why = "its record cannot be read: " + unreadableWords(slot.Err)
			leftOut = append(leftOut, p)
			continue
		case p.Why == "":
			continue
		case slot.State == history.Missing:
			p.event.Schedule, p.event.Timezone = slot.Schedule, slot.Timezone
		default:
			p.event.Recount = recount
			if latest := slot.Lines[0]; recount != nil && slot.State != history.Failed && latest.Origin == contract.OriginBackfill && latest.Reason == recount.Reason {
				p.Why = "counted again for this reason on " + latest.CountedAt.Format(time.DateOnly) + "; write another reason to count it once more"
				leftOut = append(leftOut, p)
				continue
			}
		}
		all = append(all, p)
	}
	return all, leftOut
}

// whyPlanned is why a slot is asked for; empty if it is not.
func whyPlanned(slot history.Slot, j job.Job, which string) string {
	missing := slot.State == history.Missing
	stored := slices.Contains([]history.State{history.Counted, history.Failed}, slot.State)
	switch {
	case missing && (which == onlyMissing || which == onlyAll):
		return string(history.Missing)
	case !stored:
		return ""
	case slot.State == history.Failed && (which == onlyFailed || which == onlyAll):
		return string(history.Failed)
	case !j.SameCounting(slot.Lines[0]) && (which == onlyChanged || which == onlyAll):
		return "counted by another definition"
	case which == onlyAll:
		return "counted"
	}
	return ""
}
