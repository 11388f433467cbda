package cron_test

import (
	"testing"
	"time"

	"tally/lambda/cron"
)

// Years of the differential tests: two leap years, and 29 February of both.
var (
	begin = time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)
	end   = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
)

// TestAgainstReference holds Next, Prev and Matches against the reference from
// random instants of eight years.
func TestAgainstReference(t *testing.T) {
	t.Parallel()
	const expressions, instants = 6000, 8
	r := seeded(1)
	fired := 0
	for range expressions {
		expr := randomCron(r)
		s := mustParse(t, expr)
		ref := newReference(t, expr)
		for range instants {
			at := begin.Add(time.Duration(r.Int64N(int64(end.Sub(begin)))))
			if r.IntN(2) == 0 {
				at = at.Truncate(time.Minute)
			}
			want, ok := ref.next(at, end)
			got, gotOK := s.Next(at, time.UTC)
			if ok != (gotOK && got.Before(end)) || ok && !got.Equal(want) {
				t.Fatalf("%s: Next(%s) = %s %t, the reference says %s %t", expr, at, got, gotOK, want, ok)
			}
			if ok {
				fired++
				if !s.Matches(got.Add(59*time.Second), time.UTC) {
					t.Fatalf("%s: Matches(%s) is false", expr, got)
				}
			}
			want, ok = ref.prev(at, begin)
			got, gotOK = s.Prev(at, time.UTC)
			if ok != (gotOK && !got.Before(begin)) || ok && !got.Equal(want) {
				t.Fatalf("%s: Prev(%s) = %s %t, the reference says %s %t", expr, at, got, gotOK, want, ok)
			}
			if s.Matches(at, time.UTC) != ref.matches(at) {
				t.Fatalf("%s: Matches(%s) is %t, the reference says otherwise", expr, at, s.Matches(at, time.UTC))
			}
		}
	}
	t.Logf("%d expressions, %d instants, %d with an occurrence after", expressions, expressions*instants, fired)
	if fired < expressions*instants/4 {
		t.Errorf("only %d instants had an occurrence after them: the generator is too narrow", fired)
	}
}

// TestEveryMinute compares the whole sequence of occurrences with a walk over
// every minute of three years, for expressions that fire at most some thousand
// times.
func TestEveryMinute(t *testing.T) {
	t.Parallel()
	from := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	until := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, expr := range []string{
		"cron(0 0 29-31 * ? *)", "cron(59 23 L * ? *)", "cron(0 12 LW * ? *)", "cron(0 12 L-2 * ? *)", "cron(0 12 L-28 * ? *)", "cron(0 12 L-30 * ? *)", "cron(0 12 L-0 2 ? *)", "cron(0 12 31W * ? *)",
		"cron(0 12 1W * ? *)", "cron(0 12 29W * ? *)", "cron(15 10 ? * 6L 2022-2025)", "cron(15 10 ? * 6#3 *)",
		"cron(0 0 ? * 1#5 *)", "cron(0/30 20-2 ? * MON-FRI *)", "cron(0 22-4/3 * * ? *)", "cron(0 0 28-2 FEB,MAR ? *)",
		"cron(7/13 5 ? NOV-FEB FRI-MON *)", "cron(0 0 29 2 ? *)", "cron(0 0 29W 2 ? *)", "cron(0 6 ? * L *)",
	} {
		s, ref := mustParse(t, expr), newReference(t, expr)
		next, ok := s.Next(from.Add(-time.Second), time.UTC)
		count := 0
		for at := from; at.Before(until); at = at.Add(time.Minute) {
			if !ref.matches(at) {
				continue
			}
			if count++; !ok || !next.Equal(at) {
				t.Fatalf("%s: occurrence %d is %s (%t), want %s", expr, count, next, ok, at)
			}
			next, ok = s.Next(next, time.UTC)
		}
		if ok && next.Before(until) {
			t.Errorf("%s: %s is one too many", expr, next)
		}
		if count == 0 {
			t.Errorf("%s: nothing compared", expr)
		}
	}
}

func mustParse(t testing.TB, expr string) cron.Schedule {
	t.Helper()
	s, err := cron.Parse(expr, cron.Scheduler)
	if err != nil {
		t.Fatalf("Parse(%q): %v", expr, err)
	}
	return s
}
