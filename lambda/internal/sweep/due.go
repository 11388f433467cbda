package sweep

import (
	"fmt"
	"slices"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// gap is a slot that should have a record and has none.
type gap struct {
	job  *job.Job // on the schedule of the slot's time
	slot job.Slot
}

// event is what the schedule would have sent.
func (g gap) event() contract.Event {
	return contract.Event{Job: g.job.Name, ScheduledTime: g.slot.Time, Schedule: g.slot.Schedule, Timezone: g.slot.Timezone}
}

// swept is the gap in a sweep's answer. Why may be empty.
func (g gap) swept(why string) contract.SweptSlot {
	return contract.SweptSlot{Job: g.job.Name, Slot: g.slot.Time, Reason: why}
}

// gaps are the slots in [from, to) that the history says there should be and that have no
// record, in no order. Each entry holds until the next, or until its stack was deleted. Jobs
// that are no longer in the file have no gaps: nobody could count them.
func (s *Sweeper) gaps(history []Deployed, stored records, from, to time.Time) ([]gap, error) {
	var all []gap
	for i, entry := range history {
		until, next := to, (*Deployed)(nil)
		if i+1 < len(history) {
			next = &history[i+1]
			until = earlier(until, next.endOfPrevious())
		}
		for _, planned := range entry.Jobs {
			j, known := s.Jobs.Lookup(planned.Name)
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
				if !stored.have(j.Name, slot.Time) {
					all = append(all, gap{&j, slot})
				}
			}
		}
	}
	return all, nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
