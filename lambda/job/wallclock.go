package job

import (
	"slices"
	"time"
)

// WallClock is a bound of the window as clocks of the column's zone show it. Times without
// a zone are compared with it, in a database and in S3.
//
// Where clocks go back, they show the same times twice. A time without a zone does not
// say whether it is of the first or of the second pass. If previous windows meet there,
// the window that begins with the second pass counts all of them, so that each time is
// in one window. A to-date window ends at what the clock shows.
func (w *Window) WallClock(bound time.Time) time.Time {
	local := bound.In(w.ColumnZone)
	_, change := local.ZoneBounds()
	if !w.Span.toDate() && !change.IsZero() && Shown(change).Before(Shown(local)) {
		return change
	}
	return local
}

// Shown is what the clock of t's zone shows, as a time in UTC.
func Shown(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// Pass is the instant that a time without a zone means in an object of that key, if the
// clock shows that time twice and the key's folder tells which of the two it is. Else ok
// is false.
//
// A time that clocks skip may mean two instants too: by the clock before the change and
// by the clock after it.
func (s Source) Pass(shown time.Time, zone *time.Location, key string) (instant time.Time, ok bool) {
	_, before := shown.AddDate(0, 0, -1).In(zone).Zone() // zones are less than a day away from UTC
	_, after := shown.AddDate(0, 0, 1).In(zone).Zone()
	if before == after || !s.HasPlaceholders() {
		return time.Time{}, false
	}
	first, second := shown.Add(-time.Duration(before)*time.Second), shown.Add(-time.Duration(after)*time.Second)
	if Shown(first.In(zone)).Equal(shown) != Shown(second.In(zone)).Equal(shown) {
		return time.Time{}, false
	}
	in := func(at time.Time) bool {
		return slices.ContainsFunc(s.expand(at), func(folder string) bool { return isIn(folder, key) })
	}
	inFirst, inSecond := in(first), in(second)
	if inSecond {
		first = second
	}
	return first, inFirst != inSecond
}
