package job_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"tally/lambda/job"
	"tally/lambda/timezone"
)

// Slots and windows are written as local times with their offset, because an hour may come
// twice.
func TestRange(t *testing.T) {
	for _, test := range []struct {
		name, zone string
		span       job.Span
		slot       string
		from, to   string
	}{
		// Plain periods.
		{"hour to date", "Asia/Seoul", job.HourToDate, "2022-04-07T23:55:00+09:00", "2022-04-07T23:00:00+09:00", "2022-04-07T23:55:00+09:00"},
		{"day to date", "Asia/Seoul", job.DayToDate, "2022-04-07T23:55:00+09:00", "2022-04-07T00:00:00+09:00", "2022-04-07T23:55:00+09:00"},
		{"day to date of a UTC slot", "Asia/Seoul", job.DayToDate, "2022-04-07T15:05:00Z", "2022-04-08T00:00:00+09:00", "2022-04-08T00:05:00+09:00"},
		{"day to date at its start is empty", "Asia/Seoul", job.DayToDate, "2022-04-08T00:00:00+09:00", "2022-04-08T00:00:00+09:00", "2022-04-08T00:00:00+09:00"},
		{"week to date on Thursday", "Asia/Seoul", job.WeekToDate, "2022-04-07T23:55:00+09:00", "2022-04-04T00:00:00+09:00", "2022-04-07T23:55:00+09:00"},
		{"week to date on Monday", "Asia/Seoul", job.WeekToDate, "2022-04-04T00:05:00+09:00", "2022-04-04T00:00:00+09:00", "2022-04-04T00:05:00+09:00"},
		{"week to date on Sunday", "Asia/Seoul", job.WeekToDate, "2022-04-10T23:55:00+09:00", "2022-04-04T00:00:00+09:00", "2022-04-10T23:55:00+09:00"},
		{"week to date across a month", "Asia/Seoul", job.WeekToDate, "2022-05-01T12:00:00+09:00", "2022-04-25T00:00:00+09:00", "2022-05-01T12:00:00+09:00"},
		{"month to date", "Asia/Seoul", job.MonthToDate, "2022-04-07T23:55:00+09:00", "2022-04-01T00:00:00+09:00", "2022-04-07T23:55:00+09:00"},
		{"previous hour", "Asia/Seoul", job.PreviousHour, "2022-04-07T00:05:00+09:00", "2022-04-06T23:00:00+09:00", "2022-04-07T00:00:00+09:00"},
		{"previous hour at its end", "Asia/Seoul", job.PreviousHour, "2022-04-07T00:00:00+09:00", "2022-04-06T23:00:00+09:00", "2022-04-07T00:00:00+09:00"},
		{"previous hour of a zone at a quarter", "Asia/Kathmandu", job.PreviousHour, "2022-04-07T10:00:00Z", "2022-04-07T14:00:00+05:45", "2022-04-07T15:00:00+05:45"},
		{"previous day", "Asia/Seoul", job.PreviousDay, "2022-04-07T00:05:00+09:00", "2022-04-06T00:00:00+09:00", "2022-04-07T00:00:00+09:00"},
		{"previous day, 29 February", "Asia/Seoul", job.PreviousDay, "2024-03-01T00:05:00+09:00", "2024-02-29T00:00:00+09:00", "2024-03-01T00:00:00+09:00"},
		{"previous day, no 29 February", "Asia/Seoul", job.PreviousDay, "2023-03-01T00:05:00+09:00", "2023-02-28T00:00:00+09:00", "2023-03-01T00:00:00+09:00"},
		{"previous day, 1 January", "Asia/Seoul", job.PreviousDay, "2023-01-01T00:05:00+09:00", "2022-12-31T00:00:00+09:00", "2023-01-01T00:00:00+09:00"},
		{"previous week on Monday", "Asia/Seoul", job.PreviousWeek, "2022-04-11T00:00:00+09:00", "2022-04-04T00:00:00+09:00", "2022-04-11T00:00:00+09:00"},
		{"previous week on Sunday", "Asia/Seoul", job.PreviousWeek, "2022-04-10T23:59:00+09:00", "2022-03-28T00:00:00+09:00", "2022-04-04T00:00:00+09:00"},
		{"previous week across a year", "Asia/Seoul", job.PreviousWeek, "2023-01-03T00:05:00+09:00", "2022-12-26T00:00:00+09:00", "2023-01-02T00:00:00+09:00"},
		{"previous month of 31 March", "Asia/Seoul", job.PreviousMonth, "2022-03-31T12:00:00+09:00", "2022-02-01T00:00:00+09:00", "2022-03-01T00:00:00+09:00"},
		{"previous month, leap year", "Asia/Seoul", job.PreviousMonth, "2024-03-01T00:00:00+09:00", "2024-02-01T00:00:00+09:00", "2024-03-01T00:00:00+09:00"},
		{"previous month, January", "Asia/Seoul", job.PreviousMonth, "2023-01-15T12:00:00+09:00", "2022-12-01T00:00:00+09:00", "2023-01-01T00:00:00+09:00"},

		// Daylight saving time in the middle of a day.
		{"day of 23 hours", "America/New_York", job.PreviousDay, "2022-03-14T00:05:00-04:00", "2022-03-13T00:00:00-05:00", "2022-03-14T00:00:00-04:00"},
		{"day of 25 hours", "America/New_York", job.PreviousDay, "2022-11-07T00:05:00-05:00", "2022-11-06T00:00:00-04:00", "2022-11-07T00:00:00-05:00"},
		{"week with a day of 23 hours", "Europe/Berlin", job.PreviousWeek, "2022-03-28T06:00:00+02:00", "2022-03-21T00:00:00+01:00", "2022-03-28T00:00:00+02:00"},
		{"month with a day of 25 hours", "Europe/Berlin", job.PreviousMonth, "2022-11-01T06:00:00+01:00", "2022-10-01T00:00:00+02:00", "2022-11-01T00:00:00+01:00"},
		{"hour before the skipped one", "America/New_York", job.PreviousHour, "2022-03-13T03:05:00-04:00", "2022-03-13T01:00:00-05:00", "2022-03-13T03:00:00-04:00"},
		{"first pass of the repeated hour", "America/New_York", job.PreviousHour, "2022-11-06T01:05:00-04:00", "2022-11-06T00:00:00-04:00", "2022-11-06T01:00:00-04:00"},
		{"second pass of the repeated hour", "America/New_York", job.PreviousHour, "2022-11-06T01:05:00-05:00", "2022-11-06T01:00:00-04:00", "2022-11-06T01:00:00-05:00"},
		{"after the repeated hour", "America/New_York", job.PreviousHour, "2022-11-06T02:05:00-05:00", "2022-11-06T01:00:00-05:00", "2022-11-06T02:00:00-05:00"},
		{"hour to date in the second pass", "America/New_York", job.HourToDate, "2022-11-06T01:05:00-05:00", "2022-11-06T01:00:00-05:00", "2022-11-06T01:05:00-05:00"},

		// Half an hour: 02:00+11:00 becomes 01:30+10:30, and 02:00+10:30 becomes 02:30+11:00.
		{"half an hour back, before", "Australia/Lord_Howe", job.PreviousHour, "2022-04-03T01:45:00+11:00", "2022-04-03T00:00:00+11:00", "2022-04-03T01:00:00+11:00"},
		{"half an hour back, second pass", "Australia/Lord_Howe", job.PreviousHour, "2022-04-03T01:45:00+10:30", "2022-04-03T01:00:00+11:00", "2022-04-03T01:30:00+10:30"},
		{"half an hour back, after", "Australia/Lord_Howe", job.PreviousHour, "2022-04-03T02:05:00+10:30", "2022-04-03T01:30:00+10:30", "2022-04-03T02:00:00+10:30"},
		{"half an hour forward, to date", "Australia/Lord_Howe", job.HourToDate, "2022-10-02T02:45:00+11:00", "2022-10-02T02:30:00+11:00", "2022-10-02T02:45:00+11:00"},
		{"half an hour forward, after", "Australia/Lord_Howe", job.PreviousHour, "2022-10-02T03:05:00+11:00", "2022-10-02T02:30:00+11:00", "2022-10-02T03:00:00+11:00"},
		{"day with half an hour less", "Australia/Lord_Howe", job.PreviousDay, "2022-10-03T00:05:00+11:00", "2022-10-02T00:00:00+10:30", "2022-10-03T00:00:00+11:00"},

		// Midnight that does not exist: the day starts at 01:00.
		{"Sao Paulo, day to date", "America/Sao_Paulo", job.DayToDate, "2018-11-04T12:00:00-02:00", "2018-11-04T01:00:00-02:00", "2018-11-04T12:00:00-02:00"},
		{"Sao Paulo, the day before", "America/Sao_Paulo", job.PreviousDay, "2018-11-04T12:00:00-02:00", "2018-11-03T00:00:00-03:00", "2018-11-04T01:00:00-02:00"},
		{"Sao Paulo, that day", "America/Sao_Paulo", job.PreviousDay, "2018-11-05T00:05:00-02:00", "2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00"},
		{"Beirut", "Asia/Beirut", job.PreviousDay, "2022-03-28T00:05:00+03:00", "2022-03-27T01:00:00+03:00", "2022-03-28T00:00:00+03:00"},
		{"Cairo", "Africa/Cairo", job.PreviousDay, "2023-04-29T00:05:00+03:00", "2023-04-28T01:00:00+03:00", "2023-04-29T00:00:00+03:00"},
		{"Toronto, from 23:30 to 00:30", "America/Toronto", job.DayToDate, "1919-03-31T12:00:00-04:00", "1919-03-31T00:30:00-04:00", "1919-03-31T12:00:00-04:00"},

		// Clocks go back at midnight: the day before has its last hour twice.
		{"Sao Paulo, 25 hours", "America/Sao_Paulo", job.PreviousDay, "2019-02-17T00:05:00-03:00", "2019-02-16T00:00:00-02:00", "2019-02-17T00:00:00-03:00"},
		{"Cairo, 25 hours", "Africa/Cairo", job.PreviousDay, "2023-10-27T00:05:00+02:00", "2023-10-26T00:00:00+03:00", "2023-10-27T00:00:00+02:00"},
		{"Cairo, second pass of 23:00", "Africa/Cairo", job.DayToDate, "2023-10-26T23:30:00+02:00", "2023-10-26T00:00:00+03:00", "2023-10-26T23:30:00+02:00"},

		// Midnight that comes twice: the day starts at the first.
		{"Amman, first pass", "Asia/Amman", job.DayToDate, "2021-10-29T00:30:00+03:00", "2021-10-29T00:00:00+03:00", "2021-10-29T00:30:00+03:00"},
		{"Amman, second pass", "Asia/Amman", job.DayToDate, "2021-10-29T00:30:00+02:00", "2021-10-29T00:00:00+03:00", "2021-10-29T00:30:00+02:00"},
		{"Amman, the day before", "Asia/Amman", job.PreviousDay, "2021-10-29T12:00:00+02:00", "2021-10-28T00:00:00+03:00", "2021-10-29T00:00:00+03:00"},
		{"Amman, that day", "Asia/Amman", job.PreviousDay, "2021-10-30T12:00:00+02:00", "2021-10-29T00:00:00+03:00", "2021-10-30T00:00:00+02:00"},
		{"Havana", "America/Havana", job.PreviousDay, "2022-11-07T00:05:00-05:00", "2022-11-06T00:00:00-04:00", "2022-11-07T00:00:00-05:00"},

		// A date that does not exist: Apia went from 29 to 31 December 2011.
		{"Apia, the day before", "Pacific/Apia", job.PreviousDay, "2011-12-31T12:00:00+14:00", "2011-12-29T00:00:00-10:00", "2011-12-31T00:00:00+14:00"},
		{"Apia, day to date", "Pacific/Apia", job.DayToDate, "2011-12-31T12:00:00+14:00", "2011-12-31T00:00:00+14:00", "2011-12-31T12:00:00+14:00"},
		{"Apia, week of six days", "Pacific/Apia", job.PreviousWeek, "2012-01-02T00:05:00+14:00", "2011-12-26T00:00:00-10:00", "2012-01-02T00:00:00+14:00"},
		{"Apia, month of thirty days", "Pacific/Apia", job.PreviousMonth, "2012-01-02T00:05:00+14:00", "2011-12-01T00:00:00-10:00", "2012-01-01T00:00:00+14:00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			from, to, err := test.span.Range(parseTime(t, test.slot), loadZone(t, test.zone))
			if err != nil {
				t.Fatal(err)
			}
			if got := from.Format(time.RFC3339); got != test.from {
				t.Errorf("from %s, want %s", got, test.from)
			}
			if got := to.Format(time.RFC3339); got != test.to {
				t.Errorf("to %s, want %s", got, test.to)
			}
		})
	}
}

func TestRangeRefusesUnknownSpans(t *testing.T) {
	for _, span := range []job.Span{"", "day", "previous-", "-to-date", "previous-year", "year-to-date", "previous-day-to-date"} {
		if from, to, err := span.Range(time.Now(), time.UTC); err == nil {
			t.Errorf("%q gives [%s, %s), want an error", span, from, to)
		}
	}
}

// periods are the periods with their spans, the text that all instants of a period share,
// and how many days around a change of clocks are tested.
var periods = []struct {
	name             string
	toDate, previous job.Span
	reach            int
	label            func(local time.Time) string
}{
	// The offset tells the two passes of a repeated hour apart.
	{"hour", job.HourToDate, job.PreviousHour, 1, func(local time.Time) string { return local.Format("2006-01-02 15 -0700") }},
	{"day", job.DayToDate, job.PreviousDay, 4, func(local time.Time) string { return local.Format("2006-01-02") }},
	{"week", job.WeekToDate, job.PreviousWeek, 15, func(local time.Time) string { return fmt.Sprint(local.ISOWeek()) }},
	{"month", job.MonthToDate, job.PreviousMonth, 45, func(local time.Time) string { return local.Format("2006-01") }},
}

// TestPreviousWindowsMeetWithoutGaps walks back through the windows around every change of
// clocks. Each must end where the next begins, hold only instants of its period, and meet
// the to-date window of that period.
func TestPreviousWindowsMeetWithoutGaps(t *testing.T) {
	for _, name := range []string{
		"UTC", "Asia/Seoul", "Asia/Kathmandu", "America/New_York", "Europe/Dublin", "Atlantic/Azores", "America/Scoresbysund",
		"America/Sao_Paulo", "America/Santiago", "America/Asuncion", "America/Havana", "America/Caracas", "Pacific/Easter",
		"Africa/Cairo", "Africa/Casablanca", "Asia/Beirut", "Asia/Amman", "Asia/Damascus", "Asia/Gaza", "Asia/Tehran",
		"Asia/Pyongyang", "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Apia", "Pacific/Fakaofo", "Antarctica/Troll",
	} {
		zone := loadZone(t, name)
		for _, change := range changes(zone) {
			for _, period := range periods {
				_, to, _ := period.previous.Range(change.AddDate(0, 0, period.reach), zone)
				for to.After(change.AddDate(0, 0, -period.reach)) {
					from, end, err := period.previous.Range(to, zone)
					if err != nil || !end.Equal(to) || !from.Before(to) {
						t.Fatalf("%s: %s before %s is [%s, %s), %v", name, period.name, to, from, end, err)
					}
					label, last := period.label(from), to.Add(-time.Nanosecond)
					for _, inside := range []time.Time{from.Add(to.Sub(from) / 2), last} {
						if got := period.label(inside); got != label {
							t.Errorf("%s: %s [%s, %s) holds %s", name, period.name, from, to, inside)
						}
					}
					if label == period.label(to) || label == period.label(from.Add(-time.Nanosecond)) {
						t.Errorf("%s: %s [%s, %s) is not whole", name, period.name, from, to)
					}
					if begin, slot, _ := period.toDate.Range(last, zone); !begin.Equal(from) || !slot.Equal(last) {
						t.Errorf("%s: %s to date of %s begins at %s, want %s", name, period.name, last, begin, from)
					}
					to = from
				}
			}
		}
	}
}

// changes are the instants at which a zone changes its offset, from 2009 to 2029,
// and the last day of them.
func changes(zone *time.Location) []time.Time {
	var all []time.Time
	last := time.Date(2029, 1, 1, 0, 0, 0, 0, zone)
	for at := time.Date(2009, 1, 1, 0, 0, 0, 0, zone); ; {
		_, at = at.ZoneBounds()
		if at.IsZero() || at.After(last) {
			return append(all, last)
		}
		all = append(all, at)
	}
}

func TestPeriodsCoverAllSpans(t *testing.T) {
	var covered []job.Span
	for _, period := range periods {
		covered = append(covered, period.toDate)
	}
	for _, period := range periods {
		covered = append(covered, period.previous)
	}
	if !slices.Equal(covered, job.Spans) {
		t.Errorf("the tests cover %q, the spans are %q", covered, job.Spans)
	}
}

func parseTime(t *testing.T, text string) time.Time {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func loadZone(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := timezone.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}
