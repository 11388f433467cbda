package cron

import (
	"math/bits"
	"time"
)

// A wall clock reading is an int64: the Unix time at which a clock in UTC would show it.
// Arithmetic on readings cannot be changed by a time zone; timezone.Period maps them to
// instants.

// direction is the way to search in.
type direction int

const (
	forward direction = 1
	back    direction = -1
)

// nearest returns the value of a set that comes first in the direction, from a value on and
// with it.
func (d direction) nearest(s *set, from int) (value int, ok bool) {
	if d == forward {
		for from = max(from, 0); from < 256; from = from&^63 + 64 {
			if rest := s[from>>6] >> (from & 63); rest != 0 {
				return from + bits.TrailingZeros64(rest), true
			}
		}
		return 0, false
	}
	for from = min(from, 255); from >= 0; from = from&^63 - 1 {
		if rest := s[from>>6] << (63 - from&63); rest != 0 {
			return from - bits.LeadingZeros64(rest), true
		}
	}
	return 0, false
}

// The parts of a reading, each with the place of its field. Days depend on year and month.
var parts = [...]int{yearAt, monthAt, dayOfMonthAt, hoursAt, minutesAt}

// reading has the parts of a wall clock reading, the year from firstYear.
type reading [len(parts)]int

// nearest returns the matching reading that comes first in the direction, from wall on
// and with it. Wall must be on a whole minute.
func (f *fields) nearest(wall int64, d direction) (int64, bool) {
	t := time.Unix(wall, 0).UTC()
	year, month, day := t.Date()
	hour, minute, _ := t.Clock()
	r := reading{year - firstYear, int(month), day, hour, minute}
	found := f.advance(&r, 0, d)
	return time.Date(firstYear+r[0], time.Month(r[1]), r[2], r[3], r[4], 0, 0, time.UTC).Unix(), found
}

// advance moves a reading in the direction until its parts match, from the given one on. The
// parts before that stay.
func (f *fields) advance(r *reading, part int, d direction) bool {
	if part == len(parts) {
		return true
	}
	for {
		values := &f.sets[parts[part]]
		if parts[part] == dayOfMonthAt {
			values = &set{f.daysOf(firstYear+r[0], time.Month(r[1]))}
		}
		value, ok := d.nearest(values, r[part])
		if !ok {
			return false
		}
		if value != r[part] {
			r.start(part+1, d)
		}
		if r[part] = value; f.advance(r, part+1, d) {
			return true
		}
		r[part] += int(d)
		r.start(part+1, d)
	}
}

// start sets the parts from the given one on to where a search in the direction begins.
func (r *reading) start(part int, d direction) {
	for ; part < len(r); part++ {
		r[part] = (1 - int(d)) / 2 * 63 // 0, and 63 to go back
	}
}
