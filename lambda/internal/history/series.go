package history

import (
	"maps"
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

	// before has for each slot the index of the one before it at the same weekday and time whose
	// record is of what the job counts now; -1 if there is none. It is nil before Indexed.
	before []int
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
func Line(lines []contract.Record, name string, groups contract.Groups) (contract.Record, bool) {
	i := slices.IndexFunc(lines, func(line contract.Record) bool { return line.CaseName == name && line.Groups.Equal(groups) })
	if i < 0 {
		return contract.Record{}, false
	}
	return lines[i], true
}

// Count is the count of a case for a group, or for all rows with empty groups; nil if there
// is none.
func (s Slot) Count(name string, groups contract.Groups) *int64 {
	line, found := Line(s.Lines, name, groups)
	if !found && s.HadNone(name, groups) {
		return new(int64)
	}
	return line.Count
}

// HadNone tells whether a record without a line of a group says that the group had no rows:
// there were none at all, or the record has lines of other groups with the same columns. A
// record from before the job had group_by says nothing of groups.
func (s Slot) HadNone(name string, groups contract.Groups) bool {
	all, _ := Line(s.Lines, name, nil)
	if len(groups) == 0 || all.Count == nil {
		return false
	}
	last := s.Lines[len(s.Lines)-1].Groups // lines of groups come last
	return *all.Count == 0 || maps.EqualFunc(last, groups, func(_, _ *string) bool { return true })
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

// moment is a weekday and a time of day.
type moment struct {
	day          time.Weekday
	hour, minute int
}

// moment is when a slot is, by the clocks of the schedule.
func (s Series) moment(index int) moment {
	at := s.Slots[index].Time.In(s.Job.ScheduleZone)
	return moment{at.Weekday(), at.Hour(), at.Minute()}
}

// Alike tells whether two slots are at the same weekday and time, by the clocks of the
// schedule.
func (s Series) Alike(a, b int) bool { return s.moment(a) == s.moment(b) }

// Indexed is the same series, prepared for Usual of many slots.
func (s Series) Indexed() Series {
	latest, sameCounting := map[moment]int{}, map[[2]string]bool{}
	s.before = make([]int, len(s.Slots))
	for i, slot := range s.Slots {
		at := s.moment(i)
		s.before[i] = latest[at] - 1
		if len(slot.Lines) == 0 {
			continue
		}
		definition := [2]string{slot.Lines[0].CountingSHA256, slot.Lines[0].JobSHA256}
		if _, known := sameCounting[definition]; !known {
			sameCounting[definition] = s.Job.SameCounting(slot.Lines[0])
		}
		if sameCounting[definition] {
			latest[at] = i + 1
		}
	}
	return s
}

// Usual is the median of a case's last five counts, before the slot with an index, at the
// same weekday and time, of the same counting definition. ok is false if there are fewer than
// three.
func (s Series) Usual(index int, name string, groups contract.Groups) (median float64, ok bool) {
	if s.before == nil {
		s = s.Indexed()
	}
	var past Past
	for i := s.before[index]; i >= 0 && len(past.Counts) < usualSlots; i = s.before[i] {
		if count := s.Slots[i].Count(name, groups); count != nil {
			past.Counts = append(past.Counts, *count)
		}
	}
	exact, err := past.Median()
	if err != nil {
		return 0, false
	}
	median, _ = exact.Float64()
	return median, true
}
