package cron

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestLoadZone(t *testing.T) {
	for _, name := range []string{"UTC", "Asia/Seoul", "America/Argentina/Buenos_Aires", "Etc/GMT-9"} {
		loc, err := LoadZone(name)
		if err != nil || loc.String() != name {
			t.Errorf("LoadZone(%q) = %v, %v", name, loc, err)
		}
	}
}

func TestUnknownZone(t *testing.T) {
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
		loc, err := LoadZone(tt.name)
		var e *Error
		if loc != nil || !errors.As(err, &e) {
			t.Errorf("LoadZone(%.40q) = %v, %v; want an *Error", tt.name, loc, err)
			continue
		}
		if tt.suggestion != "" && e.Suggestion != tt.suggestion {
			t.Errorf("LoadZone(%q): suggestion %q, want %q", tt.name, e.Suggestion, tt.suggestion)
		}
		if _, err := LoadZone(e.Suggestion); err != nil {
			t.Errorf("LoadZone(%.40q): its suggestion: %v", tt.name, err)
		}
		if e.Field != "timezone" || e.Offset != 0 || e.Length != len(tt.name) {
			t.Errorf("LoadZone(%.40q): field %q, offset %d, length %d", tt.name, e.Field, e.Offset, e.Length)
		}
	}
}

// TestHintsLoad holds the table of abbreviations against the database.
func TestHintsLoad(t *testing.T) {
	for short, zone := range unofficial() {
		if _, err := LoadZone(zone); err != nil {
			t.Errorf("%s: %v", short, err)
		}
		if _, err := LoadZone(strings.ToUpper(short)); err == nil {
			t.Errorf("%s is a time zone itself, so its entry is never read", short)
		}
	}
}

// TestPeriods holds what the search for occurrences takes for granted of all
// time zones: clocks do not jump twice within the length of a jump, and no
// clock is further from UTC than farthest.
func TestPeriods(t *testing.T) {
	t.Parallel()
	for _, name := range zoneNames() {
		loc, err := LoadZone(name)
		if err != nil {
			t.Fatal(err)
		}
		p := periodAt(earliest, loc)
		for p.end < latest {
			next := periodAt(p.end, loc)
			jump := max(next.offset-p.offset, p.offset-next.offset)
			if next.start > p.end || next.end <= p.end {
				t.Fatalf("%s: the period at %d is %+v", name, p.end, next)
			}
			if next.end <= p.end+jump || p.start >= p.end-jump && jump > 0 {
				t.Errorf("%s: at %s clocks jump %d s, and again too soon", name, time.Unix(p.end, 0).UTC(), jump)
			}
			if next.offset >= farthest || -next.offset >= farthest {
				t.Errorf("%s: %d s from UTC", name, next.offset)
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
	for _, name := range zoneNames() {
		loc, err := LoadZone(name)
		if err != nil {
			t.Fatal(err)
		}
		var p period
		for unix := time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC).Unix(); unix < until; unix += secondsPerDay / 2 {
			if unix >= p.end {
				p = periodAt(unix, loc)
			}
			if _, offset := time.Unix(unix, 0).In(loc).Zone(); int64(offset) != p.offset {
				t.Fatalf("%s: at %s the offset is %d, the period says %d", name, time.Unix(unix, 0).UTC(), offset, p.offset)
			}
		}
	}
}
