package cron_test

import (
	"testing"

	"tally/lambda/cron"
)

// TestWords holds what a schedule is called and what goes into the template.
func TestWords(t *testing.T) {
	tests := []struct{ expr, canonical, words string }{
		{"cron(55 14 * * ? *)", "cron(55 14 * * ? *)", "at 14:55 every day"},
		{"cron(0 18 ? * MON-FRI *)", "cron(0 18 ? * 2-6 *)", "at 18:00, Monday to Friday"},
		{"cron(0 18 ? * mon-Fri *)", "cron(0 18 ? * 2-6 *)", "at 18:00, Monday to Friday"},
		{"cron(*  *\t* * ? *)", "cron(* * * * ? *)", "every minute"},
		{"cron(* * ? * * *)", "cron(* * * * ? *)", "every minute"},
		{"cron(0/15 * * * ? *)", "cron(0/15 * * * ? *)", "every 15 minutes"},
		{"cron(*/15 * * JUL ? *)", "cron(0/15 * * 7 ? *)", "every 15 minutes in July"},
		{"cron(0,15,30,45 * * * ? *)", "cron(0/15 * * * ? *)", "every 15 minutes"},
		{"cron(0,30 * * * ? *)", "cron(0,30 * * * ? *)", "every 30 minutes"},
		{"cron(5/10 * * * ? *)", "cron(5/10 * * * ? *)", "every 10 minutes from minute 5 of every hour"},
		{"cron(5 * * * ? *)", "cron(5 * * * ? *)", "at minute 5 of every hour"},
		{"cron(10,44 * * * ? *)", "cron(10,44 * * * ? *)", "at minutes 10 and 44 of every hour"},
		{"cron(0/5 8-17 ? * MON-FRI *)", "cron(0/5 8-17 ? * 2-6 *)", "every 5 minutes from 08:00 to 17:59, Monday to Friday"},
		{"cron(1,2,3,9 8-18 * * ? *)", "cron(1-3,9 8-18 * * ? *)", "at minutes 1 to 3 and 9 of every hour from 08:00 to 18:59 every day"},
		{"cron(0/30 20-2 ? * MON-FRI *)", "cron(0,30 0-2,20-23 ? * 2-6 *)", "every 30 minutes from 00:00 to 02:59 and from 20:00 to 23:59, Monday to Friday"},
		{"cron(* 14 * * ? *)", "cron(* 14 * * ? *)", "every minute from 14:00 to 14:59 every day"},
		{"cron(0 9,12,18 * * ? *)", "cron(0 9,12,18 * * ? *)", "at 09:00, 12:00 and 18:00 every day"},
		{"cron(0 */2 * * ? *)", "cron(0 0/2 * * ? *)", "every 2 hours from 00:00 every day"},
		{"cron(5 8-18 * * ? *)", "cron(5 8-18 * * ? *)", "every hour from 08:05 to 18:05 every day"},
		{"cron(5 1,2,3,7,8,9,20 * * ? *)", "cron(5 1-3,7-9,20 * * ? *)", "at 01:05, 02:05, 03:05, 07:05, 08:05, 09:05 and 20:05 every day"},
		{"cron(0 22-4/3 * * ? *)", "cron(0 1,4,22 * * ? *)", "at 01:00, 04:00 and 22:00 every day"},
		{"cron(0 9-17/2 * * ? *)", "cron(0 9,11,13,15,17 * * ? *)", "at 09:00, 11:00, 13:00, 15:00 and 17:00 every day"},
		{"cron(0 8 1 * ? *)", "cron(0 8 1 * ? *)", "at 08:00 on day 1 of every month"},
		{"cron(0 8 01,15 JAN,JUL ? *)", "cron(0 8 1,15 1,7 ? *)", "at 08:00 on days 1 and 15 of January and July"},
		{"cron(0 12 1/5 * ? *)", "cron(0 12 1/5 * ? *)", "at 12:00 on days 1, 6, 11, 16, 21, 26 and 31 of every month"},
		{"cron(0 0 31 * ? *)", "cron(0 0 31 * ? *)", "at 00:00 on day 31 of every month that has one"},
		{"cron(0 0 L * ? *)", "cron(0 0 L * ? *)", "at 00:00 on the last day of every month"},
		{"cron(0 0 l 2 ? *)", "cron(0 0 L 2 ? *)", "at 00:00 on the last day of February"},
		{"cron(0 0 l-0 * ? *)", "cron(0 0 L * ? *)", "at 00:00 on the last day of every month"},
		{"cron(0 0 L-1 * ? *)", "cron(0 0 L-1 * ? *)", "at 00:00 on the day before the last day of every month"},
		{"cron(0 0 L-02 6 ? *)", "cron(0 0 L-2 6 ? *)", "at 00:00, 2 days before the last day of June"},
		{"cron(0 0 L-28 * ? *)", "cron(0 0 L-28 * ? *)", "at 00:00, 28 days before the last day of every month that has one"},
		{"cron(0 0 L-30 * ? *)", "cron(0 0 L-30 1,3,5,7,8,10,12 ? *)", "at 00:00, 30 days before the last day of every month that has one"},
		{"cron(0 0 LW * ? *)", "cron(0 0 LW * ? *)", "at 00:00 on the last weekday (Monday to Friday) of every month"},
		{"cron(0 0 15w * ? *)", "cron(0 0 15W * ? *)", "at 00:00 on the weekday (Monday to Friday) nearest to day 15 of every month"},
		{"cron(0 0 31W * ? *)", "cron(0 0 31W 1,3,5,7,8,10,12 ? *)", "at 00:00 on the weekday (Monday to Friday) nearest to day 31 of every month that has one"},
		{"cron(0 0 31W 2 ? *)", "cron(0 0 31W 2 ? *)", "at 00:00 on the weekday (Monday to Friday) nearest to day 31 of February"},
		{"cron(15 10 ? * 6L 2022-2023)", "cron(15 10 ? * 6L 2022,2023)", "at 10:15 on the last Friday of every month from 2022 to 2023"},
		{"cron(15 10 ? * friL *)", "cron(15 10 ? * 6L *)", "at 10:15 on the last Friday of every month"},
		{"cron(0 2 ? * SAT#3 *)", "cron(0 2 ? * 7#3 *)", "at 02:00 on the third Saturday of every month"},
		{"cron(0 2 ? * 1#5 *)", "cron(0 2 ? * 1#5 *)", "at 02:00 on the fifth Sunday of every month that has one"},
		{"cron(0 0 ? * L *)", "cron(0 0 ? * 7 *)", "at 00:00 on Saturdays"},
		{"cron(0 0 ? * FRI-MON *)", "cron(0 0 ? * 1,2,6,7 *)", "at 00:00, Friday to Monday"},
		{"cron(0 0 ? * 1,3,5 *)", "cron(0 0 ? * 1,3,5 *)", "at 00:00 on Tuesdays, Thursdays and Sundays"},
		{"cron(0 0 ? * */2 *)", "cron(0 0 ? * 1,3,5,7 *)", "at 00:00 on Tuesdays, Thursdays, Saturdays and Sundays"},
		{"cron(0 0 ? * SUN-SAT *)", "cron(0 0 * * ? *)", "at 00:00 every day"},
		{"cron(10,44 14 ? 3 WED *)", "cron(10,44 14 ? 3 4 *)", "at 14:10 and 14:44 on Wednesdays in March"},
		{"cron(0 0 1 NOV-FEB ? *)", "cron(0 0 1 1,2,11,12 ? *)", "at 00:00 on day 1 of January, February, November and December"},
		{"cron(0 0 1 1 ? 2027)", "cron(0 0 1 1 ? 2027)", "at 00:00 on day 1 of January in 2027"},
		{"cron(0 0 1 1 ? 2027/1)", "cron(0 0 1 1 ? 2027-2199)", "at 00:00 on day 1 of January from 2027 on"},
		{"cron(0 0 1 1 ? 2027/2)", "cron(0 0 1 1 ? 2027/2)", "at 00:00 on day 1 of January, every 2 years from 2027"},
		{"cron(0 0 1 1 ? 2020,2024,2026-2028)", "cron(0 0 1 1 ? 2020,2024,2026-2028)", "at 00:00 on day 1 of January in 2020, 2024 and 2026 to 2028"},
		{"cron(0 0 1 1 ? 1970-2199)", "cron(0 0 1 1 ? *)", "at 00:00 on day 1 of January"},
		{"rate(1 minute)", "rate(1 minute)", "every minute, counted from when it is created"},
		{"rate(60 minutes)", "rate(1 hour)", "every hour, counted from when it is created"},
		{"rate(90 minutes)", "rate(90 minutes)", "every 90 minutes, counted from when it is created"},
		{"rate(48 hours)", "rate(2 days)", "every 2 days, counted from when it is created"},
		{"at(2022-11-20T13:00:05)", "at(2022-11-20T13:00:05)", "once, at 13:00:05 on 20 November 2022"},
	}
	for _, tt := range tests {
		s := mustParse(t, tt.expr)
		if got := s.Canonical(); got != tt.canonical {
			t.Errorf("%s: canonical %q, want %q", tt.expr, got, tt.canonical)
		}
		if got := s.Describe(); got != tt.words {
			t.Errorf("%s: described %q, want %q", tt.expr, got, tt.words)
		}
		checkCanonical(t, s)
	}
}

func TestNamesOfDialects(t *testing.T) {
	if cron.Rule != "rule" || cron.Scheduler != "scheduler" {
		t.Errorf("dialects are called %s and %s", cron.Rule, cron.Scheduler)
	}
}
