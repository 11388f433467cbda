package cron_test

import (
	"testing"
	"time"

	"tally/lambda/cron"
)

// TestQuartzExamples has the examples of the Quartz CronTrigger tutorial, which
// people copy: what is suggested for each, and when that fires. The times were
// worked out on a calendar.
// http://www.quartz-scheduler.org/documentation/quartz-2.3.0/tutorials/crontrigger.html
func TestQuartzExamples(t *testing.T) {
	tests := []struct {
		quartz, suggestion, from string
		times                    []string
	}{
		{"0 0 12 * * ?", "cron(0 12 * * ? *)", "2022-04-07 12:00", []string{"2022-04-08 12:00", "2022-04-09 12:00"}},
		{"0 15 10 ? * *", "cron(15 10 ? * * *)", "2022-04-07 10:15", []string{"2022-04-08 10:15"}},
		{"0 15 10 * * ?", "cron(15 10 * * ? *)", "2022-12-31 10:15", []string{"2023-01-01 10:15"}},
		{"0 15 10 * * ? *", "cron(15 10 * * ? *)", "2024-02-28 11:00", []string{"2024-02-29 10:15", "2024-03-01 10:15"}},
		{"0 15 10 * * ? 2005", "cron(15 10 * * ? 2005)", "2005-12-30 00:00", []string{"2005-12-30 10:15", "2005-12-31 10:15", ""}},
		{"0 * 14 * * ?", "cron(* 14 * * ? *)", "2022-04-07 14:58", []string{"2022-04-07 14:59", "2022-04-08 14:00"}},
		{"0 0/5 14 * * ?", "cron(0/5 14 * * ? *)", "2022-04-07 14:50", []string{"2022-04-07 14:55", "2022-04-08 14:00"}},
		{"0 0/5 14,18 * * ?", "cron(0/5 14,18 * * ? *)", "2022-04-07 14:55", []string{"2022-04-07 18:00", "2022-04-07 18:05"}},
		{"0 0-5 14 * * ?", "cron(0-5 14 * * ? *)", "2022-04-07 14:04", []string{"2022-04-07 14:05", "2022-04-08 14:00"}},
		{"0 10,44 14 ? 3 WED", "cron(10,44 14 ? 3 WED *)", "2022-03-30 14:10", []string{"2022-03-30 14:44", "2023-03-01 14:10"}},
		{"0 15 10 ? * MON-FRI", "cron(15 10 ? * MON-FRI *)", "2022-04-08 10:15", []string{"2022-04-11 10:15"}},
		{"0 15 10 15 * ?", "cron(15 10 15 * ? *)", "2022-04-15 10:15", []string{"2022-05-15 10:15"}},
		{"0 15 10 L * ?", "cron(15 10 L * ? *)", "2024-01-31 10:15", []string{"2024-02-29 10:15", "2024-03-31 10:15", "2024-04-30 10:15"}},
		{"0 15 10 L-2 * ?", "cron(15 10 L-2 * ? *)", "2022-01-30 00:00", []string{"2022-02-26 10:15", "2022-03-29 10:15", "2022-04-28 10:15"}},
		{"0 15 10 ? * 6L", "cron(15 10 ? * 6L *)", "2022-04-07 00:00", []string{"2022-04-29 10:15", "2022-05-27 10:15"}},
		{"0 15 10 ? * 6L 2010-2021", "cron(15 10 ? * 6L 2010-2021)", "2021-11-01 00:00", []string{"2021-11-26 10:15", "2021-12-31 10:15", ""}},
		{"0 15 10 ? * 6#3", "cron(15 10 ? * 6#3 *)", "2022-04-07 00:00", []string{"2022-04-15 10:15", "2022-05-20 10:15"}},
		{"0 0 12 1/5 * ?", "cron(0 12 1/5 * ? *)", "2022-04-07 00:00", []string{"2022-04-11 12:00", "2022-04-16 12:00", "2022-04-21 12:00", "2022-04-26 12:00", "2022-05-01 12:00"}},
		{"0 11 11 11 11 ?", "cron(11 11 11 11 ? *)", "2022-04-07 00:00", []string{"2022-11-11 11:11", "2023-11-11 11:11"}},
		{"0 0 9 15W * ?", "cron(0 9 15W * ? *)", "2022-05-01 00:00", []string{"2022-05-16 09:00", "2022-06-15 09:00", "2022-07-15 09:00"}},
		{"0 0 9 1W * ?", "cron(0 9 1W * ? *)", "2022-09-30 00:00", []string{"2022-10-03 09:00", "2022-11-01 09:00"}},
		{"0 0 0 * * *", "cron(0 0 * * ? *)", "2022-04-07 00:00", []string{"2022-04-08 00:00"}}, // Spring
		{"0 0 9 LW * ?", "cron(0 9 LW * ? *)", "2022-07-01 00:00", []string{"2022-07-29 09:00", "2022-08-31 09:00"}},
	}
	for _, tt := range tests {
		for _, expr := range []string{tt.quartz, "cron(" + tt.quartz + ")"} {
			_, err := cron.ParseJob(expr)
			if err == nil {
				t.Errorf("%q is taken", expr)
				continue
			}
			if e := checkError(t, expr, cron.Rule, err); e.Suggestion != tt.suggestion {
				t.Errorf("%q: suggests %q, want %q", expr, e.Suggestion, tt.suggestion)
			}
		}
		checkTimes(t, tt.suggestion, tt.from, tt.times)
	}
}

// checkTimes holds the occurrences after from in UTC; "" is the end of them.
func checkTimes(t *testing.T, expr, from string, times []string) {
	t.Helper()
	const layout = "2006-01-02 15:04"
	at, err := time.Parse(layout, from)
	if err != nil {
		t.Fatal(err)
	}
	s := mustParse(t, expr)
	for _, want := range times {
		next, ok := s.Next(at, time.UTC)
		got := ""
		if ok {
			got = next.Format(layout)
		}
		if got != want {
			t.Errorf("%s: after %s comes %q, want %q", expr, at.Format(layout), got, want)
		}
		at = next
	}
}
