package main

import (
	"slices"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
	"tally/lambda/job"
)

// only says which slots a backfill counts.
type only string

const (
	onlyMissing only = "missing" // those without a record
	onlyFailed  only = "failed"  // those with a case that could not be counted
	onlyChanged only = "changed" // those of another definition of the job
	onlyAll     only = "all"
)

// onlys are the values of --only, the default first.
var onlys = []only{onlyMissing, onlyFailed, onlyChanged, onlyAll}

// planned is a slot that a backfill will count, and why.
type planned struct {
	Slot  time.Time `json:"slot"`
	Local string    `json:"local"`
	Why   string    `json:"why"`

	event contract.Event
}

// plan are the slots to count, the earliest first. Those that a reason was given for already,
// by a backfill that was cut off, are left out.
func plan(series history.Series, which only, reason string) []planned {
	var all []planned
	for _, slot := range series.Slots {
		why := whyPlanned(slot, series.Job, which, reason)
		if why == "" {
			continue
		}
		event := contract.Event{Job: series.Job.Name, ScheduledTime: slot.Time, Origin: contract.OriginBackfill}
		if slot.State == history.Missing {
			event.Schedule, event.Timezone = slot.Schedule, slot.Timezone
		} else {
			event.Recount = &contract.Recount{Reason: reason}
		}
		all = append(all, planned{Slot: slot.Time, Local: slot.Time.In(series.Job.Zone).Format(localFormat), Why: why, event: event})
	}
	return all
}

func whyPlanned(slot history.Slot, j job.Job, which only, reason string) string {
	missing := slot.State == history.Missing
	stored := slices.Contains([]history.State{history.Counted, history.Failed}, slot.State)
	switch {
	case missing && (which == onlyMissing || which == onlyAll):
		return string(history.Missing)
	case !stored || slot.Lines[0].Origin == contract.OriginBackfill && slot.Lines[0].Reason == reason:
		return ""
	case slot.State == history.Failed && (which == onlyFailed || which == onlyAll):
		return string(history.Failed)
	case !j.Made(slot.Lines[0]) && (which == onlyChanged || which == onlyAll):
		return "counted by another definition"
	case which == onlyAll:
		return "counted"
	}
	return ""
}
