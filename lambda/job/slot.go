package job

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"time"

	"tally/lambda/contract"
	"tally/lambda/cron"
	"tally/lambda/timezone"
)

// Slot is one scheduled minute of a job.
type Slot struct {
	Time     time.Time // UTC, on a whole minute
	Schedule string    // the expression that fired
	Timezone string    // the IANA zone that evaluates Schedule; empty is UTC
}

// slotAt is the slot at a time that the schedule fires at.
func (j Job) slotAt(at time.Time) Slot {
	return Slot{Time: at.UTC(), Schedule: j.Cron.Canonical(), Timezone: j.EventTimezone()}
}

// EventTimezone is the IANA zone that evaluates the schedule as slots and records have it:
// empty is UTC, whether schedule_timezone says so or is absent.
func (j Job) EventTimezone() string {
	if j.ScheduleZone == time.UTC {
		return ""
	}
	return j.ScheduleZone.String()
}

// ErrNotScheduled means that a time is no occurrence of a schedule.
var ErrNotScheduled = errors.New("no occurrence")

// Slot finds the slot of an event, by the event's schedule or, if it has none, the job's.
// EventBridge may fire some seconds early: an event in the minute before an occurrence
// belongs to that occurrence. The error may be ErrNotScheduled.
func (j Job) Slot(event contract.Event) (Slot, error) {
	if event.Schedule != "" {
		var err error
		if j, err = j.On(event.Schedule, event.Timezone); err != nil {
			return Slot{}, fmt.Errorf("job %s: schedule of the event: %w", j.Name, err)
		}
	}
	minute := event.ScheduledTime.UTC().Truncate(time.Minute)
	for _, candidate := range []time.Time{minute, minute.Add(time.Minute)} {
		if j.Cron.Matches(candidate, j.ScheduleZone) {
			return j.slotAt(candidate), nil
		}
	}
	return Slot{}, j.notScheduled(event.ScheduledTime)
}

// On is the job on another schedule. An empty zone is UTC.
func (j Job) On(schedule, zoneName string) (Job, error) {
	parsed, err := cron.ParseJob(schedule)
	if err != nil {
		return j, err
	}
	zone, err := timezone.Load(cmp.Or(zoneName, "UTC"))
	if err != nil {
		return j, err
	}
	j.Cron, j.ScheduleZone, j.ScheduleTimezone = parsed, zone, zoneName
	return j, nil
}

// Occurrence is the slot at exactly that time, by the job's own schedule. The error is
// ErrNotScheduled.
func (j Job) Occurrence(at time.Time) (Slot, error) {
	if !at.Equal(at.Truncate(time.Minute)) || !j.Cron.Matches(at, j.ScheduleZone) {
		return Slot{}, j.notScheduled(at)
	}
	return j.slotAt(at), nil
}

// Latest is the last slot until now, inclusive. ok is false if there was none.
func (j Job) Latest(now time.Time) (slot Slot, ok bool) {
	at, ok := j.Cron.Prev(now.Add(time.Nanosecond), j.ScheduleZone)
	return j.slotAt(at), ok
}

// LatestOrNext is the last slot until now or, if there was none, the next one.
func (j Job) LatestOrNext(now time.Time) Slot {
	if slot, ok := j.Latest(now); ok {
		return slot
	}
	next, _ := j.Cron.Next(now, j.ScheduleZone) // there is one: see parseSchedule
	return j.slotAt(next)
}

// SlotsBetween are the job's slots in [from, to), the earliest first.
func (j Job) SlotsBetween(from, to time.Time) []Slot {
	var slots []Slot
	slot := j.slotAt(from)
	for at, ok := j.Cron.Next(from.Add(-time.Nanosecond), j.ScheduleZone); ok && at.Before(to); at, ok = j.Cron.Next(at, j.ScheduleZone) {
		slot.Time = at.UTC()
		slots = append(slots, slot)
	}
	return slots
}

func (j Job) notScheduled(at time.Time) error {
	schedule := j.Cron.String()
	if j.ScheduleZone != time.UTC {
		schedule += " in " + j.ScheduleZone.String()
	}
	if next, fires := j.Cron.Next(at.UTC().Truncate(time.Minute), j.ScheduleZone); fires {
		schedule += "; the next one is " + next.UTC().Format(time.RFC3339)
	} else {
		schedule += ", which never fires again"
	}
	return fmt.Errorf("job %s: %s is %w of %s", j.Name, at.UTC().Format(time.RFC3339), ErrNotScheduled, schedule)
}

// Range is the window [from, to) of a slot. ok is false for a job without a window, which
// counts the current state.
func (j Job) Range(slot time.Time) (from, to time.Time, ok bool, err error) {
	if j.Window == nil {
		return time.Time{}, time.Time{}, false, nil
	}
	from, to, err = j.Window.Span.Range(slot, j.Zone)
	return from, to, err == nil, err
}

// Age is a time since a slot, in whole hours or days of 24 hours: 6h or 7d.
type Age string

// maxRecounts is how many ages a job may be counted again at.
const maxRecounts = 5

// Duration is how long the age is; 0 if it is none.
func (a Age) Duration() time.Duration {
	if len(a) < 2 {
		return 0
	}
	unit := map[byte]time.Duration{'h': time.Hour, 'd': 24 * time.Hour}[a[len(a)-1]]
	number, err := strconv.Atoi(string(a[:len(a)-1]))
	if err != nil {
		return 0
	}
	return time.Duration(number) * unit
}
