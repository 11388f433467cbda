package cron

import (
	"math/bits"
	"time"
)

// A wall clock reading is an int64: the Unix time at which a clock in UTC would
// show it. Arithmetic on readings cannot be normalised away by a time zone;
// period.go maps them to instants.

// reading splits a wall clock reading.
func reading(wall int64) (year int, month time.Month, day, hour, minute int) {
	t := time.Unix(wall, 0).UTC()
	year, month, day = t.Date()
	hour, minute, _ = t.Clock()
	return year, month, day, hour, minute
}

func wallAt(year int, month time.Month, day, hour, minute int) int64 {
	return time.Date(year, month, day, hour, minute, 0, 0, time.UTC).Unix()
}

// has reports whether the fields match a reading, whatever its second.
func (f *fields) has(wall int64) bool {
	year, month, day, hour, minute := reading(wall)
	return f.minutes>>minute&1 != 0 && f.hours>>hour&1 != 0 &&
		f.months>>month&1 != 0 && f.years.has(year) && f.days.in(year, month)>>day&1 != 0
}

// nextWall returns the first matching reading that is not before wall, which
// must be on a whole minute.
func (f *fields) nextWall(wall int64) (int64, bool) {
	year, month, day, hour, minute := reading(wall)
	if year < firstYear {
		year, month, day, hour, minute = firstYear, time.January, 1, 0, 0
	}
	y, m, d, ok := f.nextDay(year, month, day)
	if ok && y == year && m == month && d == day {
		if h, mi, ok := f.nextClock(hour, minute); ok {
			return wallAt(y, m, d, h, mi), true
		}
		y, m, d, ok = f.nextDay(year, month, day+1)
	}
	if !ok || f.hours == 0 || f.minutes == 0 {
		return 0, false
	}
	return wallAt(y, m, d, bits.TrailingZeros64(f.hours), bits.TrailingZeros64(f.minutes)), true
}

// nextDay returns the first matching day from the given one on; day may be one
// more than the month has.
func (f *fields) nextDay(year int, month time.Month, day int) (int, time.Month, int, bool) {
	for ; year <= lastYear; year++ {
		if f.years.has(year) {
			for ; month <= time.December; month++ {
				if f.months>>month&1 != 0 {
					if left := f.days.in(year, month) >> day << day; left != 0 {
						return year, month, bits.TrailingZeros64(left), true
					}
				}
				day = 1
			}
		}
		month, day = time.January, 1
	}
	return 0, 0, 0, false
}

// nextClock returns the first matching time of a day, from the given one on.
func (f *fields) nextClock(hour, minute int) (int, int, bool) {
	if f.hours>>hour&1 != 0 {
		if left := f.minutes >> minute << minute; left != 0 {
			return hour, bits.TrailingZeros64(left), true
		}
	}
	left := f.hours >> (hour + 1) << (hour + 1)
	if left == 0 || f.minutes == 0 {
		return 0, 0, false
	}
	return bits.TrailingZeros64(left), bits.TrailingZeros64(f.minutes), true
}
