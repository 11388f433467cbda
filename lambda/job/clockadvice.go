package job

import (
	"fmt"
	"time"
)

// name is what a message calls the period that starts then.
func (s Span) name(start time.Time) string {
	switch s.period() {
	case "hour":
		return start.Format("the hour from 15:04 on Monday 2 January 2006")
	case "week":
		return start.Format("the week from Monday 2 January 2006")
	case "month":
		return start.Format("January 2006")
	}
	return start.Format("Monday 2 January 2006")
}

// advice is what to write so that a change of clocks does no harm, with "; " before it,
// or empty if nothing was found: the schedule in the job's own zone, at one of the two
// times that it has there now, or later. Whole periods are best counted soon after they
// end, and those to date late.
func (j Job) advice(c change) string {
	early, late := min(c.was, c.is), max(c.was, c.is)
	ahead := []time.Duration{late, early}
	if j.Window.Span.toDate() {
		ahead = []time.Duration{early, late}
	}
	for _, later := range append(ahead, late+time.Hour, late+2*time.Hour) {
		other := j
		other.ScheduleTimezone, other.ScheduleZone = j.Timezone, j.Zone
		schedule, ok := j.Cron.Later(later)
		if other.Cron = schedule; !ok || !other.keepsClocks() {
			continue
		}
		if j.ScheduleTimezone == j.Timezone {
			return fmt.Sprintf("; write schedule: %s", schedule)
		}
		return fmt.Sprintf("; write schedule_timezone: %s and schedule: %s", j.Timezone, schedule)
	}
	other := j
	other.Timezone, other.Zone = "UTC", time.UTC
	if j.Window.Span.period() == "hour" && other.keepsClocks() {
		return "; write timezone: UTC, in which every hour is whole"
	}
	return ""
}

// keepsClocks tells whether the job is one that nothing is said about.
func (j Job) keepsClocks() bool {
	if !j.hasWindows() {
		return false
	}
	if j.Window.Span.toDate() {
		_, moves := j.movedSlot()
		return !moves
	}
	return !j.clockFaults().any()
}
