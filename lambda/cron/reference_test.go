package cron_test

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

// reference evaluates a cron(…) the slow way, written from AWS's pages and
// sharing nothing with the package: one question, "does this minute match?",
// answered by counting days on a calendar. Local times are given to it as
// clock, that reading in UTC.
type reference struct {
	minutes, hours, months, years []bool
	monthDays, weekDays           []bool // if that field is a list
	dayOfMonth, dayOfWeek         string
	n, k                          int    // numbers of nW, nL and n#k
	days                          []int8 // answers of day since 1970: 0 unknown, 1 yes, -1 no
}

var toNumbers = strings.NewReplacer(
	"JAN", "1", "FEB", "2", "MAR", "3", "APR", "4", "MAY", "5", "JUN", "6",
	"JUL", "7", "AUG", "8", "SEP", "9", "OCT", "10", "NOV", "11", "DEC", "12",
	"SUN", "1", "MON", "2", "TUE", "3", "WED", "4", "THU", "5", "FRI", "6", "SAT", "7")

func newReference(t testing.TB, expr string) *reference {
	t.Helper()
	inside := strings.TrimSuffix(strings.TrimPrefix(expr, "cron("), ")")
	f := strings.Fields(toNumbers.Replace(strings.ToUpper(inside)))
	if len(f) != 6 {
		t.Fatalf("the reference cannot read %q", expr)
	}
	r := &reference{
		minutes: walk(t, f[0], 0, 59), hours: walk(t, f[1], 0, 23),
		months: walk(t, f[3], 1, 12), years: walk(t, f[5], 1970, 2199),
		dayOfMonth: f[2], dayOfWeek: f[4],
		days: make([]int8, 231*366),
	}
	switch month, week := f[2], f[4]; {
	case week == "?" && strings.HasSuffix(month, "W") && month != "LW":
		r.n = atoi(t, strings.TrimSuffix(month, "W"))
	case week == "?" && strings.HasPrefix(month, "L-"):
		r.n = atoi(t, strings.TrimPrefix(month, "L-"))
	case week == "?" && !strings.Contains(month, "L"):
		r.monthDays = walk(t, month, 1, 31)
	case strings.Contains(week, "#"):
		n, k, _ := strings.Cut(week, "#")
		r.n, r.k = atoi(t, n), atoi(t, k)
	case strings.HasSuffix(week, "L") && week != "L":
		r.n = atoi(t, strings.TrimSuffix(week, "L"))
	case week != "?" && week != "L":
		r.weekDays = walk(t, week, 1, 7)
	}
	return r
}

// walk lists the values of a field by walking from the start of each range, one
// value at a time and round the end if need be, taking every n-th.
func walk(t testing.TB, field string, first, last int) []bool {
	t.Helper()
	values := make([]bool, last+1)
	for _, part := range strings.Split(field, ",") {
		stretch, every, stepped := strings.Cut(part, "/")
		from, to := first, last
		if stretch != "*" {
			low, high, isRange := strings.Cut(stretch, "-")
			from = atoi(t, low)
			switch {
			case isRange:
				to = atoi(t, high)
			case !stepped:
				to = from
			}
		}
		n := 1
		if stepped {
			n = atoi(t, every)
		}
		for value, steps := from, 0; ; steps++ {
			if steps%n == 0 {
				values[value] = true
			}
			if value == to {
				break
			}
			if value++; value > last {
				value = first
			}
		}
	}
	return values
}

func atoi(t testing.TB, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// matches says whether a clock that shows this shows an occurrence.
func (r *reference) matches(clock time.Time) bool {
	return r.minutes[clock.Minute()] && r.hours[clock.Hour()] && r.day(clock)
}

// day says whether the schedule fires on that date at all.
func (r *reference) day(clock time.Time) bool {
	answer := &r.days[clock.Unix()/86400]
	if *answer == 0 {
		y, m, d := clock.Date()
		*answer = -1
		if r.years[y] && r.months[m] && r.onDay(y, m, d) {
			*answer = 1
		}
	}
	return *answer == 1
}

func (r *reference) onDay(y int, m time.Month, d int) bool {
	noon := func(day int) time.Time { return time.Date(y, m, day, 12, 0, 0, 0, time.UTC) }
	weekday := func(day int) int { return int(noon(day).Weekday()) + 1 }
	working := func(day int) bool {
		return noon(day).Month() == m && weekday(day) != 1 && weekday(day) != 7
	}
	switch {
	case r.dayOfWeek != "?":
		return r.onWeekday(d, weekday, noon(d+7).Month() != m)
	case r.monthDays != nil:
		return r.monthDays[d]
	case r.dayOfMonth == "L": // tomorrow is another month
		return noon(d+1).Month() != m
	case strings.HasPrefix(r.dayOfMonth, "L-"): // n days later is the last
		return noon(d+r.n).Month() == m && noon(d+r.n+1).Month() != m
	case r.dayOfMonth == "LW": // a working day, and none follows in this month
		for later := d + 1; noon(later).Month() == m; later++ {
			if working(later) {
				return false
			}
		}
		return working(d)
	}
	if noon(r.n).Month() != m {
		return false // nW without a day n
	}
	for distance := 0; ; distance++ {
		if working(r.n-distance) || working(r.n+distance) {
			return working(d) && (d == r.n-distance || d == r.n+distance)
		}
	}
}

func (r *reference) onWeekday(d int, weekday func(int) int, lastWeek bool) bool {
	switch {
	case r.weekDays != nil:
		return r.weekDays[weekday(d)]
	case r.dayOfWeek == "L": // the last day of the week
		return weekday(d) == 7
	case r.k == 0: // nL: a week later is another month
		return weekday(d) == r.n && lastWeek
	}
	count := 0 // n#k: count such weekdays up to today
	for day := 1; day <= d; day++ {
		if weekday(day) == r.n {
			count++
		}
	}
	return weekday(d) == r.n && count == r.k
}

// next walks in UTC, minute by minute but for days without any occurrence.
func (r *reference) next(after, until time.Time) (time.Time, bool) {
	for at := after.Truncate(time.Minute).Add(time.Minute); at.Before(until); {
		if !r.day(at) {
			at = at.Truncate(24 * time.Hour).Add(24 * time.Hour)
			continue
		}
		if r.matches(at) {
			return at, true
		}
		at = at.Add(time.Minute)
	}
	return time.Time{}, false
}

// prev walks the other way.
func (r *reference) prev(before, since time.Time) (time.Time, bool) {
	for at := before.Add(-time.Nanosecond).Truncate(time.Minute); !at.Before(since); {
		if !r.day(at) {
			at = at.Truncate(24 * time.Hour).Add(-time.Minute)
			continue
		}
		if r.matches(at) {
			return at, true
		}
		at = at.Add(-time.Minute)
	}
	return time.Time{}, false
}
