package sweep

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// ageIsDue tells whether a slot's age came in the days that a sweep looks at.
func ageIsDue(slot time.Time, age job.Age, now time.Time) bool {
	due := slot.Add(age.Duration())
	return !due.After(now) && due.After(now.Add(-contract.SweepDays*day))
}

// recountDays are the UTC days of all slots for which ageIsDue could be true.
func (s *Sweeper) recountDays(now time.Time) []time.Time {
	var all []time.Time
	for _, j := range s.Jobs.Jobs {
		for _, age := range j.RecountAfter {
			newest := now.Add(-age.Duration())
			all = append(all, daysBetween(newest.Add(-contract.SweepDays*day), newest)...)
		}
	}
	return all
}

// recounts are the slots with a record to count again, in no order: those whose age of
// recount_after has come, and that have no marker of it.
func (s *Sweeper) recounts(ctx context.Context, stored records, now time.Time) ([]DueSlot, error) {
	var all []DueSlot
	marked := map[time.Time][]string{} // keys of markers, by day
	for _, j := range s.Jobs.Jobs {
		for _, age := range j.RecountAfter {
			for at := range stored.ofJob[j.Name] {
				slot := time.Unix(at, 0).UTC()
				if !ageIsDue(slot, age, now) {
					continue
				}
				day := slot.Truncate(day)
				if _, listed := marked[day]; !listed {
					keys, err := s.Store.Keys(ctx, contract.RecountedPrefix(day))
					if err != nil {
						return nil, fmt.Errorf("list what was recounted: %w", err)
					}
					marked[day] = keys
				}
				if _, done := slices.BinarySearch(marked[day], contract.RecountedKey(j.Name, slot, string(age))); !done {
					all = append(all, DueSlot{Job: &j, Slot: job.Slot{Time: slot}, Recount: &contract.Recount{Reason: string(age) + " after the slot", Age: string(age)}})
				}
			}
		}
	}
	return all, nil
}

// mark notes that a recount ran, whatever it came to: it is not tried again.
func (s *Sweeper) mark(ctx context.Context, g DueSlot, result verdict, why string) {
	marker := contract.Recounted{Time: s.Now().UTC().Truncate(time.Second)}
	if result == recounted {
		marker.Outcome = contract.Outcome(why)
	} else {
		marker.Failure = why
	}
	if _, err := s.Store.CreateJSON(ctx, contract.RecountedKey(g.Job.Name, g.Slot.Time, g.Recount.Age), marker); err != nil {
		s.Logger.Warn("a recount will run once more, as it could not be noted", "job", g.Job.Name, "slot", g.Slot.Time, "error", err)
	}
}
