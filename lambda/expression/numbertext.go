package expression

import (
	"math"
	"strconv"
	"strings"
)

// numberText is a number of JSON as groups show it: one text for all that == calls
// equal, such as 1000000, 1e6 and 1000000.0. Integers of any size keep their digits,
// so that ids stay apart.
func numberText(text string) string {
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
	return floatText(float)
}

// floatText has no exponent, and no -0.
func floatText(float float64) string {
	if float == 0 {
		return "0"
	}
	return strconv.FormatFloat(float, 'f', -1, 64)
}

// integer is a number's digits, if it is written as an integer or with nothing but
// zeros behind the point.
func integer(text string) (digits string, ok bool) {
	whole, zeros, _ := strings.Cut(text, ".")
	if strings.Trim(zeros, "0") != "" {
		return "", false
	}
	if strings.Trim(strings.TrimPrefix(whole, "-"), "0123456789") != "" {
		return "", false // an exponent
	}
	if whole == "-0" {
		whole = "0"
	}
	return whole, true
}

// sameNumber is == of two numbers of JSON. Integers that no int holds are as good as
// their digits, not only as a float64.
func sameNumber(a, b string) bool {
	x, xok := integer(a)
	y, yok := integer(b)
	if xok && yok {
		return x == y
	}
	return numberOf(a).compare(numberOf(b)) == 0
}
