package cron

import "time"

// dayKind is the form of the day-of-month or day-of-week field.
type dayKind uint8

const (
	monthDays     dayKind = iota // 1,15 or 1-7: numbers of days
	lastDay                      // L or L-n: the last day of the month, or n days before it
	lastWorkday                  // LW: the last Monday to Friday of the month
	nearWorkday                  // nW: the Monday to Friday nearest to day n
	weekDays                     // MON-FRI: days of the week
	lastOfWeekday                // nL: the last such day of the month
	nthOfWeekday                 // n#k: the k-th such day of the month
)

// dayRule says on which days of a month a schedule fires.
type dayRule struct {
	kind dayKind
	set  uint64 // monthDays: bit 1 to 31; weekDays: bit 1 (Sunday) to 7
	n    int    // lastDay: days before it; nearWorkday: day of the month; lastOfWeekday, nthOfWeekday: weekday 1-7
	nth  int    // nthOfWeekday: 1-5
}

// everySeventh has the bits 0, 7, 14, 21 and 28.
const everySeventh = 1 | 1<<7 | 1<<14 | 1<<21 | 1<<28

// in returns the days of that month on which the rule holds: bit n is day n.
func (r dayRule) in(year int, month time.Month) uint64 {
	last := daysIn(year, month)
	all := uint64(1)<<(last+1) - 2 // bits 1 to last
	if r.kind == monthDays {
		return r.set & all
	}
	first := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC).Weekday()
	switch r.kind {
	case lastDay:
		if r.n >= last {
			return 0
		}
		return 1 << (last - r.n)
	case lastWorkday:
		return 1 << nearestWorkday(last, last, first)
	case nearWorkday:
		if r.n > last {
			return 0
		}
		return 1 << nearestWorkday(r.n, last, first)
	case weekDays:
		var mask uint64
		for weekday := 1; weekday <= 7; weekday++ {
			if r.set>>weekday&1 != 0 {
				mask |= everySeventh << firstOn(weekday, first)
			}
		}
		return mask & all
	case lastOfWeekday:
		day := firstOn(r.n, first)
		return 1 << (day + (last-day)/7*7)
	}
	return 1 << (firstOn(r.n, first) + 7*(r.nth-1)) & all // nthOfWeekday
}

// firstOn returns the first day of a month that is such a weekday (Sunday is
// 1), in a month that begins on first.
func firstOn(weekday int, first time.Weekday) int {
	return 1 + (weekday-1-int(first)+7)%7
}

// nearestWorkday moves a day that is a Saturday or a Sunday to the nearest
// Monday to Friday of the same month, which has last days and begins on first.
func nearestWorkday(day, last int, first time.Weekday) int {
	switch (first + time.Weekday(day-1)) % 7 {
	case time.Saturday:
		if day == 1 {
			return 3
		}
		return day - 1
	case time.Sunday:
		if day == last {
			return day - 2
		}
		return day + 1
	}
	return day
}

func daysIn(year int, month time.Month) int {
	switch month {
	case time.April, time.June, time.September, time.November:
		return 30
	case time.February:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}
