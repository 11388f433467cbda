package cron_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"tally/lambda/cron"
	"tally/lambda/internal/upcoming"
	"tally/lambda/timezone"
)

// dstZones have every kind of change that daylight saving time comes in, with
// years in which their clocks change.
var dstZones = []struct {
	name     string
	from, to int
}{
	{"America/New_York", 2026, 2026},
	{"America/Los_Angeles", 2022, 2022}, // AWS's own example, 02:30
	{"Europe/London", 2025, 2025},
	{"Europe/Berlin", 2040, 2040},       // beyond the database's table
	{"Europe/Dublin", 2024, 2024},       // winter time is the exception
	{"Asia/Seoul", 1987, 1988},          // its last daylight saving time
	{"Australia/Lord_Howe", 2026, 2026}, // by half an hour
	{"Australia/Sydney", 2026, 2026},
	{"America/Sao_Paulo", 2018, 2018}, // at midnight: a day without 00:00
	{"America/Havana", 2026, 2026},    // at midnight, back at 01:00
	{"Asia/Beirut", 2026, 2026},       // back at midnight: a date comes twice
	{"America/St_Johns", 2010, 2010},  // at 00:01
	{"Pacific/Apia", 2011, 2011},      // without 30 December
	{"Pacific/Kwajalein", 1993, 1993}, // without 21 August
	{"Pacific/Chatham", 2026, 2026},   // at 02:45
	{"Antarctica/Troll", 2026, 2026},  // by two hours
	{"Africa/Casablanca", 2026, 2026}, // round Ramadan
	{"Asia/Kathmandu", 1985, 1986},    // once, by 15 minutes
	{"Asia/Pyongyang", 2018, 2018},    // once, by half an hour
	{"Africa/Monrovia", 1971, 1972},   // from an offset with seconds
	{"America/Indiana/Indianapolis", 2006, 2006},
}

// change is an instant at which clocks jump.
type change struct {
	at            time.Time // the first instant with the new offset
	before, after int       // offsets, seconds east of UTC
}

// changes finds them by looking at every minute around every hour whose ends
// differ, not with the means of the package.
func changes(loc *time.Location, from, to int) []change {
	var list []change
	offset := func(t time.Time) int { _, o := t.In(loc).Zone(); return o }
	for t := time.Date(from, 1, 1, 0, 0, 0, 0, time.UTC); t.Year() <= to; t = t.Add(time.Hour) {
		if offset(t) == offset(t.Add(time.Hour)) {
			continue
		}
		at := t
		for offset(at) == offset(t) {
			at = at.Add(time.Second)
		}
		list = append(list, change{at, offset(t), offset(at)})
	}
	return list
}

// TestDaylightSavingTime compares Next, Prev, Matches and Upcoming with a walk
// over every minute of the days around each change, in more than 13 zones, from
// instants before, at and after the change and in both passes of repeated times.
func TestDaylightSavingTime(t *testing.T) {
	t.Parallel()
	const expressions = 40
	gaps, overlaps, compared := 0, 0, 0
	for seed, zone := range dstZones {
		loc, err := timezone.Load(zone.name)
		if err != nil {
			t.Fatal(err)
		}
		found := changes(loc, zone.from, zone.to)
		if len(found) == 0 {
			t.Errorf("%s: clocks do not change from %d to %d", zone.name, zone.from, zone.to)
		}
		for _, c := range found {
			if c.after > c.before {
				gaps++
			} else {
				overlaps++
			}
			w := newWindow(c, loc)
			r := seeded(uint64(seed))
			for range expressions {
				compared += w.compare(t, r, zone.name, cronNear(r, c))
			}
		}
	}
	t.Logf("%d zones, %d gaps, %d overlaps, %d instants compared", len(dstZones), gaps, overlaps, compared)
}

// cronNear writes an expression that has a fair chance to fire at the change.
func cronNear(r *rand.Rand, c change) string {
	clock := c.at.UTC().Add(time.Duration(c.before) * time.Second)
	hours := fmt.Sprintf("%d,%d,%d", clock.Hour(), (clock.Hour()+1)%24, (clock.Hour()+23)%24)
	switch r.IntN(4) {
	case 0:
		hours = "*"
	case 1:
		hours = randomList(r, 0, 23, nil)
	case 2:
		hours = fmt.Sprint((clock.Hour() + r.IntN(4) + 23) % 24)
	}
	dayOfMonth, dayOfWeek := "*", "?"
	if r.IntN(3) == 0 {
		dayOfMonth, dayOfWeek = randomDays(r)
	}
	return fmt.Sprintf("cron(%s %s %s * %s *)", randomList(r, 0, 59, nil), hours, dayOfMonth, dayOfWeek)
}

// window is every minute that clocks show on the days around a change.
type window struct {
	change
	loc     *time.Location
	minutes []minute
	skipped []time.Time // readings that clocks leave out
}

type minute struct {
	instant  time.Time
	clock    time.Time // what clocks show, as UTC
	again    bool      // they have shown it before
	repeated bool      // they will show it again
}

func newWindow(c change, loc *time.Location) *window {
	const around = 50 * time.Hour
	w := &window{change: c, loc: loc}
	first := map[time.Time]int{}
	// Minutes begin at :30 of UTC where the offset is -0:44:30 (Monrovia).
	for t := c.at.Add(-around).Truncate(time.Minute); t.Before(c.at.Add(around)); t = t.Add(30 * time.Second) {
		local := t.In(loc)
		if local.Second() != 0 {
			continue
		}
		y, m, d := local.Date()
		now := minute{instant: t, clock: time.Date(y, m, d, local.Hour(), local.Minute(), 0, 0, time.UTC)}
		if i, again := first[now.clock]; again {
			now.again, w.minutes[i].repeated = true, true
		} else {
			first[now.clock] = len(w.minutes)
		}
		w.minutes = append(w.minutes, now)
	}
	for clock := w.minutes[0].clock; clock.Before(w.minutes[len(w.minutes)-1].clock); clock = clock.Add(time.Minute) {
		if _, shown := first[clock]; !shown {
			w.skipped = append(w.skipped, clock)
		}
	}
	return w
}

func (w *window) compare(t *testing.T, r *rand.Rand, zone, expr string) int {
	t.Helper()
	s, ref := mustParse(t, expr), newReference(t, expr)
	var fires []minute
	for _, m := range w.minutes {
		occurs := ref.matches(m.clock) && !m.again
		if occurs {
			fires = append(fires, m)
		}
		if s.Matches(m.instant.Add(30*time.Second), w.loc) != occurs {
			t.Fatalf("%s %s: Matches(%s) is %t", zone, expr, m.instant.In(w.loc), !occurs)
		}
	}
	start, end := w.minutes[0].instant, w.minutes[len(w.minutes)-1].instant
	jump := time.Duration(max(w.before-w.after, w.after-w.before)) * time.Second
	from := []time.Time{start.Add(-1), w.at.Add(-1), w.at, w.at.Add(1), w.at.Add(-jump), w.at.Add(jump)}
	for range 12 { // in both passes of repeated times, and near gaps
		from = append(from, w.at.Add(time.Duration(r.Int64N(int64(2*jump+time.Hour))-int64(jump))))
	}
	for _, f := range from {
		w.compareFrom(t, zone, s, fires, f, start, end)
	}
	w.compareUpcoming(t, zone, s, ref, fires)
	return len(from)
}

func (w *window) compareFrom(t *testing.T, zone string, s cron.Schedule, fires []minute, from, start, end time.Time) {
	t.Helper()
	var before, after time.Time
	for _, m := range fires {
		if m.instant.Before(from) {
			before = m.instant
		}
		if m.instant.After(from) && after.IsZero() {
			after = m.instant
		}
	}
	next, ok := s.Next(from, w.loc)
	if after.IsZero() && ok && !next.After(end) || !after.IsZero() && (!ok || !next.Equal(after)) {
		t.Fatalf("%s %s: Next(%s) = %s %t, want %s", zone, s, from.In(w.loc), next, ok, after.In(w.loc))
	}
	prev, ok := s.Prev(from, w.loc)
	if before.IsZero() && ok && !prev.Before(start) || !before.IsZero() && (!ok || !prev.Equal(before)) {
		t.Fatalf("%s %s: Prev(%s) = %s %t, want %s", zone, s, from.In(w.loc), prev, ok, before.In(w.loc))
	}
}

// compareUpcoming asks for at least the occurrences of the window, and as many
// skipped times as there can be.
func (w *window) compareUpcoming(t *testing.T, zone string, s cron.Schedule, ref *reference, fires []minute) {
	t.Helper()
	const layout = "2006-01-02 15:04"
	var want []string
	skipped := w.skipped
	skipBefore := func(clock time.Time) {
		for ; len(skipped) > 0 && skipped[0].Before(clock); skipped = skipped[1:] {
			if ref.matches(skipped[0]) {
				want = append(want, skipped[0].Format(layout)+" skipped")
			}
		}
	}
	for _, m := range fires {
		skipBefore(m.clock)
		line := m.clock.Format(layout)
		if m.repeated {
			line += " repeated"
		}
		want = append(want, line)
	}
	skipBefore(w.minutes[len(w.minutes)-1].clock)
	got := upcoming.Occurrences(s, w.minutes[0].instant.Add(-1), len(fires)+len(w.skipped), w.loc)
	if len(got) < len(want) {
		t.Fatalf("%s %s: Upcoming has %d lines, want at least %d", zone, s, len(got), len(want))
	}
	for i := range want {
		line := got[i].Wall
		if got[i].Skipped {
			line += " skipped"
		}
		if got[i].Repeated {
			line += " repeated"
		}
		if line != want[i] || got[i].Skipped && !got[i].Time.Equal(w.at) {
			t.Fatalf("%s %s: line %d of Upcoming is %q at %s, want %q", zone, s, i, line, got[i].Time, want[i])
		}
	}
}
