package main

import (
	"slices"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
	"tally/lambda/job"
)

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
		if slot.State == history.Unreadable {
			p.Why = "its record cannot be read: " + unreadableWords(slot.Err)
			leftOut = append(leftOut, p)
			continue
		}
		if p.Why = whyPlanned(slot, series.Job, which); p.Why == "" {
			continue
		}
		if slot.State == history.Missing {
			p.event.Schedule, p.event.Timezone = slot.Schedule, slot.Timezone
			all = append(all, p)
			continue
		}
		p.event.Recount = recount
		if latest := slot.Lines[0]; recount != nil && slot.State != history.Failed && latest.Origin == contract.OriginBackfill && latest.Reason == recount.Reason {
			p.Why = "counted again for this reason on " + latest.CountedAt.Format(time.DateOnly) + "; write another reason to count it once more"
			leftOut = append(leftOut, p)
			continue
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
