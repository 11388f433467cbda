package sweep

import (
	"fmt"
	"slices"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// DueSlot is a slot to count now: one that should have a record and has none, which is a gap,
// or one to count again.
type DueSlot struct {
	Job  *job.Job // on the schedule of the slot's time
	Slot job.Slot
	// Recount asks to count a slot again that has a record; its schedule is not known here.
	Recount *contract.Recount
}

// event is what the schedule would have sent, and that it comes from a sweep.
func (d DueSlot) event() contract.Event {
	if d.Recount != nil {
		return contract.Event{Job: d.Job.Name, ScheduledTime: d.Slot.Time, Recount: d.Recount}
	}
	return contract.Event{Job: d.Job.Name, ScheduledTime: d.Slot.Time, Schedule: d.Slot.Schedule, Timezone: d.Slot.Timezone, Origin: contract.OriginSweep}
}

// due is when it should have been counted: at its slot, or at the age of a recount.
func (d DueSlot) due() time.Time {
	if d.Recount != nil {
		return d.Slot.Time.Add(job.Age(d.Recount.Age).Duration())
	}
	return d.Slot.Time
}

// isLast tells whether no later sweep looks at the slot, if this one looks back until from.
func (d DueSlot) isLast(from time.Time) bool { return d.due().Before(from.Add(latestNextSweep)) }

// isGone tells whether no counter can count the slot any more: the state of its time is over, and
// no query of it outlives a run.
func (d DueSlot) isGone() bool { return d.Job.Window == nil && !d.Job.Source.OutlivesRun() }

// SlotsDue are the slots in [from, to) that the history says there should be, in no order.
// Each entry holds until the next, or until its stack was deleted. Jobs that are no longer in
// the file have none: nobody could count them.
func SlotsDue(history []Deployed, jobs job.File, from, to time.Time) ([]DueSlot, error) {
	var all []DueSlot
	for i, entry := range history {
		until, next := to, (*Deployed)(nil)
		if i+1 < len(history) {
			next = &history[i+1]
			until = earlier(until, next.Time)
			if next.LastSeen != nil {
				until = earlier(until, next.LastSeen.Add(time.Second)) // that slot is still of the other stack
			}
		}
		for _, planned := range entry.Jobs {
			j, known := jobs.Lookup(planned.Name)
			if !known || j.Window == nil && next != nil && !slices.ContainsFunc(next.Jobs, func(other Scheduled) bool { return same(other, planned) }) {
				// A deploy took the schedule away at some time before the next entry. After
				// it the slots were none, and it cannot be told which: a job that counts the
				// current state gets no record that it missed one of them.
				continue
			}
			begin := later(from, entry.Time)
			if planned.Since != nil {
				begin = later(from, *planned.Since)
			}
			j, err := j.On(planned.Schedule, planned.Timezone)
			if err != nil {
				return nil, fmt.Errorf("schedule history: job %s: %w", planned.Name, err)
			}
			for _, slot := range j.SlotsBetween(begin, until) {
				all = append(all, DueSlot{Job: &j, Slot: slot})
			}
		}
	}
	return all, nil
}

func earlier(a, b time.Time) time.Time { return slices.MinFunc([]time.Time{a, b}, time.Time.Compare) }

func later(a, b time.Time) time.Time { return slices.MaxFunc([]time.Time{a, b}, time.Time.Compare) }

// WithUnwatched is a history that also has jobs, with their present schedules, when they were
// not deployed: from a time on, and in each entry that lacks them.
func WithUnwatched(history []Deployed, jobs []job.Job, from time.Time) []Deployed {
	present := scheduled(job.File{Jobs: jobs})
	var all []Deployed
	if len(history) == 0 || history[0].Time.After(from) {
		all = append(all, Deployed{Time: from, Jobs: present})
	}
	for _, entry := range history {
		entry.Jobs = slices.Clone(entry.Jobs)
		for _, planned := range present {
			if !slices.ContainsFunc(entry.Jobs, func(other Scheduled) bool { return other.Name == planned.Name }) {
				entry.Jobs = append(entry.Jobs, planned)
			}
		}
		all = append(all, entry)
	}
	return all
}
