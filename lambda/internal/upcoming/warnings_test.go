package upcoming_test

import (
	"strings"
	"testing"
	"time"

	"tally/lambda/cron"
	"tally/lambda/internal/upcoming"
	"tally/lambda/timezone"
)

func TestWarnings(t *testing.T) {
	const newYork = "America/New_York"
	tests := []struct {
		expr, zone string
		want       []string // a part of each warning, in order
	}{
		{"cron(55 14 * * ? *)", "UTC", nil},
		{"cron(0/15 * * * ? *)", "UTC", nil},
		{"cron(* * * * ? *)", "UTC", nil},
		{"cron(0/5 8-17 ? * MON-FRI *)", "UTC", nil},
		{"cron(0 0 L * ? *)", "UTC", nil},
		{"cron(0 0 15W * ? *)", "UTC", nil},
		{"cron(0 0 31 12 ? *)", "UTC", nil},
		{"cron(0 0 31W 1 ? *)", "UTC", nil},
		{"cron(0 0 ? * 2#4 *)", "UTC", nil},

		// What AWS leaves open.
		{"cron(0 20-2 * * ? *)", "UTC", nil}, // documented, and every day alike
		{"cron(0/30 20-2 ? * MON-FRI *)", "UTC", []string{"early on Monday and not on Saturday"}},
		{"cron(50-10 9 * * ? *)", "UTC", []string{"minutes: AWS documents ranges that wrap for hours only; the template says 0-10,50-59"}},
		{"cron(0 0 28-2 * ? *)", "UTC", []string{"day-of-month: AWS documents ranges that wrap for hours only; the template says 1,2,28-31"}},
		{"cron(0 0 1 NOV-FEB ? *)", "UTC", []string{"month: AWS documents ranges that wrap for hours only; the template says 1,2,11,12"}},
		{"cron(0 0 ? * FRI-MON *)", "UTC", []string{"day-of-week: AWS documents ranges that wrap for hours only; the template says 1,2,6,7"}},
		{"cron(0 0 ? * 2/2 *)", "UTC", []string{"no increments here; the template says 2,4,6"}},
		{"cron(0 0 ? * L *)", "UTC", []string{"taken as Saturday (7)"}},
		{"cron(0 0 LW * ? *)", "UTC", []string{"AWS takes LW but does not document it"}},
		{"cron(0 0 L-2 * ? *)", "UTC", []string{"AWS takes L-2 but does not document it"}},
		{"cron(0 0 L-28 * ? *)", "UTC", []string{"takes L-28", "L-28 means in a February of 28 days"}},
		{"cron(0 0 L-30 * ? *)", "UTC", []string{"takes L-30", "L-30 means in months without a day 31; the template leaves them out"}},
		{"cron(0 0 31W * ? *)", "UTC", []string{"31W means in months without a day 31; the template leaves them out"}},
		{"cron(0 0 29W * ? *)", "UTC", []string{"February of 28 days"}},

		// What surprises.
		{"cron(* 10 * * ? *)", "UTC", []string{"60 times a day"}},
		{"cron(0/7 * * * ? *)", "UTC", []string{"the increment 7 begins anew every hour"}},
		{"cron(0 0/5 * * ? *)", "UTC", []string{"the increment 5 begins anew every day"}},
		{"cron(0 0 1/2 * ? *)", "UTC", []string{"begins anew every month"}},
		{"cron(0 0 30,31 * ? *)", "UTC", []string{"months without a day 30"}},
		{"cron(0 0 29 2 ? *)", "UTC", []string{"months without a day 29"}},
		{"cron(0 0 ? * 2#5 *)", "UTC", []string{"without a fifth Monday are skipped; the last is 2L"}},

		// What does not fire.
		{"cron(0 0 30 2 ? *)", "UTC", []string{"never fires: no day"}},
		{"cron(0 0 31W 2 ? *)", "UTC", []string{"never fires: no day"}},
		{"cron(0 0 1 1 ? 2020)", "UTC", []string{"the last time was 2020-01-01 00:00"}},
		{"cron(30 2 * * ? *)", newYork, []string{"skip 2027-03-14 02:30"}},
		{"cron(30 1 * * ? *)", newYork, []string{"show 2027-11-07 01:30 twice"}},
		{"cron(0 0 * * ? *)", newYork, nil},
		{"cron(0/5 * * * ? *)", newYork, []string{"show 2027-11-07 01:00 twice"}}, // loses nothing in March
		{"cron(30 2 ? 3 1#2 *)", newYork, []string{"it does not fire: clocks in America/New_York skip 2027-03-14 02:30"}},
		{"cron(30 2 ? 3 1#2 2020)", newYork, []string{"it fires no more"}},
		{"cron(30 2 * * ? *)", "Asia/Seoul", nil}, // no daylight saving time since 1988
		{"cron(0 12 30 12 ? 2011)", "Pacific/Apia", []string{"it fires no more"}},

		{"rate(5 minutes)", "UTC", []string{"no fixed times"}},
		{"at(2027-01-01T00:00:00)", "UTC", nil},
		{"at(1969-01-01T00:00:00)", "UTC", []string{"it fires no more: the last time was 1969-01-01 00:00"}},
		{"at(2027-03-14T02:30:00)", newYork, []string{"it does not fire: clocks in America/New_York skip 2027-03-14 02:30"}},
		{"at(2027-11-07T01:30:00)", newYork, []string{"twice"}},
	}
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for _, tt := range tests {
		s, err := cron.Parse(tt.expr, cron.Scheduler)
		if err != nil {
			t.Fatal(err)
		}
		loc, err := timezone.Load(tt.zone)
		if err != nil {
			t.Fatal(err)
		}
		got := upcoming.Warnings(s, now, loc)
		ok := len(got) == len(tt.want)
		for i := 0; ok && i < len(got); i++ {
			ok = strings.Contains(got[i], tt.want[i])
		}
		if !ok {
			t.Errorf("%s in %s:\n%s\nwant\n%s", tt.expr, tt.zone, strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
		}
	}
}
