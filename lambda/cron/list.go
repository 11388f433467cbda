package cron

import (
	"strconv"
	"strings"
	"unicode"
)

// list is what a field with *, a, a-b, */n, a/n and a-b/n says.
type list struct {
	set   set
	wraps bool // a range goes past the last value, 50-10
	steps bool // there is an increment
}

// values returns the numbers of a field that is a list.
func (t token) values() (set, *fault) {
	l, fault := t.list()
	return l.set, fault
}

func (t token) list() (l list, _ *fault) {
	entries := t.split(",")
	for _, entry := range entries {
		switch {
		case entry.text() == "":
			rest := strings.FieldsFunc(t.text(), func(r rune) bool { return r == ',' })
			return l, t.fault("a value is missing beside a comma").replace(strings.Join(rest, ","))
		case entry.text() == "*" && len(entries) > 1:
			return l, t.fault(`"*" stands alone, not in a list`).replace("*")
		}
		if fault := l.add(entry); fault != nil {
			return l, fault
		}
	}
	return l, nil
}

// add adds the values of one entry.
func (l *list) add(entry token) *fault {
	stretch, step, stepped := entry.cut("/")
	increment := 1
	if stepped {
		var fault *fault
		if increment, fault = increments(entry, stretch.text(), step); fault != nil {
			return fault
		}
		l.steps = true
	}
	low, high, fault := stretch.bounds(stepped)
	if fault != nil {
		return fault
	}
	f := entry.field
	if low > high {
		if f.cycle == 0 {
			return stretch.fault("the range %s goes backwards", stretch.text()).replace(strconv.Itoa(high) + "-" + strconv.Itoa(low))
		}
		l.wraps = true
		high += f.cycle
	}
	for v := low; v <= high; v += increment {
		n := v
		if n > f.max {
			n -= f.cycle
		}
		l.set.add(n - f.base)
	}
	return nil
}

// increments reads the step that follows the slash of an entry.
func increments(entry token, stretch string, step token) (int, *fault) {
	n, ok := number(step.text())
	switch {
	case stretch == "":
		return 0, entry.fault(`a start is missing before "/"`).replace("*" + entry.text())
	case step.text() == "":
		return 0, entry.fault(`a number is missing after "/"`).replace(stretch)
	case !ok:
		return 0, step.fault("the increment %q is not a number", step.text())
	case n == 0:
		return 0, entry.fault("the increment is 0").replace(stretch)
	case n > step.field.maxStep():
		start, _, _ := strings.Cut(stretch, "-")
		if start == "*" {
			start = strconv.Itoa(step.field.min)
		}
		return 0, entry.fault("the increment %s is larger than %d, so only the start would fire", step.text(), step.field.maxStep()).replace(start)
	}
	return n, nil
}

// bounds reads *, a or a-b. With an increment, a means from a to the end.
func (t token) bounds(stepped bool) (low, high int, fault *fault) {
	f := t.field
	first, last, isRange := t.cut("-")
	switch {
	case t.text() == "*":
		return f.min, f.max, nil
	case !isRange:
		low, fault = t.value()
		if stepped {
			return low, f.max, fault
		}
		return low, low, fault
	case first.text() == "":
		return 0, 0, t.fault("%q is negative", t.text()).replace(strings.TrimLeft(t.text(), "-"))
	case last.text() == "":
		return 0, 0, t.fault("the range %q has no end", t.text()).replace(first.text())
	}
	if low, fault = first.value(); fault != nil {
		return 0, 0, fault
	}
	if n, ok := number(last.text()); ok && n > f.max { // 1-60 ends with the last minute, it does not wrap to 0
		return 0, 0, last.fault("%s is out of range %s", last.text(), f.scale()).replace(strconv.Itoa(f.max))
	}
	high, fault = last.value()
	return low, high, fault
}

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
