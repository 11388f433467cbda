package expression

import (
	"cmp"
	"strconv"
	"strings"
)

// number is a number as the expression language has it: an int, or else a float64.
type number struct {
	whole bool
	int   int
	float float64
}

// numberOf reads a number of JSON.
func numberOf(text string) number {
	if n, ok := smallInt(text); ok {
		return number{whole: true, int: n}
	}
	if float, ok := shortDecimal(text); ok {
		return number{float: float}
	}
	if n, err := strconv.Atoi(text); err == nil {
		return number{whole: true, int: n}
	}
	float, _ := strconv.ParseFloat(text, 64) // out of range is infinite
	return number{float: float}
}

// shortDecimal reads up to 15 digits with a point among them. Both they and the
// power of ten are exact as float64, so their quotient is rounded right.
func shortDecimal(text string) (float64, bool) {
	whole, fraction, found := strings.Cut(text, ".")
	if !found || len(text) > 16 || fraction == "" {
		return 0, false
	}
	before, ok := smallInt(whole)
	after, alsoOK := smallInt(fraction)
	power := powers[len(fraction)]
	return (float64(before)*power + float64(after)) / power, ok && alsoOK
}

// powers are those of ten that shortDecimal needs.
var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// smallInt reads up to 18 digits, which no int is too small for.
func smallInt(text string) (int, bool) {
	if len(text) == 0 || len(text) > 18 {
		return 0, false
	}
	n := 0
	for i := range len(text) {
		digit := text[i] - '0'
		if digit > 9 {
			return 0, false
		}
		n = n*10 + int(digit)
	}
	return n, true
}

func (n number) any() any {
	if n.whole {
		return n.int
	}
	return n.float
}

func (n number) value() float64 {
	if n.whole {
		return float64(n.int)
	}
	return n.float
}

// compare orders numbers; NaN, which JSON cannot write, does not occur.
func (n number) compare(other number) int {
	if n.whole && other.whole {
		return cmp.Compare(n.int, other.int)
	}
	return cmp.Compare(n.value(), other.value())
}
