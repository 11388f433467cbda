package cron

import "strings"

// offsetField is the n of L-n. Quartz takes 0 to 30 (CronExpression.storeExpressionVals).
var offsetField = &field{name: "day-of-month: the offset from the last day", min: 0, max: 30}

// dayOfMonth reads day-of-month. The set is that of a list.
func (l line) dayOfMonth() (dayRule, set, *fault) {
	t := l[dayOfMonthAt]
	text := strings.ToUpper(t.text())
	switch {
	case text == "L":
		return dayRule{kind: lastDay}, set{}, nil
	case strings.HasPrefix(text, "L-") && text != "L-" && !strings.ContainsAny(text, ",/W"):
		// Undocumented, as in Quartz.
		n, fault := t.sub(len("L-"), len(text)).as(offsetField).value()
		return dayRule{kind: lastDay, n: n}, set{}, fault
	case text == "LW":
		// Undocumented, as in Quartz. AWS takes it: https://github.com/serverless/serverless-local-schedule/issues/12
		// and https://github.com/grumBit/aws_cron_expression_validator/issues/18.
		return dayRule{kind: lastWorkday}, set{}, nil
	case strings.HasSuffix(text, "W") && leadingDigits(text) != "" && !strings.ContainsAny(text, ",-/"):
		n, fault := t.sub(0, len(text)-1).value()
		return dayRule{kind: nearWorkday, n: n}, set{}, fault
	}
	if fault := l.misusedInMonth(text); fault != nil {
		return dayRule{}, set{}, fault
	}
	values, fault := t.values()
	return dayRule{kind: monthDays}, values, fault
}

// dayOfWeek reads day-of-week. The set is that of a list.
func (l line) dayOfWeek() (dayRule, set, *fault) {
	t := l[dayOfWeekAt]
	text := strings.ToUpper(t.text())
	switch {
	case text == "L":
		// AWS: "the last day of the … week", which it numbers 1 to 7, SUN-SAT.
		return dayRule{kind: weekDays}, set{1 << 7}, nil
	case strings.Contains(text, "#"):
		rule, fault := nthWeekday(t)
		return rule, set{}, fault
	case strings.HasSuffix(text, "L") && !strings.ContainsAny(text, ",-/"):
		n, fault := t.sub(0, len(text)-1).value()
		if fault != nil && fault.fix == "" {
			fault = t.notValue() // APRIL, not APRI
		}
		return dayRule{kind: lastOfWeekday, n: n}, set{}, fault
	}
	if fault := l.misusedInWeek(text); fault != nil {
		return dayRule{}, set{}, fault
	}
	values, fault := t.values()
	return dayRule{kind: weekDays}, values, unixNumbers(t, fault)
}

// nthWeekday reads n#k, the k-th weekday n of the month.
func nthWeekday(t token) (dayRule, *fault) {
	day, nth, _ := t.cut("#")
	if strings.ContainsAny(day.text(), ",") || strings.ContainsAny(nth.text(), ",#") {
		return dayRule{}, t.fault(`"#" must be the only entry, use one schedule for each`).replace(firstNth(day.text(), nth.text()))
	}
	if first, _, isRange := strings.Cut(day.text(), "-"); isRange {
		return dayRule{}, day.fault(`"#" takes a single weekday, not the range %s`, day.text()).replace(first)
	}
	if day.text() == "" {
		return dayRule{}, t.fault(`the weekday is missing before "#"; 2#1 is the first Monday`)
	}
	n, fault := day.value()
	if fault != nil {
		return dayRule{}, unixNumbers(day, fault)
	}
	k, ok := number(nth.text())
	switch {
	case nth.text() == "":
		return dayRule{}, t.fault(`a number 1-5 is missing after "#"`).replace(t.text() + "1")
	case !ok:
		return dayRule{}, nth.fault(`%q after "#" is not a number 1-5`, nth.text())
	case k == 0:
		return dayRule{}, nth.fault(`the number after "#" is 1-5, not 0`).replace("1")
	case k > 5:
		return dayRule{}, t.fault(`the number after "#" is 1-5, not %d; no month has that many; for the last write %sL`, k, day.text()).replace(day.text() + "L")
	}
	return dayRule{kind: nthOfWeekday, n: n, nth: k}, nil
}

// firstNth returns the entry with the first "#" of a list, given what stands before
// and after that "#", without a second "#".
func firstNth(before, after string) string {
	if end := strings.IndexAny(after, ",#"); end >= 0 {
		after = after[:end]
	}
	return before[strings.LastIndexByte(before, ',')+1:] + "#" + after
}
