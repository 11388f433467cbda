package cron_test

import (
	"testing"
	"time"

	"tally/lambda/cron"
	"tally/lambda/timezone"
)

var benchmarks = []struct{ name, expr, zone string }{
	{"Daily", "cron(55 14 * * ? *)", "UTC"},
	{"Quarterly", "cron(0/15 * * * ? *)", "UTC"},
	{"OfficeHours", "cron(0/5 8-17 ? * MON-FRI *)", "UTC"},
	{"MonthEnd", "cron(0 0 L * ? *)", "UTC"},
	{"LastFriday", "cron(15 10 ? * 6L *)", "UTC"},
	{"NearWeekday", "cron(0 9 15W * ? *)", "UTC"},
	{"DailySeoul", "cron(5 0 * * ? *)", "Asia/Seoul"},
	{"DailyNewYork", "cron(5 0 * * ? *)", "America/New_York"},
	{"MonthEndNewYork", "cron(0 0 L * ? *)", "America/New_York"},
}

var slowest = []struct{ name, expr, zone string }{
	{"LeapDay", "cron(0 0 29 2 ? *)", "UTC"},
	{"Year2199", "cron(59 23 31 12 ? 2199)", "UTC"},
	{"Never", "cron(0 0 30 2 ? *)", "UTC"},
	{"NeverNewYork", "cron(0 0 30 2 ? *)", "America/New_York"},
	{"FifthMondayOfFebruary", "cron(0 0 ? 2 2#5 *)", "UTC"},
	{"FifthMondayOfFebruaryNever", "cron(0 0 ? 2 2#5 2101-2103)", "UTC"},
	{"OnlyInGaps", "cron(30 2 ? 3 1#2 2008-2199)", "America/New_York"},
	{"Weekday31InFebruary", "cron(0 0 31W 2 ? *)", "UTC"},
}

func BenchmarkNext(b *testing.B) {
	for _, bb := range append(benchmarks[:len(benchmarks):len(benchmarks)], slowest...) {
		b.Run(bb.name, func(b *testing.B) {
			s, loc := mustParse(b, bb.expr), mustLoad(b, bb.zone)
			start := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
			at := start
			b.ReportAllocs()
			for b.Loop() {
				next, ok := s.Next(at, loc)
				if at = next; !ok || next.Year() > 2035 {
					at = start
				}
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		if _, err := cron.Parse("cron(0/5 8-17 ? * MON-FRI *)", cron.Rule); err != nil {
			b.Fatal(err)
		}
	}
}

// TestNextAllocatesNothing, so that a caller may ask as often as it likes.
func TestNextAllocatesNothing(t *testing.T) {
	for _, bb := range append(benchmarks[:len(benchmarks):len(benchmarks)], slowest...) {
		s, loc := mustParse(t, bb.expr), mustLoad(t, bb.zone)
		at := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
		allocations := testing.AllocsPerRun(100, func() {
			s.Next(at, loc)
			s.Prev(at, loc)
			s.Matches(at, loc)
		})
		if allocations != 0 {
			t.Errorf("%s in %s: %v allocations", bb.expr, bb.zone, allocations)
		}
	}
}

// slower is how much longer things may take, for the race detector.
var slower time.Duration = 1

// TestSlowestNext bounds the worst cases by the best of some tries; what they
// take is for the benchmarks to say.
func TestSlowestNext(t *testing.T) {
	const limit, tries = time.Millisecond, 20
	for _, bb := range slowest {
		s, loc := mustParse(t, bb.expr), mustLoad(t, bb.zone)
		for _, at := range []time.Time{{}, time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2199, 12, 31, 23, 59, 0, 0, time.UTC)} {
			next, prev := time.Hour, time.Hour
			for range tries {
				start := time.Now()
				s.Next(at, loc)
				next = min(next, time.Since(start))
				start = time.Now()
				s.Prev(at, loc)
				prev = min(prev, time.Since(start))
			}
			if max(next, prev) > limit*slower {
				t.Errorf("%s in %s from %s: Next takes %s, Prev %s", bb.expr, bb.zone, at, next, prev)
			}
		}
	}
}

func mustLoad(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := timezone.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}
