package cron_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"tally/lambda/cron"
)

// TestTakenByAWS has expressions that AWS is known to take: those of its two
// guides, and those that LocalStack's tests validated against AWS
// (tests/aws/services/events/test_events_schedule.py and
// https://github.com/localstack/localstack/pull/13628).
func TestTakenByAWS(t *testing.T) {
	for _, expr := range []string{
		"cron(0 10 * * ? *)", "cron(15 12 * * ? *)", "cron(0 18 ? * MON-FRI *)", "cron(0 8 1 * ? *)",
		"cron(0/15 * * * ? *)", "cron(0/10 * ? * MON-FRI *)", "cron(0/5 8-17 ? * MON-FRI *)",
		"cron(0/30 20-2 ? * MON-FRI *)", "cron(0 9 ? * 2#1 *)", "cron(15 10 ? * 6L 2022-2023)",
		"cron(0 2 ? * SAT *)", "cron(5,35 14 * * ? *)", "cron(15 10 ? * 6L 2002-2005)",
		"cron(0 2 ? * SAT#3 *)", "cron(* * ? * SAT#3 *)", "cron(0/5 5 ? JAN 1-5 2022)",
		"cron(0/30 20-23 ? * MON-FRI *)", "cron(0/30 0-2 ? * MON-FRI *)",
		"cron(0-15/1 8-8 ? * 2,3,4,5,6,7 *)", "cron(30-30 13-13 ? * 2,4,6 *)", "cron(1-31/30 1-1 ? * 1,7 *)",
		"cron(30 2 * * ? *)", "cron(0 21 LW * ? *)", "cron(0 2 ? * 5L *)", "cron(5/10 * ? * * *)",
		"rate(1 minute)", "rate(5 minutes)", "rate(1 hour)", "rate(5 hours)", "rate(1 day)", "rate(7 days)",
	} {
		for _, d := range []cron.Dialect{cron.Rule, cron.Scheduler} {
			if s, err := cron.Parse(expr, d); err != nil || s.String() != expr {
				t.Errorf("Parse(%q, %s) = %s, %v", expr, d, s, err)
			}
		}
	}
	if _, err := cron.Parse("at(2022-11-20T13:00:00)", cron.Scheduler); err != nil {
		t.Error(err)
	}
}

// TestRefusedByAWS has expressions that AWS is known to refuse, or to take and
// then never to fire (the one with commas between its fields,
// https://github.com/boto/boto3/issues/2876).
func TestRefusedByAWS(t *testing.T) {
	for _, expr := range []string{
		"rate(10 seconds)", "rate(10 years)", "rate(1 minutes)", "rate(1 hours)", "rate(1 days)",
		"rate(10 minute)", "rate(10 hour)", "rate(10 day)", "rate()", "rate(10)", "rate(10 minutess)",
		"rate(foo minutes)", "rate(0 minutes)", "rate(-10 minutes)", "rate(10 MINUTES)",
		"rate( 10 minutes )", " rate(10 minutes)",
		"cron(0 1 * * * *)", "cron(7 20 * * NOT *)", "cron(INVALID)", "cron(0 dummy ? * MON-FRI *)",
		"cron(71 8 1 * ? *)", "cron(*/60 * * * ? *)", "cron(15 12 ? * -1 *)", "cron(*/1 * * * *)",
		"cron(0 9 ? * ? *)", "cron(0/5, 9-18, ?, *, MON-FRI, *)",
	} {
		for _, d := range []cron.Dialect{cron.Rule, cron.Scheduler} {
			s, err := cron.Parse(expr, d)
			if err == nil {
				t.Errorf("Parse(%q, %s) = %s, want an error", expr, d, s)
				continue
			}
			_ = checkError(t, expr, d, err)
		}
	}
}

// mistake is an expression that people write, and what they are told.
type mistake struct {
	expr       string
	field      string
	wrong      string // the part of expr that Offset and Length mark
	says       string // a part of the message
	suggestion string
}

var mistakes = []mistake{
	// Other dialects of cron.
	{"0 10 * * *", "", "0 10 * * *", "unix cron", "cron(0 10 * * ? *)"},
	{"cron(0 10 * * *)", "", "0 10 * * *", "unix cron", "cron(0 10 * * ? *)"},
	{"0 10 * * 0", "", "0 10 * * 0", "unix cron", "cron(0 10 ? * 1 *)"},
	{"0 10 * * 7", "", "0 10 * * 7", "unix cron", "cron(0 10 ? * 1 *)"},
	{"30 9 * * 1-5", "", "30 9 * * 1-5", "1-7 from SUN", "cron(30 9 ? * 2-6 *)"},
	{"30 9 * * 5-7", "", "30 9 * * 5-7", "unix cron", "cron(30 9 ? * 1,6,7 *)"},
	{"30 9 * * MON-FRI", "", "30 9 * * MON-FRI", "unix cron", "cron(30 9 ? * MON-FRI *)"},
	{"*/5 * * * *", "", "*/5 * * * *", "unix cron", "cron(*/5 * * * ? *)"},
	{"0 0 1,15 * *", "", "0 0 1,15 * *", "unix cron", "cron(0 0 1,15 * ? *)"},
	{"30 4 1 * 1", "", "30 4 1 * 1", "a second schedule, cron(30 4 ? * 2 *)", "cron(30 4 1 * ? *)"},
	{"cron(0 18 ? * MON-FRI)", "", "0 18 ? * MON-FRI", "year, is missing", "cron(0 18 ? * MON-FRI *)"},
	{"cron(0 18 ? * WED)", "", "0 18 ? * WED", "year, is missing", "cron(0 18 ? * WED *)"},
	{"cron(0 18 L * *)", "", "0 18 L * *", "year, is missing", "cron(0 18 L * ? *)"},
	{"cron(0 18 * * 6L)", "", "0 18 * * 6L", "year, is missing", "cron(0 18 ? * 6L *)"},
	{"0 0 12 * * ? *", "", "0 0 12 * * ? *", "seven fields are Quartz", "cron(0 12 * * ? *)"},
	{"cron(*/10 0 12 * * ? *)", "", "*/10 0 12 * * ? *", "*/10 cannot be kept", "cron(0 12 * * ? *)"},
	{"0 0 12 ? * MON-FRI", "", "0 0 12 ? * MON-FRI", "Quartz", "cron(0 12 ? * MON-FRI *)"},
	{"cron(0 12 * * MON ?)", "year", "?", `"?" is for`, "cron(0 12 ? * MON *)"},
	{"0 0 1 * * *", "", "0 0 1 * * *", "if it begins with seconds it is cron(0 1 * * ? *)", "cron(0 0 1 * ? *)"},
	{"cron(0 8 * * ? * *)", "", "0 8 * * ? * *", "seven fields, and EventBridge has six", "cron(0 8 * * ? *)"},
	{"0 8 ? * MON-FRI * *", "", "0 8 ? * MON-FRI * *", "EventBridge has six", "cron(0 8 ? * MON-FRI *)"},
	{"cron(0 8 L * ? * 2027)", "", "0 8 L * ? * 2027", "EventBridge has six", "cron(0 8 L * ? 2027)"},
	{"cron(0 8 * * * * *)", "", "0 8 * * * * *", "if it begins with minutes it is cron(0 8 * * ? *)", "cron(8 * * * ? *)"},
	{"cron(0 8 * * ? 2026 2027)", "", "0 8 * * ? 2026 2027", "EventBridge has six", ""},
	{"cron(0 0 8 ? * MON *)", "", "0 0 8 ? * MON *", "seven fields are Quartz", "cron(0 8 ? * MON *)"},
	{"cron(0 0 8 L * ? 2027)", "", "0 0 8 L * ? 2027", "seven fields are Quartz", "cron(0 8 L * ? 2027)"},
	{"cron(8 * * ? *)", "", "8 * * ? *", "minutes, is missing", "cron(0 8 * * ? *)"},
	{"cron(8 ? * MON *)", "", "8 ? * MON *", "minutes, is missing", "cron(0 8 ? * MON *)"},
	{"@daily", "", "@daily", "no @daily", "cron(0 0 * * ? *)"},
	{"@Hourly", "", "@Hourly", "no @Hourly", "cron(0 * * * ? *)"},
	{"@weekly", "", "@weekly", "no @weekly", "cron(0 0 ? * 1 *)"},
	{"@every 90m", "", "@every 90m", "no @every", "rate(90 minutes)"},
	{"@every 10s", "", "@every 10s", "no @every", ""},
	{"@reboot", "", "@reboot", "no @reboot", ""},

	// The two day fields.
	{"cron(0 10 * * * *)", "day-of-week", "* * *", `both "*"`, "cron(0 10 * * ? *)"},
	{"cron(0 10 ? * ? *)", "day-of-week", "? * ?", `both "?"`, "cron(0 10 * * ? *)"},
	{"cron(0 10 1 * MON *)", "day-of-week", "1 * MON", "cron(0 10 ? * MON *)", "cron(0 10 1 * ? *)"},
	{"cron(0 10 1 * * *)", "day-of-week", "1 * *", `must be "?"`, "cron(0 10 1 * ? *)"},
	{"cron(0 10 * * MON *)", "day-of-month", "* * MON", `must be "?"`, "cron(0 10 ? * MON *)"},

	// What stands in another field.
	{"cron(0 8 ? MON-FRI * *)", "month", "MON-FRI", "weekdays stand in day-of-week", "cron(0 8 ? * MON-FRI *)"},
	{"cron(0 8 * mon ? *)", "month", "mon", "weekdays stand in day-of-week", "cron(0 8 ? * mon *)"},
	{"cron(0 8 ? MON JAN *)", "month", "MON", "weekdays stand in day-of-week", "cron(0 8 ? JAN MON *)"},
	{"cron(0 8 ? MON#1 1-6 *)", "month", "MON#1", "weekdays stand in day-of-week", "cron(0 8 ? 1-6 MON#1 *)"},
	{"cron(0 8 15 MON ? *)", "month", "MON", "both day fields would be set", ""},
	{"cron(0 8 * * JAN *)", "day-of-week", "JAN", "months stand in month", "cron(0 8 * JAN ? *)"},
	{"cron(0 8 JAN 15 ? *)", "day-of-month", "JAN", "months stand in month", "cron(0 8 15 JAN ? *)"},
	{"cron(0 8 ? * 15 *)", "day-of-week", "15", "days of the month stand in day-of-month", "cron(0 8 15 * ? *)"},
	{"cron(0 8 * * 1,15 *)", "day-of-week", "1,15", "days of the month stand in day-of-month", "cron(0 8 1,15 * ? *)"},
	{"cron(0 8 * 15 ? *)", "month", "15", "days of the month stand in day-of-month", "cron(0 8 15 * ? *)"},
	{"cron(0 8 ? * MON,15 *)", "day-of-week", "15", "out of range 1-7 or SUN-SAT", ""},
	{"cron(0 8 6L 3 ? *)", "day-of-month", "6L", "stand in day-of-week", "cron(0 8 ? 3 6L *)"},
	{"cron(0 8 6L * MON *)", "day-of-month", "6L", "takes one of the day fields", ""},
	{"cron(0 8 15L * ? *)", "day-of-month", "15L", `"L" alone`, "cron(0 8 L * ? *)"},
	{"cron(0 8 ? * L-SUN *)", "day-of-week", "L-SUN", "not documented", ""},
	{"cron(0 8 MON * 15 *)", "day-of-month", "MON", "takes one of the day fields", ""},

	// Weekdays.
	{"cron(0 10 ? * 0 *)", "day-of-week", "0", "SUN = 1", "cron(0 10 ? * 1 *)"},
	{"cron(0 10 ? * 0-4 *)", "day-of-week", "0", "SUN = 1", "cron(0 10 ? * 1-5 *)"},
	{"cron(0 10 ? * 0,6 *)", "day-of-week", "0", "SUN = 1", "cron(0 10 ? * 1,7 *)"},
	{"cron(0 10 ? * 8 *)", "day-of-week", "8", "out of range 1-7 or SUN-SAT", "cron(0 10 ? * 7 *)"},
	{"cron(0 10 ? * MONDAY *)", "day-of-week", "MONDAY", `"MONDAY" is MON`, "cron(0 10 ? * MON *)"},
	{"cron(0 10 ? * tues,Thurs *)", "day-of-week", "tues", "TUE", "cron(0 10 ? * TUE,THU *)"},
	{"cron(0 10 ? SEPTEMBER MON *)", "month", "SEPTEMBER", "SEP", "cron(0 10 ? SEP MON *)"},
	{"cron(0 10 ? * FOO *)", "day-of-week", "FOO", `"FOO" is not one of 1-7 or SUN-SAT`, ""},
	{"cron(0 10 MON * ? *)", "day-of-month", "MON", "stand in day-of-week", "cron(0 10 ? * MON *)"},
	{"cron(0 10 2#1 * ? *)", "day-of-month", "2#1", "stand in day-of-week", "cron(0 10 ? * 2#1 *)"},

	// Numbers.
	{"cron(60 10 * * ? *)", "minutes", "60", "out of range 0-59", "cron(0 10 * * ? *)"},
	{"cron(1-60 * * * ? *)", "minutes", "60", "out of range 0-59", "cron(1-59 * * * ? *)"},
	{"cron(0 8-24 * * ? *)", "hours", "24", "out of range 0-23", "cron(0 8-23 * * ? *)"},
	{"cron(0 24 * * ? *)", "hours", "24", "out of range 0-23", "cron(0 0 * * ? *)"},
	{"cron(0 0 0 * ? *)", "day-of-month", "0", "out of range 1-31", "cron(0 0 1 * ? *)"},
	{"cron(0 0 32 * ? *)", "day-of-month", "32", "out of range 1-31", "cron(0 0 31 * ? *)"},
	{"cron(0 0 1 13 ? *)", "month", "13", "out of range 1-12 or JAN-DEC", "cron(0 0 1 12 ? *)"},
	{"cron(0 0 1 1 ? 1969)", "year", "1969", "out of range 1970-2199", "cron(0 0 1 1 ? 1970)"},
	{"cron(99 77 * * ? *)", "minutes", "99", "out of range", "cron(59 23 * * ? *)"},
	{"cron(99999999999 0 * * ? *)", "minutes", "99999999999", "not one of 0-59", ""},
	{"cron(-5 0 * * ? *)", "minutes", "-5", "negative", "cron(5 0 * * ? *)"},
	{"cron(5- 0 * * ? *)", "minutes", "5-", "no end", "cron(5 0 * * ? *)"},
	{"cron(1,,2 0 * * ? *)", "minutes", "1,,2", "missing beside a comma", "cron(1,2 0 * * ? *)"},
	{"cron(, 0 * * ? *)", "minutes", ",", "missing beside a comma", ""},
	{"cron(*,5 0 * * ? *)", "minutes", "*,5", "stands alone", "cron(* 0 * * ? *)"},
	{"cron(0 10 * * ? 2030-2025)", "year", "2030-2025", "backwards", "cron(0 10 * * ? 2025-2030)"},
	{"cron(0 ? * * ? *)", "hours", "?", `"?" is for`, "cron(0 * * * ? *)"},

	{"cron(? 8 * * ? *)", "minutes", "?", `"?" is for`, "cron(0 8 * * ? *)"},

	// Increments.
	{"cron(0/0 10 * * ? *)", "minutes", "0/0", "the increment is 0", "cron(0 10 * * ? *)"},
	{"cron(*/0 10 * * ? *)", "minutes", "*/0", "the increment is 0", "cron(* 10 * * ? *)"},
	{"cron(*/60 * * * ? *)", "minutes", "*/60", "larger than 59", "cron(0 * * * ? *)"},
	{"cron(0 8-18/24 * * ? *)", "hours", "8-18/24", "larger than 23", "cron(0 8 * * ? *)"},
	{"cron(/15 * * * ? *)", "minutes", "/15", "a start is missing", "cron(*/15 * * * ? *)"},
	{"cron(0/ * * * ? *)", "minutes", "0/", "a number is missing", "cron(0 * * * ? *)"},
	{"cron(0/x * * * ? *)", "minutes", "x", "not a number", ""},

	// L, W and #.
	{"cron(0 L * * ? *)", "hours", "L", "the last value is 23", "cron(0 23 * * ? *)"},
	{"cron(0 0 15L * ? *)", "day-of-month", "15L", `"L" alone`, "cron(0 0 L * ? *)"},
	{"cron(0 0 1,L * ? *)", "day-of-month", "1,L", "the only entry", "cron(0 0 L * ? *)"},
	{"cron(0 0 L-31 * ? *)", "day-of-month: the offset from the last day", "31", "out of range 0-30", "cron(0 0 L-30 * ? *)"},
	{"cron(0 0 L- * ? *)", "day-of-month", "L-", `"L" alone`, "cron(0 0 L * ? *)"},
	{"cron(0 0 15,L-2 * ? *)", "day-of-month", "15,L-2", "the only entry", "cron(0 0 L-2 * ? *)"},
	{"cron(0 0 L-1W * ? *)", "day-of-month", "L-1W", "LW is the last Monday to Friday, L-1 the day itself", "cron(0 0 LW * ? *)"},
	{"cron(0 0 ? * MON-FRIL *)", "day-of-week", "MON-FRIL", "single weekday", "cron(0 0 ? * FRIL *)"},
	{"cron(0 0 ? * LFRI *)", "day-of-week", "LFRI", `before "L"`, "cron(0 0 ? * FRIL *)"},
	{"cron(0 0 ? * L-2 *)", "day-of-week", "L-2", "stand in day-of-month", "cron(0 0 L-2 * ? *)"},
	{"cron(0 0 W * ? *)", "day-of-month", "W", "needs a day", "cron(0 0 ? * MON-FRI *)"},
	{"cron(0 0 W15 * ? *)", "day-of-month", "W15", `before "W"`, "cron(0 0 15W * ? *)"},
	{"cron(0 0 WL * ? *)", "day-of-month", "WL", "LW", "cron(0 0 LW * ? *)"},
	{"cron(0 0 1-5W * ? *)", "day-of-month", "1-5W", "single day", "cron(0 0 1W * ? *)"},
	{"cron(0 0 1W,15W * ? *)", "day-of-month", "1W,15W", "single day", "cron(0 0 1W * ? *)"},
	{"cron(0 0 40W * ? *)", "day-of-month", "40", "out of range", "cron(0 0 31W * ? *)"},
	{"cron(0 0 ? * 5W *)", "day-of-week", "5W", "day-of-month only", "cron(0 0 5W * ? *)"},
	{"cron(0 0 ? * W *)", "day-of-week", "W", "MON-FRI", "cron(0 0 ? * MON-FRI *)"},
	{"cron(0 0 ? * 6#6 *)", "day-of-week", "6#6", "1-5, not 6", "cron(0 0 ? * 6L *)"},
	{"cron(0 0 ? * 6#0 *)", "day-of-week", "0", "1-5, not 0", "cron(0 0 ? * 6#1 *)"},
	{"cron(0 0 ? * 6# *)", "day-of-week", "6#", "1-5 is missing", "cron(0 0 ? * 6#1 *)"},
	{"cron(0 0 ? * #2 *)", "day-of-week", "#2", "weekday is missing", ""},
	{"cron(0 0 ? * 3#1,6#3 *)", "day-of-week", "3#1,6#3", "the only entry", "cron(0 0 ? * 3#1 *)"},
	{"cron(0 0 ? * 3#1#2 *)", "day-of-week", "3#1#2", "the only entry", "cron(0 0 ? * 3#1 *)"},
	{"cron(0 0 ? * MON-FRI#1 *)", "day-of-week", "MON-FRI", "single weekday", "cron(0 0 ? * MON#1 *)"},
	{"cron(0 0 ? * 0#1 *)", "day-of-week", "0", "SUN = 1", "cron(0 0 ? * 1#1 *)"},
	{"cron(0 0 ? * APRIL *)", "day-of-week", "APRIL", `"APRIL" is not one of 1-7`, ""},
	{"cron(0 0 ? * FRIDAYL *)", "day-of-week", "FRIDAY", "FRI", "cron(0 0 ? * FRIL *)"},
	{"cron(0 0 ? * MON,3#1 *)", "day-of-week", "MON,3#1", "the only entry", "cron(0 0 ? * 3#1 *)"},
	{"cron(0 9W * * ? *)", "hours", "9W", "day-of-month only", ""},
	{"cron(0 6#3 * * ? *)", "hours", "6#3", "day-of-week only", ""},

	// Around the fields.
	{"0 10 * * ? *", "", "0 10 * * ? *", "cron(…) is missing", "cron(0 10 * * ? *)"},
	{"cron 0 10 * * ? *", "", "cron 0 10 * * ? *", "parentheses are missing", "cron(0 10 * * ? *)"},
	{"cron(0 10 * * ? *", "", "", `closing ")"`, "cron(0 10 * * ? *)"},
	{"cron(0 10 * * ? *) America/New York", "", " America/New York", "schedule_timezone: America/New_York for a job", "cron(0 10 * * ? *)"},
	{"cron(0 10 * * ? *) +09:00", "", " +09:00", "schedule_timezone: Etc/GMT-9 for a job", "cron(0 10 * * ? *)"},
	{"cron(0 10 * * ? * UTC-3)", "", "UTC-3", "schedule_timezone: Etc/GMT+3 for a job", "cron(0 10 * * ? *)"},
	{"cron(0 10 * * ? *) UTC", "", " UTC", `after the closing ")"`, "cron(0 10 * * ? *)"},
	{"cron(0 8 * * ? *) Europe/Berlin", "", " Europe/Berlin", "schedule_timezone: Europe/Berlin for a job", "cron(0 8 * * ? *)"},
	{"cron(0 8 * * ? *)UTC", "", "UTC", "schedule_timezone: UTC", "cron(0 8 * * ? *)"},
	{"cron(0 8 * * ? *) (Asia/Soul)", "", " (Asia/Soul)", "schedule_timezone: Asia/Seoul", "cron(0 8 * * ? *)"},
	{"cron(0 8 * * ? * Europe/Berlin)", "", "Europe/Berlin", "schedule_timezone: Europe/Berlin", "cron(0 8 * * ? *)"},
	{"0 8 * * MON-FRI europe/berlin", "", "europe/berlin", "schedule_timezone: Europe/Berlin", "cron(0 8 ? * MON-FRI *)"},
	{"0 8 * * ? * KST", "", "KST", "schedule_timezone: Asia/Seoul", "cron(0 8 * * ? *)"},
	{"CRON_TZ=America/New_York 0 8 * * *", "", "CRON_TZ=America/New_York", "schedule_timezone: America/New_York", "cron(0 8 * * ? *)"},
	{"TZ=UTC cron(0 8 * * ? *)", "", "TZ=UTC", "schedule_timezone: UTC", "cron(0 8 * * ? *)"},
	{"cron(CRON_TZ=Europe/Berlin 0 8 * * ? *)", "", "CRON_TZ=Europe/Berlin", "--timezone Europe/Berlin for tally next", "cron(0 8 * * ? *)"},
	{"Cron(0 10 * * ? *)", "", "Cron", "must be cron(", "cron(0 10 * * ? *)"},
	{"crontab(0 10 * * *)", "", "crontab", "must begin with", "cron(0 10 * * ? *)"},
	{"schedule(banana)", "", "schedule", "must begin with", ""},
	{" cron(0 10 * * ? *)", "", " cron(0 10 * * ? *)", "blanks around", "cron(0 10 * * ? *)"},
	{"cron( 0 10 * * ? * )", "", " 0 10 * * ? * ", "blanks beside", "cron(0 10 * * ? *)"},
	{"cron(0 10 * *)", "", "0 10 * *", "4 fields", ""},
	{"cron()", "", "", "0 fields", ""},
	{"cron(0/5, 9-18, ?, *, MON-FRI, *)", "minutes", "0/5,", "comma", "cron(0/5 9-18 ? * MON-FRI *)"},
	{"cron(0 10 ? * MON–FRI *)", "", "–", "does not take", "cron(0 10 ? * MON-FRI *)"},
	{"cron(0\u00a010 * * ? *)", "", "\u00a0", "does not take", "cron(0 10 * * ? *)"},
	{"ｃｒｏｎ（０ 10 * * ? *)", "", "ｃ", "does not take", "cron(0 10 * * ? *)"},
	{"cron(0 10 * *\n? *)", "", "\n", "does not take", "cron(0 10 * * ? *)"},
	{"cron(0 10 * * ? *\xff)", "", "\xff", "does not take", "cron(0 10 * * ? *)"},
	{"0 0 0 0 \xff\xff\xffL", "", "\xff", "does not take", "cron(0 0 1 1 ? *)"},
	{"banana", "", "banana", "no schedule", ""},
	{"", "", "", "empty", ""},

	// rate(…) and at(…).
	{"rate(1 minutes)", "unit", "minutes", `1 takes "minute"`, "rate(1 minute)"},
	{"rate(5 minute)", "unit", "minute", `5 takes "minutes"`, "rate(5 minutes)"},
	{"rate(0 minutes)", "value", "0 minutes", "least is 1", "rate(1 minute)"},
	{"rate(-10 minutes)", "value", "-10", "whole number", "rate(10 minutes)"},
	{"rate(1.5 hours)", "value", "1.5", "whole number", "rate(90 minutes)"},
	{"rate(10 seconds)", "unit", "seconds", "not minutes, hours or days", "rate(1 minute)"},
	{"rate(2 weeks)", "unit", "weeks", "not minutes, hours or days", "rate(14 days)"},
	{"rate(10 years)", "unit", "years", "not minutes, hours or days", ""},
	{"rate(10 MINUTES)", "unit", "MINUTES", `"minutes"`, "rate(10 minutes)"},
	{"rate(10)", "unit", "10", "unit is missing", "rate(10 minutes)"},
	{"rate(5minutes)", "", "5minutes", "a blank is missing", "rate(5 minutes)"},
	{"rate()", "", "", "a value and a unit", ""},
	{"rate(999999999 days)", "value", "999999999", "100 years", ""},
	{"5 minutes", "", "5 minutes", "rate(…) is missing", "rate(5 minutes)"},
	{"at(2022-11-20T13:00:00Z)", "date", "2022-11-20T13:00:00Z", "no zone or offset (Z)", "at(2022-11-20T13:00:00)"},
	{"at(2022-11-20T13:00:00+09:00)", "date", "2022-11-20T13:00:00+09:00", "(+09:00)", "at(2022-11-20T13:00:00)"},
	{"at(2022-11-20)", "date", "2022-11-20", "time is missing", "at(2022-11-20T00:00:00)"},
	{"at(2022-11-20 13:00)", "date", "2022-11-20 13:00", "yyyy-mm-ddThh:mm:ss", "at(2022-11-20T13:00:00)"},
	{"at(2022-11-20T13:00:00.5)", "date", "2022-11-20T13:00:00.5", "yyyy-mm-ddThh:mm:ss", "at(2022-11-20T13:00:00)"},
	{"at(2022-2-30T13:00:00)", "date", "2022-2-30T13:00:00", "28 days", "at(2022-02-28T13:00:00)"},
	{"at(2022-13-01T13:00:00)", "date", "2022-13-01T13:00:00", "yyyy-mm-ddThh:mm:ss", ""},
	{"at(tomorrow)", "date", "tomorrow", "yyyy-mm-ddThh:mm:ss", ""},
	{"2022-11-20T13:00:00", "", "2022-11-20T13:00:00", "at(…) is missing", "at(2022-11-20T13:00:00)"},
}

func TestMistakes(t *testing.T) {
	for _, m := range mistakes {
		_, err := cron.Parse(m.expr, cron.Scheduler)
		if err == nil {
			t.Errorf("Parse(%q) has no error", m.expr)
			continue
		}
		e := checkError(t, m.expr, cron.Scheduler, err)
		if e.Field != m.field || e.Suggestion != m.suggestion || !strings.Contains(e.Message, m.says) {
			t.Errorf("Parse(%q): field %q, suggestion %q: %s\nwant   field %q, suggestion %q: …%s…",
				m.expr, e.Field, e.Suggestion, e.Message, m.field, m.suggestion, m.says)
		}
		if wrong := m.expr[e.Offset : e.Offset+e.Length]; wrong != m.wrong {
			t.Errorf("Parse(%q): marks %q, want %q", m.expr, wrong, m.wrong)
		}
	}
}

func TestAtInRule(t *testing.T) {
	const expr = "at(2022-11-20T13:05:30)"
	_, err := cron.Parse(expr, cron.Rule)
	e := checkError(t, expr, cron.Rule, err)
	if e.Suggestion != "cron(5 13 20 11 ? 2022)" || !strings.Contains(e.Message, "EventBridge Scheduler") {
		t.Errorf("Parse(%q, rule): %v", expr, e)
	}
}

func TestErrorText(t *testing.T) {
	_, err := cron.Parse("rate(1 minutes)", cron.Rule)
	if want := `unit: 1 takes "minute", not "minutes"; write "rate(1 minute)"`; err.Error() != want {
		t.Errorf("%s, want %s", err, want)
	}
	_, err = cron.Parse("banana", cron.Rule)
	if strings.Contains(err.Error(), "write") {
		t.Errorf("%s: nothing to write", err)
	}
}

func TestLength(t *testing.T) {
	long := "cron(" + strings.Repeat("0,", 130) + "0 10 * * ? *)"
	_, err := cron.Parse(long, cron.Rule)
	if e := checkError(t, long, cron.Rule, err); e.Offset != 256 || e.Length != len(long)-256 {
		t.Errorf("offset %d, length %d of %d", e.Offset, e.Length, len(long))
	}
	// Years that only increments can say in 256 characters are left as written.
	s := mustParse(t, "cron(0 0 ? JAN MON 1970/6,1971/9)")
	if want := "cron(0 0 ? 1 2 1970/6,1971/9)"; s.Canonical() != want {
		t.Errorf("canonical %s, want %s", s.Canonical(), want)
	}
	checkCanonical(t, s)
	// What is too long even so is refused.
	odd := "cron(19-6/3,57-55/3,49-28/3 0-19/3,9-12/2,5-4/3,2-22/4 8-9/3,19-8/2,1-16/3 10-3/3,9-5/4,9-1/3 ? 1970/2"
	for year := 1973; len(odd) < 240; year += 3 {
		odd += "," + strconv.Itoa(year)
	}
	odd += ")"
	_, err = cron.Parse(odd, cron.Rule)
	if e := checkError(t, odd, cron.Rule, err); !strings.Contains(e.Message, "AWS takes 256") {
		t.Error(e)
	}
}

// checkError holds what is true of every error: its type, that it marks a part
// of the input, and that its suggestion parses in the same dialect.
func checkError(t *testing.T, expr string, d cron.Dialect, err error) *cron.Error {
	t.Helper()
	var e *cron.Error
	if !errors.As(err, &e) {
		t.Fatalf("%q: %v is not an *Error", expr, err)
	}
	if e.Offset < 0 || e.Length < 0 || e.Offset+e.Length > len(expr) {
		t.Fatalf("%q: %d+%d is outside", expr, e.Offset, e.Length)
	}
	if e.Message == "" {
		t.Errorf("%q: no message", expr)
	}
	if e.Suggestion != "" {
		if _, err := cron.Parse(e.Suggestion, d); err != nil {
			t.Errorf("%q: suggestion %q: %v", expr, e.Suggestion, err)
		}
	}
	return e
}
