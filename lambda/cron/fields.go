package cron

// set holds the values of a field. Bit n stands for field.base + n.
type set [4]uint64

func (s *set) add(n int)      { s[n/64] |= 1 << (n % 64) }
func (s *set) has(n int) bool { return s[n/64]>>(n%64)&1 != 0 }

// fields are the six fields of a cron(…).
type fields struct {
	sets [6]set // by place; a day field has none unless days.kind says so
	days dayRule
}

// values returns the numbers of the field at that place, ascending.
func (f *fields) values(place int) []int { return cronFields[place].values(f.sets[place]) }

// full reports whether the field at that place has all its values.
func (f *fields) full(place int) bool {
	return len(f.values(place)) == cronFields[place].max-cronFields[place].min+1
}

// everyDay reports whether no day field restricts the days of a month.
func (f *fields) everyDay() bool { return f.full(dayOfMonthAt) || f.full(dayOfWeekAt) }
