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

// dayRule says on which days of a month a schedule fires. The days of monthDays and
// weekDays stand in fields.sets.
type dayRule struct {
	kind dayKind
	n    int // lastDay: days before it; nearWorkday: day of the month; lastOfWeekday, nthOfWeekday: weekday 1-7
	nth  int // nthOfWeekday: 1-5
}

// daysOf returns the days of that month on which the schedule may fire: bit n is day n.
func (f *fields) daysOf(year int, month time.Month) uint64 {
	const everySeventh = 1 | 1<<7 | 1<<14 | 1<<21 | 1<<28
	last := daysIn(year, month)
	all := uint64(1)<<(last+1) - 2 // bits 1 to last
	if f.days.kind == monthDays {
		return f.sets[dayOfMonthAt][0] & all
	}
	n, first := f.days.n, time.Date(year, month, 1, 0, 0, 0, 0, time.UTC).Weekday()
	switch f.days.kind {
	case lastDay:
		if n >= last {
			return 0
		}
		return 1 << (last - n)
	case lastWorkday:
		return 1 << nearestWorkday(last, last, first)
	case nearWorkday:
		if n > last {
			return 0
		}
		return 1 << nearestWorkday(n, last, first)
	case lastOfWeekday:
		day := firstOn(n, first)
		return 1 << (day + (last-day)/7*7)
	case nthOfWeekday:
		return 1 << (firstOn(n, first) + 7*(f.days.nth-1)) & all
	}
	var days uint64 // weekDays
	for weekday := 1; weekday <= 7; weekday++ {
		if f.sets[dayOfWeekAt].has(weekday) {
			days |= everySeventh << firstOn(weekday, first)
		}
	}
	return days & all
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
