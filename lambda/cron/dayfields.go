package cron

import "strings"

// parseDay reads day-of-month or day-of-week, whichever stands at i.
func (l line) parseDay(i int) (dayRule, quirks, *fault) {
	t := l[i]
	if t.text() == "?" {
		return dayRule{}, 0, nil
	}
	if i == dayOfMonthAt {
		return l.parseDayOfMonth(t)
	}
	return l.parseDayOfWeek(t)
}

func (l line) parseDayOfMonth(t token) (dayRule, quirks, *fault) {
	text := strings.ToUpper(t.text())
	switch {
	case text == "L":
		return dayRule{kind: lastDay}, 0, nil
	case strings.HasPrefix(text, "L-") && text != "L-" && !strings.ContainsAny(text, ",/W"):
		// Undocumented, as in Quartz, which takes 0 to 30 (CronExpression.storeExpressionVals).
		n, fault := offsetField.value(t.sub(len("L-"), len(text)))
		return dayRule{kind: lastDay, n: n}, 0, fault
	case text == "LW":
		// Undocumented, as in Quartz, and taken: https://github.com/serverless/serverless-local-schedule/issues/12
		// and https://github.com/grumBit/aws_cron_expression_validator/issues/18.
		return dayRule{kind: lastWorkday}, 0, nil
	case strings.HasSuffix(text, "W") && isDigit(text[0]) && !strings.ContainsAny(text, ",-/"):
		n, fault := dayOfMonthField.value(t.sub(0, len(text)-1))
		return dayRule{kind: nearWorkday, n: n}, 0, fault
	}
	if fault := l.misusedInMonth(t, text); fault != nil {
		return dayRule{}, 0, fault
	}
	values, wraps, _, fault := parseList(dayOfMonthField, t)
	if wraps {
		return dayRule{kind: monthDays, set: values[0]}, wrappedMonthDays, fault
	}
	return dayRule{kind: monthDays, set: values[0]}, 0, fault
}

// offsetField is the n of L-n.
var offsetField = &field{name: "day-of-month: the offset from the last day", min: 0, max: 30}

func (l line) parseDayOfWeek(t token) (dayRule, quirks, *fault) {
	text := strings.ToUpper(t.text())
	switch {
	case text == "L":
		// AWS: "the last day of the … week", which it numbers 1 to 7, SUN-SAT.
		return dayRule{kind: weekDays, set: 1 << 7}, bareL, nil
	case strings.Contains(text, "#"):
		return parseNth(t)
	case strings.HasSuffix(text, "L") && !strings.ContainsAny(text, ",-/"):
		n, fault := dayOfWeekField.value(t.sub(0, len(text)-1))
		if fault != nil && fault.fix == "" {
			fault = dayOfWeekField.notValue(t) // APRIL is no weekday APRI
		}
		return dayRule{kind: lastOfWeekday, n: n}, 0, fault
	}
	if fault := l.misusedInWeek(t, text); fault != nil {
		return dayRule{}, 0, fault
	}
	values, wraps, steps, fault := parseList(dayOfWeekField, t)
	if fault != nil {
		return dayRule{}, 0, unixNumbers(t, fault)
	}
	var q quirks
	if wraps {
		q |= wrappedWeekDays
	}
	if steps {
		q |= steppedWeekDays
	}
	return dayRule{kind: weekDays, set: values[0]}, q, nil
}

// parseNth reads n#k, the k-th weekday n of the month.
func parseNth(t token) (dayRule, quirks, *fault) {
	f := dayOfWeekField
	text := t.text()
	hash := strings.IndexByte(text, '#')
	if strings.ContainsRune(text, ',') || strings.Count(text, "#") > 1 {
		return dayRule{}, 0, t.fault(f, onlyNth(text+","), `"#" must be the only entry, use one schedule for each`)
	}
	day, nth := t.sub(0, hash), t.sub(hash+1, len(text))
	if first, _, isRange := strings.Cut(day.text(), "-"); isRange {
		return dayRule{}, 0, day.fault(f, first, `"#" takes a single weekday, not the range %s`, day.text())
	}
	if day.text() == "" {
		return dayRule{}, 0, t.hopeless(f, `the weekday is missing before "#"; 2#1 is the first Monday`)
	}
	n, fault := f.value(day)
	if fault != nil {
		return dayRule{}, 0, unixNumbers(day, fault)
	}
	k, ok := number(nth.text())
	switch {
	case nth.text() == "":
		return dayRule{}, 0, t.fault(f, text+"1", `a number 1-5 is missing after "#"`)
	case !ok:
		return dayRule{}, 0, nth.hopeless(f, `%q after "#" is not a number 1-5`, nth.text())
	case k == 0:
		return dayRule{}, 0, nth.fault(f, "1", `the number after "#" is 1-5, not 0`)
	case k > 5:
		return dayRule{}, 0, t.fault(f, day.text()+"L", `the number after "#" is 1-5, not %d; no month has that many; for the last write %sL`, k, day.text())
	}
	return dayRule{kind: nthOfWeekday, n: n, nth: k}, 0, nil
}

// onlyNth returns the first entry with "#", without a second "#", of a list
// that ends with a comma.
func onlyNth(text string) string {
	hash := strings.IndexByte(text, '#')
	start := strings.LastIndexByte(text[:hash], ',') + 1
	end := strings.IndexAny(text[hash+1:], ",#")
	return text[start : hash+1+end]
}

// unixNumbers explains weekday 0 instead of calling it out of range: unix
// counts from SUN = 0, EventBridge from SUN = 1.
func unixNumbers(t token, fault *fault) *fault {
	if n, ok := number(t.expr[fault.from:fault.to]); !ok || n != 0 {
		return fault
	}
	fault.message = "day-of-week: there is no 0, EventBridge counts 1-7 from SUN = 1 (unix cron 0-6)"
	if fixed, ok := fromUnix(t); ok {
		fault.fix = t.with(fixed)
	}
	return fault
}

// fromUnix translates the weekday numbers of unix cron, 0-6 and 7 for Sunday.
func fromUnix(t token) (string, bool) {
	if !strings.ContainsAny(t.text(), "01234567") {
		return t.text(), true // "*", or names, which mean the same in both
	}
	values, _, _, fault := parseList(unixWeekdayField, t)
	if fault != nil {
		return "", false
	}
	var translated set
	for n := range 8 {
		if values.has(n) {
			translated.add(n%7 + 1)
		}
	}
	return dayOfWeekField.render(translated), true
}

var unixWeekdayField = &field{name: "day-of-week", min: 0, max: 7, cycle: 7, maxStep: 7, names: append(weekdayNames[:7:7], "SUN")}
