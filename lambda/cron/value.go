package cron

import (
	"strconv"
	"strings"
	"unicode"
)

// value reads one number or name of the token's field.
func (t token) value() (int, *fault) {
	f, text := t.field, t.text()
	if n, ok := number(text); ok {
		if f.min <= n && n <= f.max {
			return n, nil
		}
		fault := t.fault("%s is out of range %s", text, f.scale())
		if f == dayOfWeekField && n > f.max+1 {
			return 0, fault // it may be a day of the month
		}
		return 0, fault.replace(strconv.Itoa(f.nearest(n)))
	}
	if n, ok := f.named(text); ok {
		return n, nil
	}
	return 0, t.notValue()
}

// notValue explains a text that is neither a number nor a name of the field.
func (t token) notValue() *fault {
	f, text := t.field, t.text()
	notLetter := func(r rune) bool { return !unicode.IsLetter(r) }
	if len(text) > 3 && !strings.ContainsFunc(text, notLetter) {
		if _, ok := f.named(text[:3]); ok {
			short := strings.ToUpper(text[:3])
			return t.fault("names have three letters, %q is %s", text, short).replace(short)
		}
	}
	switch {
	case text == "?" && f == minutesField: // "*" would fire every minute, which nobody wrote
		return t.fault(`"?" is for day-of-month and day-of-week only`).replace("0")
	case text == "?":
		return t.fault(`"?" is for day-of-month and day-of-week only`).replace("*")
	case strings.EqualFold(text, "L"):
		return t.fault(`"L" is for day-of-month and day-of-week only, the last value is %d`, f.max).replace(strconv.Itoa(f.max))
	case strings.ContainsRune(text, '#'):
		return t.fault(`"#" is for day-of-week only`)
	case strings.HasSuffix(strings.ToUpper(text), "W"):
		return t.fault(`"W" is for day-of-month only`)
	}
	return t.fault("%q is not one of %s", text, f.scale())
}

const digits = "0123456789"

// leadingDigits returns the digits that a text begins with.
func leadingDigits(text string) string {
	return text[:len(text)-len(strings.TrimLeft(text, digits))]
}

// number reads a short decimal number without sign.
func number(text string) (int, bool) {
	if len(text) > 9 || leadingDigits(text) != text {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}
