package cron_test

import (
	"strings"
	"testing"
	"time"

	"tally/lambda/cron"
)

func TestParseJob(t *testing.T) {
	if s, err := cron.ParseJob("cron(55 14 * * ? *)"); err != nil || s.Kind() != cron.Cron {
		t.Errorf("ParseJob: %s, %v", s, err)
	}
	tests := []struct{ expr, says, suggestion string }{
		{"rate(1 minute)", "no fixed times", "cron(* * * * ? *)"},
		{"rate(5 minutes)", "no fixed times", "cron(0/5 * * * ? *)"},
		{"rate(30 minutes)", "no fixed times", "cron(0/30 * * * ? *)"},
		{"rate(60 minutes)", "no fixed times", "cron(0 * * * ? *)"},
		{"rate(1 hour)", "no fixed times", "cron(0 * * * ? *)"},
		{"rate(6 hours)", "no fixed times", "cron(0 0/6 * * ? *)"},
		{"rate(1 day)", "no fixed times", "cron(0 0 * * ? *)"},
		{"rate(24 hours)", "no fixed times", "cron(0 0 * * ? *)"},
		{"rate(7 days)", "no fixed times", "cron(0 0 ? * 2 *)"},
		{"rate(7 minutes)", "closest are every 6 minutes, cron(0/6 * * * ? *), and every 10 minutes, cron(0/10 * * * ? *)", "cron(0/6 * * * ? *)"},
		{"rate(45 minutes)", "every 30 minutes, cron(0/30 * * * ? *), and every hour, cron(0 * * * ? *)", "cron(0/30 * * * ? *)"},
		{"rate(5 hours)", "every 4 hours, cron(0 0/4 * * ? *), and every 6 hours, cron(0 0/6 * * ? *)", "cron(0 0/4 * * ? *)"},
		{"rate(2 days)", "every day, cron(0 0 * * ? *), and every 7 days, cron(0 0 ? * 2 *)", "cron(0 0 * * ? *)"},
		{"rate(30 days)", "the first of every month, cron(0 0 1 * ? *)", "cron(0 0 ? * 2 *)"},
		{"rate(5 minute)", "besides, a rate(…) has no fixed times", "cron(0/5 * * * ? *)"},
		{"5 minutes", "no fixed times", "cron(0/5 * * * ? *)"},
		{"@every 1h", "no fixed times", "cron(0 * * * ? *)"},
		{"at(2022-11-20T13:05:30)", "does not repeat", "cron(5 13 20 11 ? 2022)"},
		{"at(2022-11-20)", "does not repeat", "cron(0 0 20 11 ? 2022)"},
		{"at(1950-11-20T13:05:30)", "does not repeat", ""},
		{"0 10 * * 1", "unix cron", "cron(0 10 ? * 2 *)"},
		{"banana", "no schedule", ""},
	}
	for _, tt := range tests {
		for _, d := range []cron.Dialect{cron.Rule, cron.Scheduler} {
			s, err := cron.ParseJob(tt.expr)
			if err == nil {
				t.Errorf("ParseJob(%q) = %s", tt.expr, s)
				continue
			}
			if e := checkError(t, tt.expr, d, err); e.Suggestion != tt.suggestion || !strings.Contains(e.Message, tt.says) {
				t.Errorf("ParseJob(%q): %v\nwant …%s…; write %q", tt.expr, e, tt.says, tt.suggestion)
			}
		}
	}
}

// TestEqualCrons: a cron that is suggested as equal to a rate keeps its interval
// for a year.
func TestEqualCrons(t *testing.T) {
	for _, rate := range []string{
		"rate(1 minute)", "rate(2 minutes)", "rate(3 minutes)", "rate(4 minutes)", "rate(5 minutes)", "rate(6 minutes)",
		"rate(10 minutes)", "rate(12 minutes)", "rate(15 minutes)", "rate(20 minutes)", "rate(30 minutes)", "rate(1 hour)",
		"rate(2 hours)", "rate(3 hours)", "rate(4 hours)", "rate(6 hours)", "rate(8 hours)", "rate(12 hours)", "rate(1 day)", "rate(7 days)",
	} {
		_, err := cron.ParseJob(rate)
		e := checkError(t, rate, cron.Rule, err)
		if strings.Contains(e.Message, "closest") {
			t.Errorf("%s has no equal: %v", rate, e)
		}
		every, _ := mustParse(t, rate).Every()
		s := mustParse(t, e.Suggestion)
		at, _ := s.Next(begin, time.UTC)
		for at.Before(begin.AddDate(0, 2, 0)) {
			next, ok := s.Next(at, time.UTC)
			if !ok || next.Sub(at) != every {
				t.Fatalf("%s, suggested for %s, fires at %s and %s", e.Suggestion, rate, at, next)
			}
			at = next
		}
	}
}
