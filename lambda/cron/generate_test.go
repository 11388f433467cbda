package cron_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// seeded returns a source that gives the same expressions on every run.
func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 20221107)) }

// randomCron writes a valid cron(…), over all the syntax that Parse takes.
func randomCron(r *rand.Rand) string {
	dayOfMonth, dayOfWeek := randomDays(r)
	return strings.Join([]string{
		"cron(" + randomList(r, 0, 59, nil), randomList(r, 0, 23, nil), dayOfMonth,
		randomMonths(r), dayOfWeek, randomYears(r) + ")",
	}, " ")
}

var (
	monthNames = []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
	weekNames  = []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}
)

func randomMonths(r *rand.Rand) string {
	if r.IntN(2) == 0 {
		return "*"
	}
	return randomList(r, 1, 12, monthNames)
}

func randomYears(r *rand.Rand) string {
	from := 2017 + r.IntN(16)
	switch r.IntN(8) {
	case 0:
		return fmt.Sprint(from)
	case 1:
		return fmt.Sprintf("%d-%d", from, from+r.IntN(9))
	case 2:
		return fmt.Sprintf("%d/%d", from, 1+r.IntN(5))
	case 3:
		return fmt.Sprintf("%d,%d", from, from+1+r.IntN(3))
	}
	return "*"
}

func randomDays(r *rand.Rand) (dayOfMonth, dayOfWeek string) {
	weekday := func() string {
		n := r.IntN(7)
		if r.IntN(3) == 0 {
			return mixedCase(r, weekNames[n])
		}
		return fmt.Sprint(n + 1)
	}
	switch r.IntN(13) {
	case 12:
		return fmt.Sprintf("L-%d", r.IntN(31)), "?"
	case 0:
		return "L", "?"
	case 1:
		return "LW", "?"
	case 2, 3:
		return fmt.Sprintf("%dW", 1+r.IntN(31)), "?"
	case 4:
		return "?", "L"
	case 5:
		return "?", weekday() + "L"
	case 6, 7:
		return "?", fmt.Sprintf("%s#%d", weekday(), 1+r.IntN(5))
	case 8:
		return fmt.Sprint(29 + r.IntN(3)), "?"
	case 9:
		return randomList(r, 1, 31, nil), "?"
	}
	return "?", randomList(r, 1, 7, weekNames)
}

// randomList writes a list of entries of a field that has names or none.
func randomList(r *rand.Rand, low, high int, names []string) string {
	if r.IntN(6) == 0 {
		return "*"
	}
	var parts []string
	for range 1 + r.IntN(3) {
		parts = append(parts, randomPart(r, low, high, names))
	}
	return strings.Join(parts, ",")
}

func randomPart(r *rand.Rand, low, high int, names []string) string {
	value := func() string {
		n := low + r.IntN(high-low+1)
		if names != nil && r.IntN(2) == 0 {
			return mixedCase(r, names[n-low])
		}
		return fmt.Sprintf("%0*d", r.IntN(3), n) // 7 or 07
	}
	step := func() string { return fmt.Sprint(1 + r.IntN(high-low)) }
	switch r.IntN(6) {
	case 0: // wraps half of the time
		return value() + "-" + value()
	case 1:
		return value() + "-" + value() + "/" + step()
	case 2:
		return value() + "/" + step()
	case 3:
		return "*/" + step()
	}
	return value()
}

func mixedCase(r *rand.Rand, name string) string {
	switch r.IntN(3) {
	case 0:
		return strings.ToLower(name)
	case 1:
		return name[:1] + strings.ToLower(name[1:])
	}
	return name
}
