package history

import (
	"slices"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// Series are the slots of one job, the earliest first: those that have a record, and those
// that should have one.
type Series struct {
	Job   job.Job
	Slots []Slot
}

// State says what is known of a slot.
type State string

// The states of a slot.
const (
	Counted    State = "counted"    // every case has a count
	Failed     State = "failed"     // some case could not be counted
	Missed     State = "missed"     // no run counted the state of its time, which is gone
	Missing    State = "missing"    // there is no record
	Pending    State = "pending"    // there is no record yet: its run may still be going
	Stored     State = "stored"     // there is a record, which was not asked for
	Unreadable State = "unreadable" // there is a record, which cannot be read
)

// Slot is one slot of a job, with the latest revision of its record.
type Slot struct {
	Time     time.Time
	State    State
	Key      string // of the record; empty if there is none
	Revision int    // of the record; 0 if there is none
	// Lines are those of all rows and then, if groups were asked for, those of groups. There
	// are none without a record, and if it is Unreadable.
	Lines []contract.Record
	Err   error // why it is Unreadable
	// Schedule is what should have fired, in Timezone, of a slot without a record.
	Schedule, Timezone string
}

// Line is the line of a case for a group, or for all rows with empty groups.
func (s Slot) Line(name string, groups contract.Groups) (contract.Record, bool) {
	i := slices.IndexFunc(s.Lines, func(line contract.Record) bool { return line.CaseName == name && line.Groups.Equal(groups) })
	if i < 0 {
		return contract.Record{}, false
	}
	return s.Lines[i], true
}

// Count is the count of a case for a group, or for all rows with empty groups; nil if there
// is none. A group that a record lacks had no rows.
func (s Slot) Count(name string, groups contract.Groups) *int64 {
	line, found := s.Line(name, groups)
	if !found && len(groups) > 0 && s.Count(name, nil) != nil {
		return new(int64)
	}
	return line.Count
}

// Late tells whether the slot was counted late by a run of its own, and not by a backfill or
// a recount later on.
func (s Slot) Late() bool {
	return len(s.Lines) > 0 && s.Lines[0].Late && s.Lines[0].Origin.InTime()
}

// Cases are the names of the cases in the series, in the order of the job, then those that
// only older records have.
func (s Series) Cases() []string {
	names := s.Job.CaseNames()
	for _, slot := range slices.Backward(s.Slots) {
		for _, line := range slot.Lines {
			if len(line.Groups) == 0 && !slices.Contains(names, line.CaseName) {
				names = append(names, line.CaseName)
			}
		}
	}
	return names
}

// Alike tells whether two slots are at the same weekday and time, by the clocks of the
// schedule.
func (s Series) Alike(a, b int) bool {
	type moment struct {
		day          time.Weekday
		hour, minute int
	}
	local := func(index int) moment {
		at := s.Slots[index].Time.In(s.Job.ScheduleZone)
		return moment{at.Weekday(), at.Hour(), at.Minute()}
	}
	return local(a) == local(b)
}

// Usual is the median of a case's last five counts, before the slot with an index, at the
// same weekday and time, of the same counting definition. ok is false if there are fewer than
// three.
func (s Series) Usual(index int, name string, groups contract.Groups) (median float64, ok bool) {
	var past Past
	for i, slot := range slices.Backward(s.Slots[:index]) {
		if !s.Alike(i, index) {
			continue
		}
		if count := slot.Count(name, groups); count != nil && s.Job.Made(slot.Lines[0]) {
			past.Counts = append(past.Counts, *count)
		}
		if len(past.Counts) == usualSlots {
			break
		}
	}
	exact, err := past.Median()
	if err != nil {
		return 0, false
	}
	median, _ = exact.Float64()
	return median, true
}
