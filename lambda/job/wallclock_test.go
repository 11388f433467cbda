package job_test

import (
	"testing"
	"time"

	"tally/lambda/job"
)

func TestWallClock(t *testing.T) {
	for _, test := range []struct {
		span            job.Span
		zone, at, shown string
	}{
		{job.PreviousHour, "America/New_York", "2024-11-03T04:00:00Z", "00:00"},
		{job.PreviousHour, "America/New_York", "2024-11-03T05:00:00Z", "01:00"}, // before 01:00 comes again
		{job.PreviousHour, "America/New_York", "2024-11-03T05:30:00Z", "01:00"}, // a bound of another zone's hours
		{job.PreviousHour, "America/New_York", "2024-11-03T06:30:00Z", "01:30"},
		{job.DayToDate, "America/New_York", "2024-11-03T05:30:00Z", "01:30"},
		{job.DayToDate, "America/New_York", "2024-11-03T06:30:00Z", "01:30"},
		{job.PreviousHour, "Antarctica/Troll", "2024-10-27T00:00:00Z", "01:00"}, // the clock shows 02:00, and 01:00 an hour later
		{job.PreviousHour, "America/New_York", "2024-03-10T07:00:00Z", "03:00"},
		{job.PreviousHour, "UTC", "2024-11-03T05:00:00Z", "05:00"},
	} {
		window := job.Window{Span: test.span, ColumnZone: loadZone(t, test.zone)}
		if got := window.WallClock(parseTime(t, test.at)).Format("15:04"); got != test.shown {
			t.Errorf("%s, %s in %s: got %s, want %s", test.span, test.at, test.zone, got, test.shown)
		}
	}
}

func TestPass(t *testing.T) {
	for _, test := range []struct {
		shown, zone, key string
		want             string // empty where the folder does not decide
	}{
		{"2024-11-03T01:15:00Z", "America/New_York", "x/2024/11/03/05/a", "2024-11-03T05:15:00Z"},
		{"2024-11-03T01:15:00Z", "America/New_York", "x/2024/11/03/06/a", "2024-11-03T06:15:00Z"},
		{"2024-11-03T01:15:00Z", "America/New_York", "x/2024/11/03/07/a", ""}, // it came late
		{"2024-11-03T00:59:59Z", "America/New_York", "x/2024/11/03/05/a", ""}, // it comes once
		{"2024-11-03T02:00:00Z", "America/New_York", "x/2024/11/03/06/a", ""},
		{"2024-03-10T02:30:00Z", "America/New_York", "x/2024/03/10/06/a", "2024-03-10T06:30:00Z"}, // it is skipped
		{"2024-03-10T02:30:00Z", "America/New_York", "x/2024/03/10/07/a", "2024-03-10T07:30:00Z"},
		{"2024-04-07T01:45:00Z", "Australia/Lord_Howe", "x/2024/04/06/14/a", "2024-04-06T14:45:00Z"},
		{"2024-04-07T01:45:00Z", "Australia/Lord_Howe", "x/2024/04/06/15/a", "2024-04-06T15:15:00Z"},
		{"2024-07-01T01:15:00Z", "America/New_York", "x/2024/07/01/05/a", ""},
	} {
		source := job.Source{Prefix: "x/{yyyy}/{MM}/{dd}/{HH}/", PrefixZone: time.UTC}
		got, known := source.Pass(parseTime(t, test.shown), loadZone(t, test.zone), test.key)
		if known != (test.want != "") || known && !got.Equal(parseTime(t, test.want)) {
			t.Errorf("%s of %s in %s: got %s, %t; want %s", test.shown, test.zone, test.key, got, known, test.want)
		}
		source.Prefix = "x/"
		if got, known := source.Pass(parseTime(t, test.shown), loadZone(t, test.zone), test.key); known {
			t.Errorf("%s without folders: got %s", test.shown, got)
		}
	}
}
