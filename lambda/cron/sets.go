package cron

// fields are the six fields of a cron(…) as sets.
type fields struct {
	minutes uint64  // bit n: minute n
	hours   uint64  // bit n: hour n
	days    dayRule // from whichever of the two day fields is not "?"
	months  uint64  // bit n: month n, January is 1
	years   years
}

const (
	firstYear = 1970
	lastYear  = 2199
)

// set holds the values of any one field; bit n stands for field.base + n.
type set [4]uint64

func (s *set) add(n int)      { s[n/64] |= 1 << (n % 64) }
func (s *set) has(n int) bool { return s[n/64]>>(n%64)&1 != 0 }

// years is a set of years; bit n stands for 1970 + n.
type years set

func (y *years) has(year int) bool {
	return firstYear <= year && year <= lastYear && (*set)(y).has(year-firstYear)
}
