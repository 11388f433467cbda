package cron

import (
	"strconv"
	"strings"
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
			fault := t.fault("a value is missing beside a comma")
			if rest := strings.FieldsFunc(t.text(), func(r rune) bool { return r == ',' }); len(rest) > 0 {
				fault.replace(strings.Join(rest, ","))
			}
			return l, fault
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
		if v > f.max {
			l.set.add(v - f.cycle - f.base)
		} else {
			l.set.add(v - f.base)
		}
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
