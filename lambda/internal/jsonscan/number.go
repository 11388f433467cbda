package jsonscan

import (
	"cmp"
	"math"
	"strconv"
	"strings"
)

// Num is a number of JSON as expressions see it: an int where one holds it, or else a
// float64.
type Num struct {
	IsInt bool
	Int   int
	Float float64 // of an int, too
}

// IntNum returns the number of an int.
func IntNum(n int) Num { return Num{IsInt: true, Int: n, Float: float64(n)} }

// ReadNum reads a number of JSON. One that no float64 holds is infinite.
func ReadNum(text string) Num {
	if n, ok := smallInt(text); ok {
		return IntNum(n)
	}
	if float, ok := shortDecimal(text); ok {
		return Num{Float: float}
	}
	if n, err := strconv.Atoi(text); err == nil {
		return IntNum(n)
	}
	float, _ := strconv.ParseFloat(text, 64)
	return Num{Float: float}
}

// Compare returns -1, 0 or 1, as cmp.Compare does. NaN, which JSON cannot write, does
// not occur.
func (n Num) Compare(other Num) int {
	if n.IsInt && other.IsInt {
		return cmp.Compare(n.Int, other.Int)
	}
	return cmp.Compare(n.Float, other.Float)
}

// EqualNumbers tells whether two numbers of JSON are equal. Integers of any size are
// compared by their digits, so that ids that no int holds stay apart.
func EqualNumbers(a, b string) bool {
	x, xInteger := integer(a)
	y, yInteger := integer(b)
	if xInteger && yInteger {
		return x == y
	}
	return ReadNum(a).Compare(ReadNum(b)) == 0
}

func decodeNumber(text string) any {
	n := ReadNum(text)
	if n.IsInt {
		return n.Int
	}
	return n.Float
}

// smallInt reads up to 18 digits, which every int holds.
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

// shortDecimal reads up to 15 digits with a point among them. A float64 holds both these
// digits and the power of ten exactly, so their quotient is rounded right.
func shortDecimal(text string) (float64, bool) {
	whole, fraction, found := strings.Cut(text, ".")
	if !found || len(text) > 16 || fraction == "" {
		return 0, false
	}
	before, ok := smallInt(whole)
	after, alsoOK := smallInt(fraction)
	power := powersOfTen[len(fraction)]
	return (float64(before)*power + float64(after)) / power, ok && alsoOK
}

var powersOfTen = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// canonicalNumber returns one text for all numbers that are equal, such as 1000000, 1e6
// and 1000000.0. Integers of any size keep their digits.
func canonicalNumber(text string) string {
	if _, ok := smallInt(text); ok { // the commonest
		return text
	}
	if digits, ok := integer(text); ok {
		return digits
	}
	float, _ := strconv.ParseFloat(text, 64)
	if math.IsInf(float, 0) {
		return text // it has no other
	}
	return canonicalFloat(float)
}

// canonicalFloat writes a number without an exponent, and without -0.
func canonicalFloat(float float64) string {
	if float == 0 {
		return "0"
	}
	return strconv.FormatFloat(float, 'f', -1, 64)
}

// integer returns the digits of a number that has no exponent, and nothing but zeros
// after the point.
func integer(text string) (digits string, ok bool) {
	whole, zeros, _ := strings.Cut(text, ".")
	if strings.Trim(zeros, "0") != "" || strings.Trim(strings.TrimPrefix(whole, "-"), "0123456789") != "" {
		return "", false
	}
	if whole == "-0" {
		whole = "0"
	}
	return whole, true
}
