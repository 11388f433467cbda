package cron

import (
	"math/bits"
	"time"
)

// prevWall returns the last matching reading that is not after wall, which must
// be on a whole minute. It mirrors nextWall.
func (f *fields) prevWall(wall int64) (int64, bool) {
	year, month, day, hour, minute := reading(wall)
	if year > lastYear {
		year, month, day, hour, minute = lastYear, time.December, 31, 23, 59
	}
	y, m, d, ok := f.prevDay(year, month, day)
	if ok && y == year && m == month && d == day {
		if h, mi, ok := f.prevClock(hour, minute); ok {
			return wallAt(y, m, d, h, mi), true
		}
		y, m, d, ok = f.prevDay(year, month, day-1)
	}
	if !ok || f.hours == 0 || f.minutes == 0 {
		return 0, false
	}
	return wallAt(y, m, d, highest(f.hours), highest(f.minutes)), true
}

// prevDay returns the last matching day up to the given one; day may be 0.
func (f *fields) prevDay(year int, month time.Month, day int) (int, time.Month, int, bool) {
	for ; year >= firstYear; year-- {
		if f.years.has(year) {
			for ; month >= time.January; month-- {
				if f.months>>month&1 != 0 {
					if left := f.days.in(year, month) & upTo(day); left != 0 {
						return year, month, highest(left), true
					}
				}
				day = 31
			}
		}
		month, day = time.December, 31
	}
	return 0, 0, 0, false
}

// prevClock returns the last matching time of a day, up to the given one.
func (f *fields) prevClock(hour, minute int) (int, int, bool) {
	if f.hours>>hour&1 != 0 {
		if left := f.minutes & upTo(minute); left != 0 {
			return hour, highest(left), true
		}
	}
	left := f.hours & upTo(hour-1)
	if left == 0 || f.minutes == 0 {
		return 0, 0, false
	}
	return highest(left), highest(f.minutes), true
}

// upTo has the bits 0 to n, none for -1.
func upTo(n int) uint64 { return 1<<(n+1) - 1 }

// highest returns the number of the highest bit of a set that is not empty.
func highest(set uint64) int { return bits.Len64(set) - 1 }
