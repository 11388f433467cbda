package job

import (
	"strings"
	"time"
)

// WallClock is a bound of the window on the clocks of the column's zone: what times
// without a zone are compared with, in a database and in S3.
//
// Where clocks are set back they show an hour twice, and such times do not say which
// pass they mean. Of previous windows the one that holds the second pass from its
// start on counts them, so that each is in one window. A to-date window ends at what
// the clock shows.
func (w *Window) WallClock(bound time.Time) time.Time {
	local := bound.In(w.ColumnZone)
	_, change := local.ZoneBounds()
	if strings.HasPrefix(string(w.Span), "previous-") && !change.IsZero() && Shown(change).Before(Shown(local)) {
		return change
	}
	return local
}

// Shown is what the clock of t's zone shows, as a time in UTC.
func Shown(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// Pass is the instant that a time without a zone means in an object of that key. It is
// false where the key's folder does not decide: the clock shows that time once, or the
// folder holds both of the instants that it may mean, or none of them.
//
// A time that clocks skip may mean two instants as well: by the clock before the change
// and by the one after it.
func (s Source) Pass(shown time.Time, zone *time.Location, key string) (time.Time, bool) {
	_, before := shown.AddDate(0, 0, -1).In(zone).Zone() // a day is farther than any zone is from UTC
	_, after := shown.AddDate(0, 0, 1).In(zone).Zone()
	if before == after || !s.HasPlaceholders() {
		return time.Time{}, false
	}
	first, second := shown.Add(-time.Duration(before)*time.Second), shown.Add(-time.Duration(after)*time.Second)
	if Shown(first.In(zone)).Equal(shown) != Shown(second.In(zone)).Equal(shown) {
		return time.Time{}, false
	}
	inFirst, inSecond := strings.HasPrefix(key, s.expand(first)), strings.HasPrefix(key, s.expand(second))
	if inSecond {
		first = second
	}
	return first, inFirst != inSecond
}
