package cron

import (
	"cmp"
	"strings"
)

// line is the fields of a cron(…) as written, six unless something is wrong.
type line []token

// lineOf returns the fields of a valid cron(…).
func lineOf(expr string) line {
	return wholeToken(expr).sub(len("cron("), len(expr)-len(")")).words().named()
}

// named says of each token of six which field it is.
func (l line) named() line {
	for i := range l {
		l[i].field = cronFields[i]
	}
	return l
}

func (l line) texts() []string {
	texts := make([]string, len(l))
	for i, t := range l {
		texts[i] = t.text()
	}
	return texts
}

// cronOf joins fields to an expression.
func cronOf(texts ...string) string {
	return "cron(" + strings.Join(texts, " ") + ")"
}

// withDays returns the expression with other day fields.
func (l line) withDays(dayOfMonth, dayOfWeek string) string {
	texts := l.texts()
	texts[dayOfMonthAt], texts[dayOfWeekAt] = dayOfMonth, dayOfWeek
	return cronOf(texts...)
}

// free reports whether a day field does not restrict anything yet.
func free(day string) bool { return day == "?" || day == "*" }

// parseCron reads what stands between the parentheses.
func parseCron(body token) (fields, *fault) {
	l := body.words()
	if len(l) != len(cronFields) {
		return fields{}, wrongCount(body, l)
	}
	l = l.named()
	f, fault := l.parse()
	if fault == nil {
		return f, nil
	}
	return fields{}, cmp.Or(l.quartz(body), l.swapped(), fault)
}

// parse reads the fields from left to right.
func (l line) parse() (f fields, fault *fault) {
	for place, t := range l {
		var values set
		switch isDay := place == dayOfMonthAt || place == dayOfWeekAt; {
		case isDay && t.text() == "?":
		case isDay:
			f.days, values, fault = l.day(place)
		default:
			values, fault = t.values()
		}
		if fault != nil {
			return fields{}, fault
		}
		f.sets[place] = values
	}
	return f, l.bothDays()
}

// bothDays checks that exactly one of the day fields is "?".
func (l line) bothDays() *fault {
	month, week := l[dayOfMonthAt].text(), l[dayOfWeekAt].text()
	where := l[dayOfWeekAt]
	where.from = l[dayOfMonthAt].from
	switch {
	case month == "?" && week == "?":
		return &fault{where, `day-of-month and day-of-week are both "?", one of them must say the day`, l.withDays("*", "?")}
	case month == "?" || week == "?":
		return nil
	case month == "*" && week == "*":
		return &fault{where, `day-of-month and day-of-week are both "*", one of them must be "?"`, l.withDays("*", "?")}
	case month == "*":
		return &fault{where.as(dayOfMonthField), `day-of-week is set, so day-of-month must be "?", not "*"`, l.withDays("?", week)}
	case week == "*":
		return &fault{where, `day-of-month is set, so day-of-week must be "?", not "*"`, l.withDays(month, "?")}
	}
	return &fault{where, `day-of-month and day-of-week are both set; EventBridge takes one, the other must be "?"` +
		" (for both write a second schedule, " + l.withDays("?", week) + ")", l.withDays(month, "?")}
}
