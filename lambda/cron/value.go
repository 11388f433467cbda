package cron

import (
	"strconv"
	"strings"
)

// value reads one number or name of a field.
func (f *field) value(t token) (int, *fault) {
	text := t.text()
	if n, ok := number(text); ok {
		if f == dayOfWeekField && n > f.max+1 { // no slip of one: a day of the month, perhaps
			return 0, t.hopeless(f, "%s is out of range %s", text, f.scale())
		}
		if n < f.min || n > f.max {
			return 0, t.fault(f, strconv.Itoa(f.nearest(n)), "%s is out of range %s", text, f.scale())
		}
		return n, nil
	}
	if n, ok := f.named(text); ok {
		return n, nil
	}
	return 0, f.notValue(t)
}

// notValue explains a text that is neither a number nor a name of the field.
func (f *field) notValue(t token) *fault {
	text := t.text()
	if len(text) > 3 && allLetters(text) {
		if _, ok := f.named(text[:3]); ok {
			short := strings.ToUpper(text[:3])
			return t.fault(f, short, "names have three letters, %q is %s", text, short)
		}
	}
	switch {
	case text == "?" && f == minutesField: // "*" would fire every minute, which nobody wrote
		return t.fault(f, "0", `"?" is for day-of-month and day-of-week only`)
	case text == "?":
		return t.fault(f, "*", `"?" is for day-of-month and day-of-week only`)
	case strings.EqualFold(text, "L"):
		return t.fault(f, strconv.Itoa(f.max), `"L" is for day-of-month and day-of-week only, the last value is %d`, f.max)
	case strings.ContainsRune(text, '#'):
		return t.hopeless(f, `"#" is for day-of-week only`)
	case strings.HasSuffix(strings.ToUpper(text), "W"):
		return t.hopeless(f, `"W" is for day-of-month only`)
	}
	return t.hopeless(f, "%q is not one of %s", text, f.scale())
}

// isValue reports whether the text is a number or name of the field.
func (f *field) isValue(text string) bool {
	_, fault := f.value(token{text, span{0, len(text)}})
	return fault == nil
}

// nearest is what somebody probably meant by a number out of range.
func (f *field) nearest(n int) int {
	if n == f.cycle && f.min == 0 {
		return 0 // 24:00, or minute 60
	}
	return max(f.min, min(n, f.max))
}

// scale words what the field allows: "1-12 or JAN-DEC".
func (f *field) scale() string {
	numbers := strconv.Itoa(f.min) + "-" + strconv.Itoa(f.max)
	if len(f.names) == 0 {
		return numbers
	}
	return numbers + " or " + f.names[0] + "-" + f.names[len(f.names)-1]
}

// number reads a short decimal number without sign.
func number(text string) (int, bool) {
	if text == "" || len(text) > 9 {
		return 0, false
	}
	n := 0
	for i := range len(text) {
		if !isDigit(text[i]) {
			return 0, false
		}
		n = 10*n + int(text[i]-'0')
	}
	return n, true
}

func allLetters(text string) bool {
	for i := range len(text) {
		if !isLetter(text[i]) {
			return false
		}
	}
	return text != ""
}
