package job

import (
	"fmt"
	"time"
)

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
