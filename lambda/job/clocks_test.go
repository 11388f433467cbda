package job_test

import (
	"strings"
	"testing"

	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

// windowed is a jobs file with one job. An empty scheduleZone is left out.
func windowed(zone, schedule, scheduleZone string, span job.Span) string {
	text := "timezone: " + zone + "\njobs:\n  - name: a\n    schedule: " + schedule + "\n"
	if scheduleZone != "" {
		text += "    schedule_timezone: " + scheduleZone + "\n"
	}
	return text + "    source: {database: app, table: scans}\n    cases: {b: c}\n    window: {span: " + string(span) + ", column: at}\n"
}

// ReadFile alone, which the function calls, refuses none of these jobs.
func TestPeriodsThatClocksLoseOrDouble(t *testing.T) {
	for _, test := range []struct {
		name, zone, schedule, scheduleZone string
		span                               job.Span
		want                               string // empty if nothing is wrong
	}{
		{"days", "Europe/Berlin", "cron(30 22 * * ? *)", "", job.PreviousDay,
			"Saturday 30 March 2024 belongs to no slot because clocks change in Europe/Berlin, and Saturday 26 October 2024 belongs to two slots because clocks change in Europe/Berlin; write schedule_timezone: Europe/Berlin and schedule: cron(30 0 * * ? *)"},
		{"days in the south", "Australia/Sydney", "cron(30 13 * * ? *)", "", job.PreviousDay,
			"Saturday 6 April 2024 belongs to two slots because clocks change in Australia/Sydney, and Saturday 5 October 2024 belongs to no slot because clocks change in Australia/Sydney; write schedule_timezone: Australia/Sydney and schedule: cron(30 0 * * ? *)"},
		{"days, by half an hour", "Australia/Lord_Howe", "cron(15 13 * * ? *)", "", job.PreviousDay,
			"Saturday 6 April 2024 belongs to two slots because clocks change in Australia/Lord_Howe, and Saturday 5 October 2024 belongs to no slot because clocks change in Australia/Lord_Howe; write schedule_timezone: Australia/Lord_Howe and schedule: cron(15 0 * * ? *)"},
		{"weeks", "America/New_York", "cron(0 4 ? * MON *)", "", job.PreviousWeek,
			"the week from Monday 26 February 2024 belongs to no slot because clocks change in America/New_York, and the week from Monday 21 October 2024 belongs to two slots because clocks change in America/New_York; write schedule_timezone: America/New_York and schedule: cron(0 0 ? * MON *)"},
		{"months", "Europe/Berlin", "cron(30 22 L * ? *)", "", job.PreviousMonth,
			"February 2024 belongs to no slot because clocks change in Europe/Berlin, and September 2024 belongs to two slots because clocks change in Europe/Berlin; write schedule_timezone: Europe/Berlin and schedule: cron(30 0 1 * ? *)"},
		{"hours where one is half", "Australia/Lord_Howe", "cron(5 * * * ? *)", "", job.PreviousHour,
			"the hour from 01:00 on Sunday 6 October 2024 belongs to no slot because clocks change in Australia/Lord_Howe; write timezone: UTC, in which every hour is whole"},
		{"a weekday instead of another", "Europe/Berlin", "cron(30 22 ? * MON-FRI *)", "", job.PreviousDay,
			"Sunday 31 March 2024 belongs to no slot because clocks change in Europe/Berlin; write schedule_timezone: Europe/Berlin and schedule: cron(30 0 ? * TUE-SAT *)"},
		{"a time that clocks skip", "Europe/Berlin", "cron(30 2 * * ? *)", "Europe/Berlin", job.PreviousDay,
			"Saturday 30 March 2024 belongs to no slot because clocks change in Europe/Berlin; write schedule: cron(30 3 * * ? *)"},
		{"a midnight that clocks skip", "Africa/Cairo", "cron(0 0 * * ? *)", "Africa/Cairo", job.PreviousDay,
			"Thursday 25 April 2024 belongs to no slot because clocks change in Africa/Cairo; write schedule: cron(0 1 * * ? *)"},
		{"once a year, at a time that clocks skip", "Europe/Berlin", "cron(30 2 L 3 ? *)", "Europe/Berlin", job.PreviousMonth,
			"February 2024 belongs to no slot because clocks change in Europe/Berlin; write schedule: cron(30 3 L 3 ? *)"},
		{"two zones", "Europe/Berlin", "cron(30 18 * * ? *)", "America/New_York", job.PreviousDay,
			"Saturday 9 March 2024 belongs to two slots because clocks change in America/New_York, and Saturday 30 March 2024 belongs to no slot because clocks change in Europe/Berlin; write schedule_timezone: Europe/Berlin and schedule: cron(30 0 * * ? *)"},
		{"clocks change in the schedule's zone", "UTC", "cron(30 1 * * ? *)", "Europe/Berlin", job.PreviousDay,
			"Saturday 30 March 2024 belongs to two slots because clocks change in Europe/Berlin, and Saturday 26 October 2024 belongs to no slot because clocks change in Europe/Berlin; write schedule_timezone: UTC and schedule: cron(30 0 * * ? *)"},
		{"once and for all", "Asia/Almaty", "cron(30 18 * * ? *)", "", job.PreviousDay,
			"Wednesday 28 February 2024 belongs to two slots because clocks change in Asia/Almaty; write schedule_timezone: Asia/Almaty and schedule: cron(30 0 * * ? *)"},
		{"a day instead of another", "Europe/Berlin", "cron(30 22 29 * ? *)", "", job.PreviousDay,
			"Sunday 28 April 2024 belongs to no slot because clocks change in Europe/Berlin; write schedule_timezone: Europe/Berlin and schedule: cron(30 23 29 * ? *)"},

		// Periods that the schedule itself leaves out, and schedules that no clock changes.
		{"no daylight saving time", "Asia/Seoul", "cron(30 22 * * ? *)", "", job.PreviousDay, ""},
		{"far from midnight", "Europe/Berlin", "cron(30 9 * * ? *)", "", job.PreviousDay, ""},
		{"weekdays", "Europe/Berlin", "cron(30 9 ? * MON-FRI *)", "", job.PreviousDay, ""},
		{"weekdays at midnight, by the job's clock", "Europe/Berlin", "cron(5 0 ? * MON-FRI *)", "Europe/Berlin", job.PreviousDay, ""},
		{"the same day twice", "Europe/Berlin", "cron(30 9,15 * * ? *)", "", job.PreviousDay, ""},
		{"every hour", "Europe/Berlin", "cron(5 * * * ? *)", "", job.PreviousDay, ""},
		{"a time that comes twice", "Europe/Berlin", "cron(30 2 * * ? *)", "Asia/Seoul", job.PreviousDay, ""},
		{"a week on every day", "Europe/Berlin", "cron(30 22 * * ? *)", "", job.PreviousWeek, ""},
		{"hours", "Europe/Berlin", "cron(5 * * * ? *)", "", job.PreviousHour, ""},
		{"every second hour", "Australia/Lord_Howe", "cron(5 0/2 * * ? *)", "", job.PreviousHour, ""},
		{"half hours", "Australia/Lord_Howe", "cron(5,35 * * * ? *)", "", job.PreviousHour, ""},
		{"every year in summer", "Europe/Berlin", "cron(30 22 30 6 ? *)", "", job.PreviousMonth, ""},
		{"before 2024", "Europe/Berlin", "cron(30 22 * * ? 2020-2023)", "", job.PreviousDay, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := clockProblem(t, windowed(test.zone, test.schedule, test.scheduleZone, test.span))
			want := test.want
			if want != "" {
				want = "jobs.yaml:4:15: jobs[0].schedule: " + want
			}
			if got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// clockProblem is what CheckClocks reports about a file that ReadFile accepts.
func clockProblem(t *testing.T, text string) string {
	t.Helper()
	file := mustRead(t, text)
	document := strictyaml.Read("jobs.yaml", []byte(text), &job.File{}, nil)
	file.CheckClocks(document)
	if err := strictyaml.Join(document); err != nil {
		return err.Error()
	}
	return ""
}

func TestWarningsOfWindowsToDate(t *testing.T) {
	for _, test := range []struct {
		name, zone, schedule, scheduleZone string
		span                               job.Span
		want                               string
	}{
		{"later", "Europe/Berlin", "cron(55 14 * * ? *)", "", job.DayToDate,
			"clocks change in Europe/Berlin, so the last slot of Sunday 31 March 2024 is at 16:55 instead of 15:55; write schedule_timezone: Europe/Berlin and schedule: cron(55 15 * * ? *)"},
		{"earlier", "Australia/Sydney", "cron(55 9 * * ? *)", "", job.DayToDate,
			"clocks change in Australia/Sydney, so the last slot of Sunday 7 April 2024 is at 19:55 instead of 20:55; write schedule_timezone: Australia/Sydney and schedule: cron(55 19 * * ? *)"},
		{"on the next day", "Europe/Berlin", "cron(30 22 * * ? *)", "", job.DayToDate,
			"clocks change in Europe/Berlin, so Sunday 31 March 2024 has no slot; its last one would be at 23:30; write schedule_timezone: Europe/Berlin and schedule: cron(30 23 * * ? *)"},
		{"a time that clocks skip", "Europe/Berlin", "cron(30 2 * * ? *)", "Europe/Berlin", job.DayToDate,
			"clocks change in Europe/Berlin, so Sunday 31 March 2024 has no slot; its last one would be at 02:30; write schedule: cron(30 3 * * ? *)"},
		{"the last of many", "Europe/Berlin", "cron(5 0/2 * * ? *)", "", job.DayToDate,
			"clocks change in Europe/Berlin, so the last slot of Sunday 31 March 2024 is at 22:05 instead of 23:05; write schedule_timezone: Europe/Berlin and schedule: cron(5 1/2 * * ? *)"},
		{"weeks", "Europe/Berlin", "cron(30 21 * * ? *)", "", job.WeekToDate,
			"clocks change in Europe/Berlin, so the last slot of the week from Monday 25 March 2024 is at 23:30 on Sunday 31 March instead of 22:30 on Sunday 31 March; write schedule_timezone: Europe/Berlin and schedule: cron(30 22 * * ? *)"},
		{"months", "Europe/Berlin", "cron(30 22 L * ? *)", "", job.MonthToDate,
			"clocks change in Europe/Berlin, so March 2024 has no slot; its last one would be at 23:30 on Sunday 31 March; write schedule_timezone: Europe/Berlin and schedule: cron(30 23 L * ? *)"},
		{"hours where one is half", "Australia/Lord_Howe", "cron(50 * * * ? *)", "", job.HourToDate,
			"clocks change in Australia/Lord_Howe, so the hour from 01:30 on Sunday 7 April 2024 has no slot; its last one would be at 01:50; write timezone: UTC, in which every hour is whole"},
		{"on Wednesdays", "Europe/Berlin", "cron(55 14 ? * WED *)", "", job.DayToDate,
			"clocks change in Europe/Berlin, so the last slot of Wednesday 3 April 2024 is at 16:55 instead of 15:55; write schedule_timezone: Europe/Berlin and schedule: cron(55 15 ? * WED *)"},

		{"an hour that ends at a quarter to", "Pacific/Chatham", "cron(0,54 * * 4-9 ? *)", "", job.HourToDate,
			"clocks change in Pacific/Chatham, so the last slot of the hour from 03:00 on Sunday 7 April 2024 is at 03:39 instead of 03:45; write timezone: UTC, in which every hour is whole"},

		{"no daylight saving time", "Asia/Seoul", "cron(55 14 * * ? *)", "", job.DayToDate, ""},
		{"two zones that change within hours", "Asia/Beirut", "cron(55 0/2 * * ? *)", "Europe/Berlin", job.DayToDate, ""},
		{"by the job's clock", "Europe/Berlin", "cron(55 23 * * ? *)", "Europe/Berlin", job.DayToDate, ""},
		{"every hour", "Europe/Berlin", "cron(5 * * * ? *)", "", job.DayToDate, ""},
		{"every hour of the month", "Europe/Berlin", "cron(5 * * * ? *)", "", job.MonthToDate, ""},
		{"hours", "Europe/Berlin", "cron(50 * * * ? *)", "", job.HourToDate, ""},
		{"whole days", "Europe/Berlin", "cron(30 9 * * ? *)", "", job.PreviousDay, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := mustRead(t, windowed(test.zone, test.schedule, test.scheduleZone, test.span))
			if got := strings.Join(file.Jobs[0].Warnings(), "\n"); got != test.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}

func TestGaps(t *testing.T) {
	for _, test := range []struct {
		name, schedule string
		span           job.Span
		want           string
	}{
		{"none", "cron(5 0 * * ? *)", job.PreviousDay, ""},
		{"weekdays count the days before", "cron(5 9 ? * MON-FRI *)", job.PreviousDay, "Fridays and Saturdays belong to no slot"},
		{"weekdays to date", "cron(5 9 ? * MON-FRI *)", job.DayToDate, "Saturdays and Sundays belong to no slot"},
		{"a single day", "cron(5 9 ? * TUE-SUN *)", job.PreviousDay, "Sundays belong to no slot"},
		{"the first of the month", "cron(5 9 1 * ? *)", job.PreviousDay, "353 of 365 days belong to no slot, such as Thursday 1 January 2026"},
		{"weeks", "cron(5 9 ? * MON *)", job.PreviousWeek, ""},
		{"some weeks", "cron(5 9 ? * MON#1 *)", job.PreviousWeek, "40 of 52 weeks belong to no slot, such as the week from Monday 22 December 2025"},
		{"months", "cron(5 9 1 * ? *)", job.PreviousMonth, ""},
		{"some months", "cron(5 9 1 1,7 ? *)", job.PreviousMonth, "10 of 12 months belong to no slot, such as January 2026"},
		{"hours", "cron(5 0/2 * * ? *)", job.PreviousHour, "84 of 168 hours belong to no slot, such as the hour from 00:00 on Friday 2 January 2026"},
		{"never", "cron(5 9 * * ? 2020)", job.PreviousMonth, "12 of 12 months belong to no slot, such as December 2025"},
	} {
		t.Run(test.name, func(t *testing.T) {
			j := mustRead(t, windowed("UTC", test.schedule, "", test.span)).Jobs[0]
			if got := j.Gaps(parseTime(t, "2026-01-02T00:00:00Z")); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
