package cron

import "strings"

// line is the six fields of a cron(…) as written.
type line [6]token

// withDays returns the expression with other day fields.
func (l line) withDays(dayOfMonth, dayOfWeek string) string {
	texts := l.texts()
	texts[dayOfMonthAt], texts[dayOfWeekAt] = dayOfMonth, dayOfWeek
	return cronOf(texts...)
}

func (l line) texts() []string {
	texts := make([]string, len(l))
	for i, t := range l {
		texts[i] = t.text()
	}
	return texts
}

// free reports whether a day field does not restrict anything yet.
func free(day token) bool { return day.text() == "?" || day.text() == "*" }

// cronOf joins fields to an expression.
func cronOf(texts ...string) string {
	return "cron(" + strings.Join(texts, " ") + ")"
}

// fieldsOf is cronOf turned back.
func fieldsOf(expr string) []string {
	return strings.Fields(strings.TrimSuffix(strings.TrimPrefix(expr, "cron("), ")"))
}

// parseCron reads what stands between the parentheses.
func parseCron(body token) (fields, quirks, *fault) {
	words := body.words()
	if len(words) != 6 {
		return fields{}, 0, wrongCount(body, words)
	}
	l := line(words)
	if fault := l.quartz(body); fault != nil {
		return fields{}, 0, fault
	}
	if fault := l.swapped(); fault != nil {
		return fields{}, 0, fault
	}
	return l.parse()
}

// parse reads the fields from left to right.
func (l line) parse() (f fields, q quirks, _ *fault) {
	var sets [6]set
	for i, field := range cronFields {
		if i == dayOfMonthAt || i == dayOfWeekAt {
			rule, quirk, fault := l.parseDay(i)
			if fault != nil {
				return f, 0, fault
			}
			if l[i].text() != "?" {
				f.days = rule
			}
			q |= quirk
			continue
		}
		values, wraps, _, fault := parseList(field, l[i])
		if fault != nil {
			return f, 0, fault
		}
		if wraps {
			q |= wrapped(i)
		}
		sets[i] = values
	}
	f.minutes, f.hours = sets[minutesAt][0], sets[hoursAt][0]
	f.months, f.years = sets[monthAt][0], years(sets[yearAt])
	return f, q, l.bothDays()
}

// bothDays holds the rule that exactly one of the day fields is "?".
func (l line) bothDays() *fault {
	month, week := l[dayOfMonthAt], l[dayOfWeekAt]
	where := span{month.from, week.to}
	switch {
	case month.text() == "?" && week.text() == "?":
		return &fault{where, dayOfWeekField.name, `day-of-month and day-of-week are both "?", one of them must say the day`, l.withDays("*", "?")}
	case month.text() == "?" || week.text() == "?":
		return nil
	case month.text() == "*" && week.text() == "*":
		return &fault{where, dayOfWeekField.name, `day-of-month and day-of-week are both "*", one of them must be "?"`, l.withDays("*", "?")}
	case month.text() == "*":
		return &fault{where, dayOfMonthField.name, `day-of-week is set, so day-of-month must be "?", not "*"`, l.withDays("?", week.text())}
	case week.text() == "*":
		return &fault{where, dayOfWeekField.name, `day-of-month is set, so day-of-week must be "?", not "*"`, l.withDays(month.text(), "?")}
	}
	other := l.withDays("?", week.text())
	return &fault{where, dayOfWeekField.name,
		"day-of-month and day-of-week are both set; EventBridge takes one, the other must be \"?\" (for both write a second schedule, " + other + ")",
		l.withDays(month.text(), "?")}
}
