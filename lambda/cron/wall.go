package cron

import (
	"math/bits"
	"time"
)

// A wall clock reading is an int64: the Unix time at which a clock in UTC would
// show it. Arithmetic on readings cannot be changed by a time zone; period.go maps
// them to instants.

// reading splits a wall clock reading.
func reading(wall int64) (year int, month time.Month, day, hour, minute int) {
	year, month, day = time.Unix(wall, 0).UTC().Date()
	second := int(wall - floor(wall, secondsPerDay))
	return year, month, day, second / 3600, second / 60 % 60
}

// has reports whether the fields match a reading, whatever its second.
func (f *fields) has(wall int64) bool {
	year, month, day, hour, minute := reading(wall)
	return f.sets[minutesAt]>>minute&1 != 0 && f.sets[hoursAt]>>hour&1 != 0 &&
		f.sets[monthAt]>>month&1 != 0 && f.hasYear(year) && f.daysOf(year, month)>>day&1 != 0
}

// direction is the way to search in.
type direction int

const (
	forward direction = 1
	back    direction = -1
)

// nearest returns the value of a set that comes first in the direction, from a value
// on (-1 to 64) and with it.
func (d direction) nearest(set uint64, from int) (value int, ok bool) {
	if d == forward {
		set &^= 1<<uint(from) - 1
		return bits.TrailingZeros64(set), set != 0
	}
	set &= 1<<uint(from+1) - 1
	return bits.Len64(set) - 1, set != 0
}

// start is where a search through a whole set begins.
func (d direction) start() int {
	if d == forward {
		return 0
	}
	return 63
}

// nearest returns the matching reading that comes first in the direction, from wall on
// and with it. Wall must be on a whole minute.
func (f *fields) nearest(wall int64, d direction) (int64, bool) {
	year, month, day, hour, minute := reading(wall)
	switch {
	case d == forward && year < firstYear:
		year, month, day, hour, minute = firstYear, time.January, 1, 0, 0
	case d == back && year > lastYear:
		year, month, day, hour, minute = lastYear, time.December, 31, 23, 59
	}
	h, min, today := f.nearestClock(hour, minute, d)
	if !today {
		day += int(d)
	}
	y, m, found, ok := f.nearestDay(year, month, day, d)
	if !today || found != day || m != month || y != year {
		h, min, today = f.nearestClock(d.start(), d.start(), d)
	}
	if !ok || !today { // no time of any day
		return 0, false
	}
	return time.Date(y, m, found, h, min, 0, 0, time.UTC).Unix(), true
}

// nearestDay returns the first matching day in the direction, from the given one on. Day
// may be 0, or one more than the month has.
func (f *fields) nearestDay(year int, month time.Month, day int, d direction) (int, time.Month, int, bool) {
	for m := int(month); firstYear <= year && year <= lastYear; {
		next, ok := d.nearest(f.sets[monthAt], m)
		if !ok || !f.hasYear(year) {
			year, m, day = year+int(d), d.start(), d.start()
			continue
		}
		if next != m {
			day = d.start()
		}
		if found, ok := d.nearest(f.daysOf(year, time.Month(next)), day); ok {
			return year, time.Month(next), found, true
		}
		m, day = next+int(d), d.start()
	}
	return 0, 0, 0, false
}

// nearestClock returns the first matching time of a day in the direction, from the given
// one on.
func (f *fields) nearestClock(hour, minute int, d direction) (int, int, bool) {
	for {
		h, ok := d.nearest(f.sets[hoursAt], hour)
		if !ok {
			return 0, 0, false
		}
		if h != hour {
			minute = d.start()
		}
		if m, ok := d.nearest(f.sets[minutesAt], minute); ok {
			return h, m, true
		}
		hour, minute = h+int(d), d.start()
	}
}
