package timezone

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestLoad(t *testing.T) {
	for _, name := range []string{"UTC", "Asia/Seoul", "America/Argentina/Buenos_Aires", "Etc/GMT-9"} {
		loc, err := Load(name)
		if err != nil || loc.String() != name {
			t.Errorf("Load(%q) = %v, %v", name, loc, err)
		}
	}
}

func TestUnknown(t *testing.T) {
	tests := []struct{ name, suggestion string }{
		{"", "UTC"},
		{" ", "UTC"},
		{"Local", "UTC"},
		{"local", "UTC"},
		{"asia/seoul", "Asia/Seoul"},
		{"ASIA/SEOUL", "Asia/Seoul"},
		{"utc", "UTC"},
		{"Asia/Soul", "Asia/Seoul"},
		{"Asia/Seoul ", "Asia/Seoul"},
		{"Seoul", "Asia/Seoul"},
		{"America/New York", "America/New_York"},
		{"New York", "America/New_York"},
		{"US/New_York", "America/New_York"},
		{"Europe/Pariss", "Europe/Paris"},
		{"America/Buenos_Aires_", "America/Buenos_Aires"},
		{"KST", "Asia/Seoul"},
		{"Asia/Mumbai", "Asia/Kolkata"},
		{"Europe/Frankfurt", "Europe/Berlin"},
		{"San Francisco", "America/Los_Angeles"},
		{"Asia/Nowhere", "UTC"},
		{"jst", "Asia/Tokyo"},
		{"PDT", "America/Los_Angeles"},
		{"Z", "UTC"},
		{"UTC+9", "Etc/GMT-9"},
		{"+09:00", "Etc/GMT-9"},
		{"GMT-3", "Etc/GMT+3"},
		{"UTC+0", "UTC"},
		{"UTC+99", ""},
		{"posix/Europe/Paris", "Europe/Paris"}, // some machines have it, EventBridge has not
		{"Factory", ""},
		{"../../etc/passwd", ""},
		{strings.Repeat("x", 5000), ""},
	}
	for _, tt := range tests {
		loc, err := Load(tt.name)
		var e *Error
		if loc != nil || !errors.As(err, &e) {
			t.Errorf("Load(%.40q) = %v, %v; want an *Error", tt.name, loc, err)
			continue
		}
		if tt.suggestion != "" && e.Suggestion != tt.suggestion {
			t.Errorf("Load(%q): suggestion %q, want %q", tt.name, e.Suggestion, tt.suggestion)
		}
		if _, err := Load(e.Suggestion); err != nil {
			t.Errorf("Load(%.40q): its suggestion: %v", tt.name, err)
		}
		if e.Name != tt.name {
			t.Errorf("Load(%.40q): its error is about %q", tt.name, e.Name)
		}
	}
}

// TestHintsLoad holds the table of abbreviations against the database.
func TestHintsLoad(t *testing.T) {
	for short, zone := range unofficial() {
		if _, err := Load(zone); err != nil {
			t.Errorf("%s: %v", short, err)
		}
		if _, err := Load(strings.ToUpper(short)); err == nil {
			t.Errorf("%s is a time zone itself, so its entry is never read", short)
		}
	}
}

// TestPeriods holds what package cron takes for granted of all time zones: clocks do not
// jump twice within the length of a jump, and none is further from UTC than 26 hours.
func TestPeriods(t *testing.T) {
	t.Parallel()
	// No clock is further from UTC, in seconds.
	const farthest = 26 * 60 * 60
	year := func(n int) int64 { return time.Date(n, 1, 1, 0, 0, 0, 0, time.UTC).Unix() }
	for _, name := range names() {
		loc, err := Load(name)
		if err != nil {
			t.Fatal(err)
		}
		p := PeriodAt(year(0), loc)
		for p.End < year(10_000) {
			next := PeriodAt(p.End, loc)
			jump := max(next.Offset-p.Offset, p.Offset-next.Offset)
			if next.Start > p.End || next.End <= p.End {
				t.Fatalf("%s: the period at %d is %+v", name, p.End, next)
			}
			if next.End <= p.End+jump || p.Start >= p.End-jump && jump > 0 {
				t.Errorf("%s: at %s clocks jump %d s, and again too soon", name, time.Unix(p.End, 0).UTC(), jump)
			}
			if next.Offset >= farthest || -next.Offset >= farthest {
				t.Errorf("%s: %d s from UTC", name, next.Offset)
			}
			p = next
		}
	}
}

// TestPeriodsKeepTheirOffset looks at every half day of years before and after
// the end of the database's tables, two of them leap years.
func TestPeriodsKeepTheirOffset(t *testing.T) {
	t.Parallel()
	until := time.Date(2045, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	for _, name := range names() {
		loc, err := Load(name)
		if err != nil {
			t.Fatal(err)
		}
		var p Period
		for unix := time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC).Unix(); unix < until; unix += 12 * 60 * 60 {
			if unix >= p.End {
				p = PeriodAt(unix, loc)
			}
			if _, offset := time.Unix(unix, 0).In(loc).Zone(); int64(offset) != p.Offset {
				t.Fatalf("%s: at %s the offset is %d, the period says %d", name, time.Unix(unix, 0).UTC(), offset, p.Offset)
			}
		}
	}
}

func TestChanges(t *testing.T) {
	from, until := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2035, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, name := range []string{"UTC", "Asia/Seoul", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Almaty"} {
		loc, err := Load(name)
		if err != nil {
			t.Fatal(err)
		}
		offset := func(t time.Time) int { _, offset := t.In(loc).Zone(); return offset }
		hours := []time.Time{} // in which clocks change
		for hour := from; hour.Before(until); hour = hour.Add(time.Hour) {
			if offset(hour) != offset(hour.Add(time.Hour)) {
				hours = append(hours, hour)
			}
		}
		for before, after := range Changes(loc, from.Unix(), until.Unix()) {
			at := time.Unix(after.Start, 0)
			if offset(at.Add(-time.Second)) != int(before.Offset) || offset(at) != int(after.Offset) || before.Offset == after.Offset {
				t.Errorf("%s: at %s clocks do not change from %d to %d", name, at, before.Offset, after.Offset)
			}
			if len(hours) == 0 || !at.After(hours[0]) || at.After(hours[0].Add(time.Hour)) {
				t.Fatalf("%s: a change at %s, the next ones are in the hours from %s", name, at, hours)
			}
			hours = hours[1:]
		}
		if len(hours) > 0 {
			t.Errorf("%s: no change in the hours from %s", name, hours)
		}
	}
}
