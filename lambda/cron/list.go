package cron

import (
	"strconv"
	"strings"
)

// parseList reads a field that is a list of *, a, a-b, */n, a/n and a-b/n. It
// also reports whether a range wraps and whether there is an increment.
func parseList(f *field, t token) (s set, wraps, steps bool, fault *fault) {
	parts := t.split(',')
	for _, part := range parts {
		switch {
		case strings.Trim(t.text(), ",") == "":
			return s, wraps, steps, t.hopeless(f, "a value is missing beside a comma")
		case part.text() == "":
			return s, wraps, steps, t.fault(f, withoutEmpty(t), "a value is missing beside a comma")
		case part.text() == "*" && len(parts) > 1:
			return s, wraps, steps, t.fault(f, "*", `"*" stands alone, not in a list`)
		}
		wrap, step, fault := f.addPart(&s, part)
		if fault != nil {
			return s, wraps, steps, fault
		}
		wraps, steps = wraps || wrap, steps || step
	}
	return s, wraps, steps, nil
}

func withoutEmpty(t token) string {
	return strings.Join(strings.FieldsFunc(t.text(), func(r rune) bool { return r == ',' }), ",")
}

// addPart adds the values of one entry of a list.
func (f *field) addPart(s *set, part token) (wraps, steps bool, _ *fault) {
	body, increment := part, 1
	if i := strings.IndexByte(part.text(), '/'); i >= 0 {
		body, steps = part.sub(0, i), true
		var fault *fault
		if increment, fault = f.increment(part, i); fault != nil {
			return false, false, fault
		}
	}
	low, high, fault := f.bounds(body, steps)
	if fault != nil {
		return false, false, fault
	}
	if low > high {
		if f.cycle == 0 {
			return false, false, body.fault(f, strconv.Itoa(high)+"-"+strconv.Itoa(low), "the range %s goes backwards", body.text())
		}
		wraps, high = true, high+f.cycle
	}
	for v := low; v <= high; v += increment {
		value := v
		if value > f.max {
			value -= f.cycle
		}
		s.add(value - f.base)
	}
	return wraps, steps, nil
}

// increment reads what follows the slash at byte i of an entry.
func (f *field) increment(part token, i int) (int, *fault) {
	body, step := part.text()[:i], part.sub(i+1, len(part.text()))
	if body == "" {
		return 0, part.fault(f, "*"+part.text(), `a start is missing before "/"`)
	}
	n, ok := number(step.text())
	switch {
	case step.text() == "":
		return 0, part.fault(f, body, `a number is missing after "/"`)
	case !ok:
		return 0, step.hopeless(f, "the increment %q is not a number", step.text())
	case n == 0:
		return 0, part.fault(f, body, "the increment is 0")
	case n > f.maxStep:
		start, _, _ := strings.Cut(body, "-")
		if start == "*" {
			start = strconv.Itoa(f.min)
		}
		return 0, part.fault(f, start, "the increment %s is larger than %d, so only the start would fire", step.text(), f.maxStep)
	}
	return n, nil
}

// bounds reads *, a or a-b; with an increment a means from a to the end.
func (f *field) bounds(body token, open bool) (low, high int, _ *fault) {
	text := body.text()
	if text == "*" {
		return f.min, f.max, nil
	}
	i := strings.IndexByte(text, '-')
	switch {
	case i == 0:
		return 0, 0, body.fault(f, strings.TrimLeft(text, "-"), "%q is negative", text)
	case i == len(text)-1:
		return 0, 0, body.fault(f, text[:i], "the range %q has no end", text)
	case i < 0:
		low, fault := f.value(body)
		if open {
			return low, f.max, fault
		}
		return low, low, fault
	}
	low, fault := f.value(body.sub(0, i))
	if fault != nil {
		return 0, 0, fault
	}
	end := body.sub(i+1, len(text))
	if n, ok := number(end.text()); ok && n > f.max { // 1-60 means to the end, not round it
		return 0, 0, end.fault(f, strconv.Itoa(f.max), "%s is out of range %s", end.text(), f.scale())
	}
	high, fault = f.value(end)
	return low, high, fault
}
