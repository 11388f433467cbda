package cron_test

import (
	"testing"
	"time"

	"tally/lambda/internal/upcoming"
)

// TestRate: Next takes its argument as the start, and days have 24 hours.
func TestRate(t *testing.T) {
	s := mustParse(t, "rate(1 day)")
	if every, ok := s.Every(); !ok || every != 24*time.Hour {
		t.Errorf("Every = %s %t", every, ok)
	}
	newYork := mustLoad(t, "America/New_York")
	start := time.Date(2026, 3, 7, 12, 0, 30, 0, newYork) // clocks go forward on the 8th
	next, ok := s.Next(start, newYork)
	if want := time.Date(2026, 3, 8, 13, 0, 0, 0, newYork); !ok || !next.Equal(want) {
		t.Errorf("Next = %s %t, want %s", next, ok, want)
	}
	if prev, ok := s.Prev(next, newYork); ok {
		t.Errorf("Prev = %s, and a rate has no fixed times", prev)
	}
	if s.Matches(start, newYork) || s.Matches(next, newYork) {
		t.Error("a rate has no fixed times to match")
	}
	var walls []string
	for _, o := range upcoming.Occurrences(s, start, 3, newYork) {
		walls = append(walls, o.Wall)
	}
	// A rate fires in both passes of a repeated hour.
	hourly := upcoming.Occurrences(mustParse(t, "rate(1 hour)"), time.Date(2026, 11, 1, 0, 0, 0, 0, newYork), 2, newYork)
	if hourly[0].Wall != "2026-11-01 01:00" || hourly[1].Wall != "2026-11-01 01:00" || hourly[0].Repeated {
		t.Errorf("rate(1 hour) at the end of daylight saving time: %+v", hourly)
	}
	checkLines(t, "rate(1 day)", walls, []string{"2026-03-08 13:00", "2026-03-09 13:00", "2026-03-10 13:00"})
}

// TestCenturies: 2000 is a leap year, 2100 is not.
func TestCenturies(t *testing.T) {
	checkTimes(t, "cron(0 0 29 2 ? *)", "1996-03-01 00:00", []string{"2000-02-29 00:00", "2004-02-29 00:00"})
	checkTimes(t, "cron(0 0 29 2 ? *)", "2096-02-29 00:00", []string{"2104-02-29 00:00"})
	checkTimes(t, "cron(0 0 L 2 ? *)", "2099-12-31 00:00", []string{"2100-02-28 00:00", "2101-02-28 00:00"})
	checkTimes(t, "cron(0 0 29 2 ? 2097-2103)", "2000-01-01 00:00", []string{""})
	checkTimes(t, "cron(0 0 ? 2 2#5 *)", "2026-11-22 00:00", []string{"2044-02-29 00:00", "2072-02-29 00:00", "2112-02-29 00:00"})
}

func TestAt(t *testing.T) {
	s := mustParse(t, "at(2022-11-20T13:00:05)")
	losAngeles := mustLoad(t, "America/Los_Angeles")
	want := time.Date(2022, 11, 20, 21, 0, 5, 0, time.UTC) // AWS: 1pm UTC-8
	if next, ok := s.Next(want.Add(-time.Nanosecond), losAngeles); !ok || !next.Equal(want) {
		t.Errorf("Next = %s %t, want %s", next, ok, want)
	}
	if next, ok := s.Next(want, losAngeles); ok {
		t.Errorf("fires again at %s", next)
	}
	if prev, ok := s.Prev(want.Add(time.Nanosecond), losAngeles); !ok || !prev.Equal(want) {
		t.Errorf("Prev = %s %t, want %s", prev, ok, want)
	}
	if prev, ok := s.Prev(want, losAngeles); ok {
		t.Errorf("fired before at %s", prev)
	}
	if !s.Matches(want.Truncate(time.Minute), losAngeles) || s.Matches(want.Add(time.Minute), losAngeles) || s.Matches(want, time.UTC) {
		t.Error("Matches another minute than 13:00 in Los Angeles")
	}
	twice := mustParse(t, "at(2022-11-06T01:30:00)")
	first := time.Date(2022, 11, 6, 8, 30, 0, 0, time.UTC)
	if next, ok := twice.Next(begin, losAngeles); !ok || !next.Equal(first) || !twice.Matches(first, losAngeles) || twice.Matches(first.Add(time.Hour), losAngeles) {
		t.Errorf("the repeated 01:30 fires at %s %t, want %s only", next, ok, first)
	}
	gap := mustParse(t, "at(2022-03-13T02:30:00)")
	if next, ok := gap.Next(begin, losAngeles); ok {
		t.Errorf("the skipped 02:30 fires at %s", next)
	}
	got := upcoming.Occurrences(gap, begin, 1, losAngeles)
	if len(got) != 1 || !got[0].Skipped || got[0].Wall != "2022-03-13 02:30" {
		t.Errorf("Upcoming of the skipped 02:30: %+v", got)
	}
}

// TestAWSExample is the example in AWS's own words: "cron(30 2 * * ? *)" in
// America/Los_Angeles is skipped in spring and runs once, before the shift, in
// autumn.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
func TestAWSExample(t *testing.T) {
	losAngeles := mustLoad(t, "America/Los_Angeles")
	checkUpcoming(t, "cron(30 2 * * ? *)", losAngeles, time.Date(2022, 3, 11, 12, 0, 0, 0, losAngeles), 3,
		"2022-03-12 02:30", "2022-03-13 02:30 skipped", "2022-03-14 02:30", "2022-03-15 02:30")
	// Los Angeles repeats 01:00 to 02:00, so 01:30 shows the rule.
	checkUpcoming(t, "cron(30 1 * * ? *)", losAngeles, time.Date(2022, 11, 5, 12, 0, 0, 0, losAngeles), 2,
		"2022-11-06 01:30 repeated", "2022-11-07 01:30")
	s := mustParse(t, "cron(30 1 * * ? *)")
	secondPass := time.Date(2022, 11, 6, 9, 10, 0, 0, time.UTC) // 01:10 again
	if next, _ := s.Next(secondPass, losAngeles); next.Day() != 7 {
		t.Errorf("from the second pass it fires at %s", next)
	}
}

func TestUpcoming(t *testing.T) {
	apia := mustLoad(t, "Pacific/Apia")
	checkUpcoming(t, "cron(0 12 * * ? *)", apia, time.Date(2011, 12, 28, 13, 0, 0, 0, apia), 2,
		"2011-12-29 12:00", "2011-12-30 12:00 skipped", "2011-12-31 12:00")
	saoPaulo := mustLoad(t, "America/Sao_Paulo") // 00:00 to 01:00 does not exist
	checkUpcoming(t, "cron(0 0 4 11 ? *)", saoPaulo, time.Date(2018, 1, 1, 0, 0, 0, 0, saoPaulo), 1,
		"2018-11-04 00:00 skipped", "2019-11-04 00:00")
	lordHowe := mustLoad(t, "Australia/Lord_Howe") // 02:00 to 02:30
	checkUpcoming(t, "cron(0/15 2 4 10 ? 2026)", lordHowe, time.Date(2026, 10, 1, 0, 0, 0, 0, lordHowe), 5,
		"2026-10-04 02:00 skipped", "2026-10-04 02:15 skipped", "2026-10-04 02:30", "2026-10-04 02:45")
	newYork := mustLoad(t, "America/New_York")
	from := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	checkUpcoming(t, "cron(30 2 ? 3 1#2 2026-2028)", newYork, from, 3,
		"2027-03-14 02:30 skipped", "2028-03-12 02:30 skipped")
	checkUpcoming(t, "cron(30 2 ? 3 1#2 *)", newYork, from, 2, // as many skipped ones at most
		"2027-03-14 02:30 skipped", "2028-03-12 02:30 skipped")
	checkUpcoming(t, "cron(0 0 1 1 ? 2027)", time.UTC, from, 5, "2027-01-01 00:00")
	checkUpcoming(t, "cron(0 0 30 2 ? *)", newYork, from, 5)
	checkUpcoming(t, "cron(0 0 * * ? *)", newYork, from, 0)
	checkUpcoming(t, "cron(0 0 * * ? *)", newYork, from, -1)
}

func checkUpcoming(t *testing.T, expr string, loc *time.Location, from time.Time, n int, want ...string) {
	t.Helper()
	var got []string
	for _, o := range upcoming.Occurrences(mustParse(t, expr), from, n, loc) {
		line := o.Wall
		if o.Skipped {
			line += " skipped"
		}
		if o.Repeated {
			line += " repeated"
		}
		got = append(got, line)
		if !o.Skipped && o.Time.Format("2006-01-02 15:04") != o.Wall {
			t.Errorf("%s: %s has wall %s", expr, o.Time, o.Wall)
		}
	}
	checkLines(t, expr, got, want)
}

func checkLines(t *testing.T, expr string, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %q, want %q", expr, got, want)
		return
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%s: %q, want %q", expr, got, want)
			return
		}
	}
}

// TestLastDayOfLeapYear: there ZoneBounds answers an end before its instant
// (https://github.com/golang/go/issues/81583), on which a search hangs.
func TestLastDayOfLeapYear(t *testing.T) {
	for _, name := range []string{"America/New_York", "Europe/Berlin", "Australia/Sydney"} {
		loc := mustLoad(t, name)
		eve := time.Date(2040, 12, 31, 0, 0, 0, 0, loc)
		s := mustParse(t, "cron(0 10 1 1 ? *)")
		want := time.Date(2041, 1, 1, 10, 0, 0, 0, loc)
		for from := eve.Add(-12 * time.Hour); from.Before(want); from = from.Add(time.Hour) {
			if next, ok := s.Next(from, loc); !ok || !next.Equal(want) {
				t.Errorf("%s: Next(%s) = %s %t", name, from, next, ok)
			}
		}
		if prev, ok := s.Prev(want, loc); !ok || prev.Year() != 2040 {
			t.Errorf("%s: Prev(%s) = %s %t", name, want, prev, ok)
		}
		for _, o := range upcoming.Occurrences(mustParse(t, "cron(0 10 * * ? *)"), eve.Add(-48*time.Hour), 4, loc) {
			if o.Repeated || o.Skipped {
				t.Errorf("%s: %+v", name, o)
			}
		}
		if upcoming.Warnings(s, time.Now(), loc) != nil {
			t.Errorf("%s: %q", name, upcoming.Warnings(s, time.Now(), loc))
		}
	}
}
