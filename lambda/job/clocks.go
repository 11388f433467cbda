package job

import (
	"fmt"
	"slices"
	"time"

	"tally/lambda/strictyaml"
	"tally/lambda/timezone"
)

// Schedules and zones are judged by these years. The result of a check must not depend
// on the day on which it runs.
var (
	judgedFrom  = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	judgedUntil = time.Date(2035, 1, 1, 0, 0, 0, 0, time.UTC)
)

// CheckClocks reports the jobs that leave a period out, or count it twice, only because
// clocks change. ReadFile does not check this, because the function reads the file too:
// the function's zone rules may be older or newer, and must not stop it.
func (f File) CheckClocks(document *strictyaml.Document) {
	for i, j := range f.Jobs {
		if text := j.clockText(false); text != "" {
			document.Report(Key(i, "schedule"), "%s", text)
		}
	}
}

// Warnings are about what is valid but often not meant: a window to date whose last slot
// of a period moves when clocks change, so that the last record of that period covers less
// or more of it than usual; or partitions whose zone nobody says.
func (j Job) Warnings() []string {
	return slices.DeleteFunc([]string{j.clockText(true), j.zonesHint()}, func(text string) bool { return text == "" })
}

// clockText says what goes wrong when clocks change, and what to write instead. It is empty
// if nothing goes wrong, or if the job's window is not of that kind.
func (j Job) clockText(toDate bool) string {
	if !j.hasWindows() || j.Window.Span.toDate() != toDate {
		return ""
	}
	faults := j.clockFaults()
	if len(faults) == 0 {
		return ""
	}
	text := faults[0].text
	for _, other := range faults[1:] {
		text += ", and " + other.text
	}
	return text + j.advice(faults[0].change)
}

// clockFault is what goes wrong at a change of clocks.
type clockFault struct {
	change
	text string
}

// clockFaults are the first fault of each kind, the earliest first.
func (j Job) clockFaults() []clockFault {
	if j.Window.Span.toDate() {
		return j.movedSlot()
	}
	return j.lostAndDoubled()
}

// hasWindows tells whether the job's windows can be computed. If they cannot, ReadFile
// has reported why.
func (j Job) hasWindows() bool {
	return j.Window != nil && j.Window.Span.known() && j.Zone != nil && j.ScheduleZone != nil &&
		(j.Window.Span != PreviousHour || j.ScheduleTimezone == "")
}

// change is a change of clocks and the slots around it.
type change struct {
	at            time.Time
	zone          *time.Location // whose clocks change
	before, after time.Time      // the last slot before it and the first one after
	was, is       time.Duration  // how far the job's clock is ahead of the schedule's at these slots
}

// changes are the changes of clocks that can move a slot into another period, in the
// job's zone and in its schedule's, the earliest first.
func (j Job) changes() []change {
	var all []change
	zones := []*time.Location{j.Zone}
	if j.ScheduleZone.String() != j.Zone.String() {
		zones = append(zones, j.ScheduleZone)
	}
	for _, zone := range zones {
		for _, period := range timezone.Changes(zone, judgedFrom.Unix(), judgedUntil.Unix()) {
			at := time.Unix(period.Start, 0).UTC()
			before, earlier := j.Cron.Prev(at, j.ScheduleZone)
			after, more := j.Cron.Next(at.Add(-time.Nanosecond), j.ScheduleZone)
			if !earlier || !more {
				continue
			}
			c := change{at, zone, before, after, j.ahead(before), j.ahead(after)}
			next, _ := j.Cron.Next(Shown(before.In(j.ScheduleZone)), time.UTC)
			skips := !next.Equal(Shown(after.In(j.ScheduleZone)))
			if c.was != c.is || skips || j.Window.Span.period() == "hour" {
				all = append(all, c)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b change) int { return a.at.Compare(b.at) })
	return all
}

// ahead is how far the job's clock is ahead of the schedule's.
func (j Job) ahead(at time.Time) time.Duration {
	return Shown(at.In(j.Zone)).Sub(Shown(at.In(j.ScheduleZone)))
}

// advice is what to write so that a change of clocks does no harm, with "; " before it.
// It is empty if nothing is found. It tries the schedule in the job's own zone, at the
// two times that it has there now, and then later. A whole period is best counted soon
// after its end, a period to date late.
func (j Job) advice(c change) string {
	early, late := min(c.was, c.is), max(c.was, c.is)
	tries := []time.Duration{late, early, late + time.Hour, late + 2*time.Hour}
	if j.Window.Span.toDate() {
		tries[0], tries[1] = early, late
	}
	for _, later := range tries {
		better := j
		var ok bool
		better.ScheduleTimezone, better.ScheduleZone = j.Timezone, j.Zone
		if better.Cron, ok = j.Cron.Later(later); !ok || !better.keepsClocks() {
			continue
		}
		if j.ScheduleTimezone == j.Timezone {
			return fmt.Sprintf("; write schedule: %s", better.Cron)
		}
		return fmt.Sprintf("; write schedule_timezone: %s and schedule: %s", j.Timezone, better.Cron)
	}
	better := j
	better.Timezone, better.Zone = "UTC", time.UTC
	if j.Window.Span.period() == "hour" && better.keepsClocks() {
		return "; write timezone: UTC, in which every hour is whole"
	}
	return ""
}

// keepsClocks tells whether changes of clocks do the job no harm.
func (j Job) keepsClocks() bool { return j.hasWindows() && len(j.clockFaults()) == 0 }
