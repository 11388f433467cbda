package cron_test

import (
	"testing"
	"time"
)

func TestLater(t *testing.T) {
	for _, test := range []struct{ expr, by, want string }{
		{"cron(30 22 * * ? *)", "1h", "cron(30 23 * * ? *)"},
		{"cron(30 22 * * ? *)", "2h", "cron(30 0 * * ? *)"},
		{"cron(30 22 * * ? *)", "-23h", "cron(30 23 * * ? *)"},
		{"cron(55 14 * * ? *)", "10h30m", "cron(25 1 * * ? *)"},
		{"cron(0 9 ? * MON-FRI *)", "1h", "cron(0 10 ? * MON-FRI *)"},
		{"cron(30 22 ? * MON-FRI *)", "2h", "cron(30 0 ? * TUE-SAT *)"},
		{"cron(30 0 ? * MON,WED *)", "-1h", "cron(30 23 ? * SUN,TUE *)"},
		{"cron(30 22 L * ? *)", "2h", "cron(30 0 1 * ? *)"},
		{"cron(30 22 L 12,2 ? *)", "2h", "cron(30 0 1 1,3 ? *)"},
		{"cron(30 0 1 1 ? *)", "-1h", "cron(30 23 L 12 ? *)"},
		{"cron(30 0 15,16 FEB ? *)", "-1h", "cron(30 23 14,15 2 ? *)"},
		{"cron(*/15 */2 * * ? *)", "1h", "cron(*/15 1/2 * * ? *)"},
		{"cron(5 * * * ? *)", "30m", "cron(35 * * * ? *)"},
		{"cron(50 * * * ? *)", "30m", "cron(20 * * * ? *)"},
		{"cron(* * * * ? *)", "90m", "cron(* * * * ? *)"},

		// No single cron says these.
		{"cron(0,50 9 * * ? *)", "30m", ""},
		{"cron(0 9,22 ? * MON *)", "3h", ""},
		{"cron(0 23 28 * ? *)", "1h", ""},
		{"cron(0 23 L * ? 2027)", "1h", ""},
		{"cron(0 23 ? * 6L *)", "1h", ""},
		{"cron(0 23 ? 3 MON *)", "1h", ""},
		{"rate(1 hour)", "1h", ""},
	} {
		by, err := time.ParseDuration(test.by)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := mustParse(t, test.expr).Later(by)
		if ok != (test.want != "") || got.String() != test.want {
			t.Errorf("%s, later by %s: got %q, want %q", test.expr, test.by, got, test.want)
		}
	}
}

// TestLaterFiresLater holds random schedules against the ones that they are moved to.
func TestLaterFiresLater(t *testing.T) {
	t.Parallel()
	r := seeded(5)
	moved := 0
	for range 3000 {
		s := mustParse(t, randomCron(r))
		by := time.Duration(r.IntN(2*24*60)-24*60) * time.Minute
		if r.IntN(2) == 0 {
			by = by.Truncate(time.Hour)
		}
		later, ok := s.Later(by)
		if !ok {
			continue
		}
		moved++
		at := begin.Add(time.Duration(r.Int64N(int64(end.Sub(begin)))))
		for range 50 {
			want, any := s.Next(at, time.UTC)
			got, also := later.Next(at.Add(by), time.UTC)
			if any != also || any && !got.Equal(want.Add(by)) {
				t.Fatalf("%s, later by %s, is %s: it fires at %s, want %s", s, by, later, got, want.Add(by))
			}
			if at = want; !any {
				break
			}
		}
	}
	if moved < 300 {
		t.Errorf("only %d of 3000 could be moved", moved)
	}
}
