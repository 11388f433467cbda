package job

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tally/lambda/cron"
	"tally/lambda/timezone"
)

// walk is the slow way to find periods that belong to no slot or to two: it counts the
// slots of each period, as they are and as they would be if clocks never changed.
type walk struct {
	Job
	number func(clock time.Time) int // of the period that holds what a clock shows
}

var numbers = map[Span]func(time.Time) int{
	PreviousDay:   func(clock time.Time) int { return int(clock.Unix() / 86400) },
	PreviousWeek:  func(clock time.Time) int { return (int(clock.Unix()/86400) + 3) / 7 }, // 1970 began on a Thursday
	PreviousMonth: func(clock time.Time) int { return clock.Year()*12 + int(clock.Month()) },
}

// clock is what clocks of a zone show then, as a time in UTC.
func clock(at time.Time, zone *time.Location) time.Time {
	local := at.In(zone)
	return time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), 0, 0, time.UTC)
}

// margin is how far the walk goes beyond the judged years.
const margin = 100 * 24 * time.Hour

// slotsOf is how many slots each period has.
func (w walk) slotsOf() map[int]int {
	slots := map[int]int{}
	for _, slot := range w.SlotsBetween(judgedFrom.Add(-margin), judgedUntil.Add(margin)) {
		slots[w.number(clock(slot.Time, w.Zone))]++
	}
	return slots
}

// frozenSlotsOf is the same if one clock is always ahead of the other by that much.
func (w walk) frozenSlotsOf(ahead time.Duration) map[int]int {
	slots := map[int]int{}
	for at, ok := w.Cron.Next(judgedFrom.Add(-margin), time.UTC); ok && at.Before(judgedUntil.Add(margin)); at, ok = w.Cron.Next(at, time.UTC) {
		slots[w.number(at.Add(ahead))]++
	}
	return slots
}

// find looks at the periods near each change of clocks. lost: a period has no slot, and would
// have some with the clocks before the change and with those after it. doubled: a period
// has several slots, and would have at most one.
func (w walk) find() (lost, doubled bool) {
	truth, frozen := w.slotsOf(), map[time.Duration]map[int]int{}
	for _, hour := range append(hoursWithChange(w.Timezone, w.Zone), hoursWithChange(w.ScheduleTimezone, w.ScheduleZone)...) {
		ahead := func(at time.Time) time.Duration { return clock(at, w.Zone).Sub(clock(at, w.ScheduleZone)) }
		sides := []time.Duration{ahead(hour), ahead(hour.Add(time.Hour))}
		near := w.number(clock(hour, w.Zone))
		for period := near - 2; period <= near+2; period++ {
			some, single := true, true
			for _, side := range sides {
				if frozen[side] == nil {
					frozen[side] = w.frozenSlotsOf(side)
				}
				some, single = some && frozen[side][period] > 0, single && frozen[side][period] < 2
			}
			lost = lost || truth[period] == 0 && some
			doubled = doubled || truth[period] > 1 && single
		}
	}
	return lost, doubled
}

var changeHours = map[string][]time.Time{}

// hoursWithChange are the starts of the hours in which clocks change.
func hoursWithChange(name string, zone *time.Location) []time.Time {
	if hours, known := changeHours[name]; known {
		return hours
	}
	var hours []time.Time
	for hour := judgedFrom; hour.Before(judgedUntil); hour = hour.Add(time.Hour) {
		if clock(hour.Add(time.Hour), zone).Sub(clock(hour, zone)) != time.Hour {
			hours = append(hours, hour)
		}
	}
	changeHours[name] = hours
	return hours
}

// TestClockFaultsAgainstWalk compares random schedules near midnight, and at any time,
// in zones of every kind. Where each period has a slot, both find the same. Elsewhere the
// walk finds no more than clockFaults; TestPeriodsThatClocksLoseOrDouble has the rest.
func TestClockFaultsAgainstWalk(t *testing.T) {
	zones := []string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham", "America/Santiago",
		"Africa/Cairo", "Africa/Casablanca", "Asia/Beirut", "America/Havana", "Antarctica/Troll", "America/St_Johns",
		"Asia/Almaty", "America/Asuncion", "America/Nuuk", "Asia/Seoul", "Atlantic/Azores", "Asia/Gaza"}
	days := []string{"* * ?", "* * ?", "? * MON-FRI", "? * SUN", "? * MON", "1 * ?", "L * ?", "15 * ?", "? * 2,4,6"}
	spans := []Span{PreviousDay, PreviousDay, PreviousWeek, PreviousMonth}
	random := rand.New(rand.NewPCG(11, 1))
	faulty, mended := 0, 0
	for range 800 {
		j := Job{Timezone: zones[1+random.IntN(len(zones)-1)], ScheduleTimezone: zones[random.IntN(len(zones))]}
		if random.IntN(2) == 0 {
			j.ScheduleTimezone = "UTC"
		} else if random.IntN(2) == 0 {
			j.ScheduleTimezone = j.Timezone
		}
		j.Zone, j.ScheduleZone = mustZone(t, j.Timezone), mustZone(t, j.ScheduleTimezone)
		j.Window = &Window{Span: spans[random.IntN(len(spans))]}
		hour := random.IntN(24)
		if random.IntN(8) > 0 { // near midnight, or near the hours that clocks skip
			hour = time.Date(2024, 2, 1, random.IntN(3)-1, 0, 0, 0, j.Zone).In(j.ScheduleZone).Hour()
		}
		hours := fmt.Sprint(hour)
		if random.IntN(4) == 0 {
			hours += fmt.Sprintf(",%d", random.IntN(24))
		}
		day := days[random.IntN(len(days))]
		j.Cron = mustCron(t, fmt.Sprintf("cron(%d %s %s *)", random.IntN(12)*5, hours, day))

		lost, doubled := walk{j, numbers[j.Window.Span]}.find()
		found := j.clockFaults()
		name := fmt.Sprintf("%s %s in %s, days of %s", j.Window.Span, j.Cron, j.ScheduleTimezone, j.Timezone)
		foundLost, foundDoubled := says(found, "no slot"), says(found, "two slots")
		missing := lost && !foundLost || doubled && !foundDoubled
		invented := !lost && foundLost || !doubled && foundDoubled
		each := day[0] == '*' || j.Window.Span == PreviousMonth && len(day) == 5 || j.Window.Span == PreviousWeek && day[0] == '?'
		if missing || invented && each {
			t.Errorf("%s: got %+v, the walk says lost %t, doubled %t", name, found, lost, doubled)
		}
		if len(found) == 0 {
			continue
		}
		faulty++
		if better, ok := mend(t, j, found); ok {
			mended++
			if lost, doubled := (walk{better, numbers[j.Window.Span]}).find(); lost || doubled {
				t.Errorf("%s: %s in %s, which is suggested, is no better", name, better.Cron, better.ScheduleTimezone)
			}
		}
	}
	t.Logf("%d faulty, %d of them with a suggestion", faulty, mended)
	if faulty < 70 || mended < faulty*9/10 {
		t.Error("there are too few faults, or suggestions for them")
	}
}

// says tells whether a period belongs to that many slots.
func says(faults []clockFault, slots string) bool {
	return slices.ContainsFunc(faults, func(fault clockFault) bool { return strings.Contains(fault.text, " belongs to "+slots+" ") })
}

// mend does what the advice says.
func mend(t *testing.T, j Job, found []clockFault) (Job, bool) {
	t.Helper()
	parts := regexp.MustCompile(`^; write (?:schedule_timezone: (\S+) and )?schedule: (cron\(.+\))$`).FindStringSubmatch(j.advice(found[0].change))
	if parts == nil {
		return j, false
	}
	if parts[1] != "" {
		j.ScheduleTimezone, j.ScheduleZone = parts[1], mustZone(t, parts[1])
	}
	j.Cron = mustCron(t, parts[2])
	return j, true
}

// TestHoursAgainstWalk counts the slots of each hour around changes of clocks. In one of
// the zones clocks change by half an hour.
func TestHoursAgainstWalk(t *testing.T) {
	for _, name := range []string{"Australia/Lord_Howe", "Europe/Berlin", "America/St_Johns", "Pacific/Chatham", "Antarctica/Troll", "Asia/Kathmandu"} {
		for minute := 0; minute < 60; minute += 5 {
			for _, minutes := range []string{fmt.Sprint(minute), fmt.Sprintf("%d,%d", minute, (minute+30)%60)} {
				zone := mustZone(t, name)
				j := Job{Timezone: name, Zone: zone, ScheduleZone: time.UTC, Window: &Window{Span: PreviousHour}, Cron: mustCron(t, "cron("+minutes+" * * * ? *)")}
				lost := false
				for _, period := range timezone.Changes(zone, judgedFrom.Unix(), judgedUntil.Unix()) {
					change := time.Unix(period.Start, 0)
					for at := change.Add(-3 * time.Hour); at.Before(change.Add(3 * time.Hour)); {
						hour, slots := at.In(zone).Format("15-0700"), 0
						for ; at.In(zone).Format("15-0700") == hour; at = at.Add(time.Minute) {
							if j.Cron.Matches(at, time.UTC) {
								slots++
							}
						}
						// The first hour may be incomplete.
						lost = lost || slots == 0 && at.After(change.Add(-time.Hour))
					}
				}
				if found := j.clockFaults(); lost != says(found, "no slot") || says(found, "two slots") {
					t.Errorf("%s, %s: got %v, the walk says lost %t", name, j.Cron, found, lost)
				}
			}
		}
	}
}

// TestMovedSlotsAgainstWalk takes schedules that fire every day: either the last slot of
// every day, or of every week, is at the same time, or there is a warning.
func TestMovedSlotsAgainstWalk(t *testing.T) {
	zones := []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo", "Asia/Beirut", "Asia/Seoul", "UTC"}
	random := rand.New(rand.NewPCG(11, 2))
	until := judgedFrom.AddDate(4, 0, 0) // the rules of these zones stay the same
	warned, quiet := 0, 0
	for range 200 {
		j := Job{Timezone: zones[random.IntN(len(zones))], ScheduleTimezone: zones[random.IntN(len(zones))]}
		if random.IntN(2) == 0 {
			j.ScheduleTimezone = j.Timezone
		}
		j.Zone, j.ScheduleZone = mustZone(t, j.Timezone), mustZone(t, j.ScheduleTimezone)
		hours := fmt.Sprintf("%d,%d", random.IntN(24), random.IntN(24))
		switch random.IntN(4) {
		case 0:
			hours = "*"
		case 1:
			hours = fmt.Sprintf("%d/2", random.IntN(2))
		}
		j.Window = &Window{Span: DayToDate}
		j.Cron = mustCron(t, fmt.Sprintf("cron(%d %s * * ? *)", random.IntN(12)*5, hours))
		if random.IntN(3) == 0 {
			j.Window.Span = WeekToDate
		}
		last, times := map[int]time.Time{}, map[time.Duration]bool{}
		number, length := numbers[j.Window.Span.previous()], 24*time.Hour
		if j.Window.Span == WeekToDate {
			length *= 7
		}
		for _, slot := range j.SlotsBetween(judgedFrom, until) {
			at := clock(slot.Time, j.Zone)
			last[number(at)] = at
		}
		first, end := number(judgedFrom)+1, number(until)-1
		for period := first; period < end; period++ {
			at := last[period]
			times[at.Sub(last[first])-time.Duration(period-first)*length] = true
		}
		warnings := j.Warnings()
		if (len(times) > 1) != (len(warnings) > 0) {
			t.Errorf("%s %s in %s, days of %s: got %q, the walk finds %v", j.Window.Span, j.Cron, j.ScheduleTimezone, j.Timezone, warnings, times)
		}
		if len(warnings) > 0 {
			warned++
		} else {
			quiet++
		}
	}
	if warned < 40 || quiet < 40 {
		t.Errorf("%d have a warning and %d have none: too few to tell", warned, quiet)
	}
}

func mustZone(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := timezone.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func mustCron(t *testing.T, expression string) cron.Schedule {
	t.Helper()
	schedule, err := cron.ParseJob(expression)
	if err != nil {
		t.Fatal(err)
	}
	return schedule
}
