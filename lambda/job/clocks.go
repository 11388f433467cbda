package job

import (
	"fmt"
	"math"
	"slices"
	"time"

	"tally/lambda/cron"
	"tally/lambda/strictyaml"
)

// The years by which schedules and zones are judged. The clock must not decide whether
// a file is valid.
var (
	judgedFrom  = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	judgedUntil = time.Date(2035, 1, 1, 0, 0, 0, 0, time.UTC)
)

// CheckClocks reports the jobs that leave a period out, or count it twice, only
// because clocks change. ReadFile does not, because the function reads the file, too:
// a zone that has other rules there than where the file was checked must not stop it.
func (f File) CheckClocks(document *strictyaml.Document) {
	for i, job := range f.Jobs {
		if !job.hasWindows() || job.Window.Span.toDate() {
			continue
		}
		if found := job.clockFaults(); found.any() {
			document.Report(Key(i, "schedule"), "%s%s", found, job.advice(found.first()))
		}
	}
}

// hasWindows tells whether the job's windows can be computed. If not, the file has a
// problem that ReadFile reports.
func (j Job) hasWindows() bool {
	return j.Window != nil && j.Window.Span.known() && j.Zone != nil && j.ScheduleZone != nil &&
		(j.Window.Span != PreviousHour || j.ScheduleTimezone == "")
}

// clockFaults are the first period that belongs to no slot, and the first that belongs
// to two, only because clocks change.
type clockFaults struct{ lost, doubled *clockFault }

// clockFault is a period that the slots around a change of the clocks lose or double.
type clockFault struct {
	change
	name string // of the period
}

func (f clockFaults) any() bool { return f.lost != nil || f.doubled != nil }

func (f clockFaults) String() string {
	switch {
	case f.doubled == nil:
		return fmt.Sprintf("%s belongs to no slot, because clocks change in %s", f.lost.name, f.lost.zone)
	case f.lost == nil:
		return fmt.Sprintf("%s belongs to two slots, because clocks change in %s", f.doubled.name, f.doubled.zone)
	case f.lost.zone != f.doubled.zone:
		return fmt.Sprintf("%s belongs to no slot, because clocks change in %s, and %s to two, because they change in %s",
			f.lost.name, f.lost.zone, f.doubled.name, f.doubled.zone)
	}
	return fmt.Sprintf("%s belongs to no slot, and %s to two, because clocks change in %s", f.lost.name, f.doubled.name, f.lost.zone)
}

// first is the change of clocks with the first fault.
func (f clockFaults) first() change {
	if f.lost == nil || f.doubled != nil && f.doubled.at.Before(f.lost.at) {
		return f.doubled.change
	}
	return f.lost.change
}

// clockFaults compares the slots with what the same schedule gives if clocks never
// change. Between two changes there is no difference, so that the last slot before each
// change and the first one after it show every fault; a test walks all slots.
func (j Job) clockFaults() (found clockFaults) {
	for _, c := range j.changes() {
		gap := j.Window.Span.between(c.before, c.after, j.Zone)
		if gap == 0 || gap < 0 && found.doubled != nil || gap > 0 && found.lost != nil {
			continue
		}
		least, most := j.frozen(c)
		switch {
		case gap < 0 && least >= 0:
			from, _, _ := j.Window.Span.Range(c.after, j.Zone)
			found.doubled = &clockFault{c, j.Window.Span.name(from)}
		case gap > most && (j.Window.Span != PreviousHour || most == 0):
			// Half hours around a change make gaps between hours longer than the
			// schedule means; only a schedule that counts every hour loses one.
			found.lost = &clockFault{c, j.Window.Span.name(j.firstLost(c))}
		}
	}
	return found
}

// change is a change of clocks and the slots around it.
type change struct {
	at            time.Time
	zone          *time.Location // whose clocks change
	before, after time.Time      // the last slot before it and the first one after
	was, is       time.Duration  // how far the job's clock is ahead of the schedule's at these slots
}

// changes are those of the job's zone and of its schedule's that the slots around them
// notice, the earliest first: one clock is ahead of the other by more or less than
// before, a time of the schedule is skipped, or an hour comes twice.
func (j Job) changes() []change {
	var all []change
	zones := []*time.Location{j.Zone}
	if j.ScheduleZone.String() != j.Zone.String() {
		zones = append(zones, j.ScheduleZone)
	}
	for _, zone := range zones {
		for _, at := range cron.Changes(zone, judgedFrom, judgedUntil) {
			before, earlier := j.Cron.Prev(at, j.ScheduleZone)
			after, more := j.Cron.Next(at.Add(-time.Nanosecond), j.ScheduleZone)
			if !earlier || !more {
				continue
			}
			c := change{at, zone, before, after, j.ahead(before), j.ahead(after)}
			next, _ := j.Cron.Next(reading(before, j.ScheduleZone), time.UTC)
			if c.was != c.is || !next.Equal(reading(after, j.ScheduleZone)) || j.Window.Span.period() == "hour" {
				all = append(all, c)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b change) int { return a.at.Compare(b.at) })
	return all
}

// ahead is how far the job's clock is ahead of the schedule's.
func (j Job) ahead(at time.Time) time.Duration {
	return reading(at, j.Zone).Sub(reading(at, j.ScheduleZone))
}

// reading is what a zone's clocks show then, as a time in UTC.
func reading(at time.Time, zone *time.Location) time.Time {
	_, offset := at.In(zone).Zone()
	return at.UTC().Add(time.Duration(offset) * time.Second)
}

// mostBetween ends the counting of periods for schedules that fire hardly ever.
const mostBetween = 400

// between is how many periods lie between the windows of two slots: 0 where they meet,
// -1 where they are the same.
func (s Span) between(earlier, later time.Time, zone *time.Location) int {
	_, end, _ := s.Range(earlier, zone)
	begin, same, _ := s.Range(later, zone)
	if same.Equal(end) {
		return -1
	}
	periods := 0
	for ; begin.After(end) && periods < mostBetween; periods++ {
		begin = s.before(begin)
	}
	return periods
}

// frozen is the least and the most that lies between windows around a change if neither
// clock changes, and both stay as they were before it, or as they are after it.
func (j Job) frozen(c change) (least, most int) {
	least, most = math.MaxInt, -1
	for at := range j.readings(c) {
		next, _ := j.Cron.Next(at, time.UTC)
		for _, ahead := range []time.Duration{c.was, c.is} {
			gap := j.Window.Span.between(at.Add(ahead), next.Add(ahead), time.UTC)
			least, most = min(least, gap), max(most, gap)
		}
	}
	return least, most
}

// readings are what the schedule's clock shows at the slot before a change, and at the
// times up to the slot after it that the change skips.
func (j Job) readings(c change) func(yield func(time.Time) bool) {
	return func(yield func(time.Time) bool) {
		end := reading(c.after, j.ScheduleZone)
		for at := reading(c.before, j.ScheduleZone); at.Before(end) && yield(at); {
			at, _ = j.Cron.Next(at, time.UTC)
		}
	}
}

// firstLost is the start, as a reading, of a period that lies between the windows
// around a change, and that is counted if the clocks stay as they were before it.
func (j Job) firstLost(c change) time.Time {
	_, end, _ := j.Window.Span.Range(c.before, j.Zone)
	first := reading(end, j.Zone)
	for at := range j.readings(c) {
		next, _ := j.Cron.Next(at, time.UTC)
		if from, _, _ := j.Window.Span.Range(next.Add(c.was), time.UTC); !from.Before(first) {
			return from
		}
	}
	return first
}
