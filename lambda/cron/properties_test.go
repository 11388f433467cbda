package cron_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"tally/lambda/cron"
	"tally/lambda/internal/upcoming"
)

// TestProperties holds what is true of every schedule, over generated ones.
func TestProperties(t *testing.T) {
	t.Parallel()
	const expressions = 3000
	r := seeded(2)
	zones := []*time.Location{time.UTC, mustLoad(t, "America/New_York"), mustLoad(t, "Australia/Lord_Howe"), mustLoad(t, "Asia/Seoul")}
	for range expressions {
		s := mustParse(t, randomCron(r))
		checkCanonical(t, s)
		from := begin.Add(time.Duration(r.Int64N(int64(end.Sub(begin)))))
		checkSteps(t, s, from, zones[r.IntN(len(zones))])
	}
}

// checkCanonical: the canonical form parses in both dialects, is its own
// canonical form, is in numbers, and fires at the same times.
func checkCanonical(t *testing.T, s cron.Schedule) {
	t.Helper()
	text := s.Canonical()
	if len(text) > 256 {
		t.Fatalf("%s: canonical has %d characters", s, len(text))
	}
	for _, d := range []cron.Dialect{cron.Rule, cron.Scheduler} {
		if d == cron.Rule && s.Kind() == cron.At {
			continue
		}
		c, err := cron.Parse(text, d)
		if err != nil {
			t.Fatalf("%s: canonical %s: %v", s, text, err)
		}
		if again := c.Canonical(); again != text {
			t.Fatalf("%s: canonical %s has canonical %s", s, text, again)
		}
		if c.Describe() != s.Describe() && !strings.Contains(text, "W") && !strings.Contains(text, "L-") {
			t.Fatalf("%s is described %q, its canonical form %q", s, s.Describe(), c.Describe())
		}
		at := begin
		for range 5 {
			want, ok := s.Next(at, time.UTC)
			got, gotOK := c.Next(at, time.UTC)
			if ok != gotOK || !got.Equal(want) {
				t.Fatalf("%s: after %s fires %s %t, canonical %s fires %s %t", s, at, want, ok, text, got, gotOK)
			}
			if at = want; !ok {
				break
			}
		}
	}
	if s.Kind() == cron.Cron && strings.ContainsAny(strings.TrimPrefix(text, "cron"), "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKMNOPQRSTUVXYZ") {
		t.Fatalf("%s: canonical %s has names", s, text)
	}
}

// checkSteps: Next is strictly after, on a whole local minute, in the zone, and
// an occurrence; Prev leads back; there is nothing between.
func checkSteps(t *testing.T, s cron.Schedule, from time.Time, loc *time.Location) {
	t.Helper()
	at := from
	for range 4 {
		next, ok := s.Next(at, loc)
		if !ok {
			return
		}
		if !next.After(at) || next.Second() != 0 || next.Nanosecond() != 0 || next.Location() != loc {
			t.Fatalf("%s in %s: Next(%s) = %s", s, loc, at, next)
		}
		if !s.Matches(next, loc) {
			t.Fatalf("%s in %s: Next(%s) = %s, which does not match", s, loc, at, next)
		}
		if prev, ok := s.Prev(next, loc); ok && prev.After(at) {
			t.Fatalf("%s in %s: between %s and %s there is %s", s, loc, at, next, prev)
		}
		after, ok := s.Next(next, loc)
		if prev, prevOK := s.Prev(after, loc); ok && (!prevOK || !prev.Equal(next)) {
			t.Fatalf("%s in %s: Prev(Next(%s)) = %s", s, loc, next, prev)
		}
		at = next
	}
}

// TestExtremeTimes: whatever the instant, an answer comes and is in range.
func TestExtremeTimes(t *testing.T) {
	times := []time.Time{
		{}, time.Unix(math.MinInt64, 0), time.Unix(math.MaxInt64, math.MaxInt64), time.Unix(1<<55, 0), time.Unix(-1<<55, 0),
		time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC), time.Date(2199, 12, 31, 23, 59, 0, 0, time.UTC),
		time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	zones := []*time.Location{nil, time.UTC, mustLoad(t, "Pacific/Kiritimati"), mustLoad(t, "America/Adak"), time.FixedZone("far", 15*3600)}
	for _, expr := range []string{"cron(* * * * ? *)", "cron(0 0 30 2 ? *)", "cron(0 0 1 1 ? 1970)", "cron(59 23 31 12 ? 2199)"} {
		s := mustParse(t, expr)
		for _, at := range times {
			for _, loc := range zones {
				next, ok := s.Next(at, loc)
				if ok && (!next.After(at) || next.Year() < 1970 || next.Year() > 2199) {
					t.Errorf("%s: Next(%s) = %s", expr, at, next)
				}
				prev, ok := s.Prev(at, loc)
				if ok && (!prev.Before(at) || prev.Year() < 1970 || prev.Year() > 2199) {
					t.Errorf("%s: Prev(%s) = %s", expr, at, prev)
				}
				s.Matches(at, loc)
				upcoming.Occurrences(s, at, 2, loc)
			}
		}
	}
	first, _ := mustParse(t, "cron(0 0 1 1 ? 1970)").Next(time.Time{}, zones[2])
	if want := time.Date(1970, 1, 1, 0, 0, 0, 0, zones[2]); !first.Equal(want) {
		t.Errorf("the first minute of 1970 on Kiritimati is %s, want %s", first, want)
	}
	last, _ := mustParse(t, "cron(* * * * ? *)").Prev(times[3], zones[3])
	if want := time.Date(2199, 12, 31, 23, 59, 0, 0, zones[3]); !last.Equal(want) {
		t.Errorf("the last minute of 2199 on Adak is %s, want %s", last, want)
	}
}

// TestZeroSchedule: it never fires and nothing panics.
func TestZeroSchedule(t *testing.T) {
	var s cron.Schedule
	if next, ok := s.Next(begin, time.UTC); ok {
		t.Errorf("Next = %s", next)
	}
	if prev, ok := s.Prev(end, time.UTC); ok {
		t.Errorf("Prev = %s", prev)
	}
	if s.Matches(begin, nil) || len(upcoming.Occurrences(s, begin, 3, time.UTC)) > 0 || s.Describe() != "never" {
		t.Error("the zero Schedule fires")
	}
	if _, ok := s.Every(); ok {
		t.Error("the zero Schedule is a rate")
	}
	_, _, _ = s.Canonical(), upcoming.Warnings(s, time.Now(), time.UTC), s.String()
}
