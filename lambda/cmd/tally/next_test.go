package main

import (
	"strings"
	"testing"
)

// Descriptions and warnings of schedules are tested in the package cron.
func TestNextOfAnExpression(t *testing.T) {
	for _, test := range []struct {
		name string
		args []string
		want string
	}{
		{"rule in UTC", []string{"cron(55 14 * * ? *)", "--from", "2022-04-07T00:00:00Z", "-n", "2"}, `at 14:55 every day (UTC)
cron(55 14 * * ? *)
  UTC
  Thu 2022-04-07T14:55:00Z
  Fri 2022-04-08T14:55:00Z
`},
		{"shown in another zone", []string{"cron(55 14 * * ? *)", "--display-timezone", "Asia/Seoul", "--from", "2022-04-07T00:00:00Z", "-n", "2"}, `at 14:55 every day (UTC)
cron(55 14 * * ? *)
  Asia/Seoul             UTC
  Thu 2022-04-07 23:55   2022-04-07T14:55:00Z
  Fri 2022-04-08 23:55   2022-04-08T14:55:00Z
`},
		{"strictly after --from", []string{"cron(55 14 * * ? *)", "--from", "2022-04-07T14:55:00Z", "-n", "1"}, `at 14:55 every day (UTC)
cron(55 14 * * ? *)
  UTC
  Fri 2022-04-08T14:55:00Z
`},
		{"just before", []string{"cron(55 14 * * ? *)", "--from", "2022-04-07T23:54:59+09:00", "-n", "1"}, `at 14:55 every day (UTC)
cron(55 14 * * ? *)
  UTC
  Thu 2022-04-07T14:55:00Z
`},
		{"Scheduler in a zone", []string{"cron(5 0 * * ? *)", "--timezone", "Asia/Seoul", "--from", "2022-04-07T00:00:00Z", "-n", "1"}, `at 00:05 every day (Asia/Seoul)
cron(5 0 * * ? *)
  Asia/Seoul             UTC
  Fri 2022-04-08 00:05   2022-04-07T15:05:00Z
`},
		{"skipped by DST", []string{"cron(30 2 * * ? *)", "--timezone", "America/New_York", "--from", "2022-03-12T00:00:00Z", "-n", "2"}, `at 02:30 every day (America/New_York)
cron(30 2 * * ? *)
  America/New_York       UTC
  Sat 2022-03-12 02:30   2022-03-12T07:30:00Z
  does not fire          2022-03-13 02:30 does not exist in America/New_York: clocks go forward
  Mon 2022-03-14 02:30   2022-03-14T06:30:00Z
`},
		{"repeated by DST", []string{"cron(30 1 * * ? *)", "--timezone", "America/New_York", "--from", "2022-11-05T00:00:00Z", "-n", "3"}, `at 01:30 every day (America/New_York)
cron(30 1 * * ? *)
  America/New_York       UTC
  Sat 2022-11-05 01:30   2022-11-05T05:30:00Z
  Sun 2022-11-06 01:30   2022-11-06T05:30:00Z   2022-11-06 01:30 comes twice in America/New_York: fires at the first
  Mon 2022-11-07 01:30   2022-11-07T06:30:00Z
`},
		{"skipped by DST, shown in UTC", []string{"cron(30 2 * * ? *)", "--timezone", "America/New_York", "--display-timezone", "UTC", "--from", "2022-03-13T00:00:00Z", "-n", "1"}, `at 02:30 every day (America/New_York)
cron(30 2 * * ? *)
  UTC
  does not fire   2022-03-13 02:30 does not exist in America/New_York: clocks go forward
  Mon 2022-03-14T06:30:00Z
`},
		{"rate from its start", []string{"rate(5 minutes)", "--from", "2022-04-07T12:01:00Z", "-n", "2"}, `every 5 minutes, counted from when it is created (UTC)
rate(5 minutes)
  UTC
  Thu 2022-04-07T12:06:00Z
  Thu 2022-04-07T12:11:00Z
`},
		{"once", []string{"at(2022-04-07T14:55:30)", "--timezone", "Asia/Seoul", "--from", "2022-04-07T00:00:00Z"}, `once, at 14:55:30 on 7 April 2022 (Asia/Seoul)
at(2022-04-07T14:55:30)
  Asia/Seoul             UTC
  Thu 2022-04-07 14:55   2022-04-07T05:55:30Z
`},
		{"fewer than asked for", []string{"cron(0 0 1 1 ? 2020-2022)", "--from", "2021-01-01T00:00:00Z"}, `at 00:00 on day 1 of January from 2020 to 2022 (UTC)
cron(0 0 1 1 ? 2020-2022)
  UTC
  Sat 2022-01-01T00:00:00Z
`},
		{"none", []string{"cron(0 0 30 2 ? *)"}, `at 00:00 on day 30 of February (UTC)
cron(0 0 30 2 ? *)
`},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, stdout, stderr := tally(append([]string{"next"}, test.args...)...)
			if status != exitOK || stderr != "" {
				t.Errorf("got %d, %s", status, stderr)
			}
			if got := withoutWarnings(stdout); got != test.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, test.want)
			}
			for line := range strings.Lines(stdout) {
				if strings.TrimRight(line, " \n") != strings.TrimSuffix(line, "\n") {
					t.Errorf("%q ends in blanks", line)
				}
			}
		})
	}
}

// withoutWarnings leaves out what depends on today.
func withoutWarnings(stdout string) string {
	var kept strings.Builder
	for line := range strings.Lines(stdout) {
		if !strings.HasPrefix(line, "  warning: ") {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

func TestNextWarnsOfFewerTimes(t *testing.T) {
	for _, test := range []struct {
		name string
		args []string
		want string
	}{
		{"never", []string{"cron(0 0 30 2 ? *)"}, "  warning: it never fires: "},
		{"no more", []string{"cron(0 0 1 1 ? 2020)"}, "  warning: it fires no more: "},
		{"one more", []string{"cron(0 0 1 1 ? 2198-2199)", "--from", "2198-02-01T00:00:00Z"}, "  warning: it fires 1 more time after 2198-02-01T00:00:00Z\n"},
		{"two more", []string{"cron(0 0 1 1 ? 2198-2199)", "-n", "3", "--from", "2190-02-01T00:00:00Z"}, "  warning: it fires 2 more times after 2190-02-01T00:00:00Z\n"},
		{"besides another", []string{"cron(0 0 31 12 ? 2198)", "--from", "2190-02-01T00:00:00Z"}, "  warning: it fires 1 more time after 2190-02-01T00:00:00Z\n"},
		{"none after --from", []string{"cron(0 0 1 1 ? 2199)", "--from", "2199-02-01T00:00:00Z"}, "  warning: it fires no more: the last time was 2199-01-01 00:00\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, stdout, _ := tally(append([]string{"next"}, test.args...)...)
			if status != exitOK || !strings.Contains(stdout, test.want) {
				t.Errorf("got %d\n%s\nwant %d\n%s", status, stdout, exitOK, test.want)
			}
		})
	}
	if _, stdout, _ := tally("next", "cron(55 14 * * ? *)"); strings.Contains(stdout, "warning") {
		t.Errorf("a schedule without surprise has a warning:\n%s", stdout)
	}
}

func TestNextOfJobs(t *testing.T) {
	enterProject(t)
	status, stdout, stderr := tally("next", "--env", "prod", "--from", "2022-04-07T00:00:00Z", "-n", "2")
	const want = `daily-scans: at 14:55 every day (UTC)
cron(55 14 * * ? *)
  Asia/Seoul             UTC
  Thu 2022-04-07 23:55   2022-04-07T14:55:00Z
  Fri 2022-04-08 23:55   2022-04-08T14:55:00Z

early-orders: at 02:30 every day (America/New_York)
cron(30 2 * * ? *)
  America/New_York       UTC
  Thu 2022-04-07 02:30   2022-04-07T06:30:00Z
  Fri 2022-04-08 02:30   2022-04-08T06:30:00Z
`
	if got := withoutWarnings(stdout); status != exitOK || got != want || stderr != "" {
		t.Errorf("got %d, %s\n%s\nwant:\n%s", status, stderr, got, want)
	}
	_, stdout, _ = tally("next", "--from", "2022-04-07T00:00:00Z", "-n", "1", "--display-timezone", "UTC")
	if strings.Count(stdout, "  UTC\n") != 2 || strings.Contains(stdout, "Asia/Seoul") {
		t.Errorf("got\n%s\nwant both jobs in UTC", stdout)
	}
	_, stdout, _ = tally("next", "--env", "dev")
	if got := strings.Count(withoutWarnings(stdout), "Z\n"); got != 20 {
		t.Errorf("got %d times, want ten for each job", got)
	}
}
