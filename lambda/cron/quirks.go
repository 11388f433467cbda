package cron

// quirks are the things an expression says in a way that AWS does not document
// or that surprises people. Canonical resolves most of them; Warnings words them.
type quirks uint16

const (
	wrappedMinutes quirks = 1 << iota // 50-10
	wrappedHours                      // 20-2, which AWS documents
	wrappedMonthDays
	wrappedMonths
	wrappedWeekDays
	steppedWeekDays // 2/2 in day-of-week
	bareL           // L alone in day-of-week
)

// wrapped returns the quirk of a range that wraps in the n-th field; the last
// one, year, has none.
func wrapped(n int) quirks { return wrappedMinutes << n }
