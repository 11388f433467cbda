package cron

import (
	"fmt"
	"strings"
)

// misusedInMonth explains forms that day-of-month does not have.
func (l line) misusedInMonth(t token, text string) *fault {
	f := dayOfMonthField
	isLast := strings.HasSuffix(text, "L") && dayOfWeekField.isValue(strings.TrimSuffix(text, "L")) // 6L is the last Friday
	if isLast || strings.Contains(text, "#") || mentions(text, weekdayNames) {
		if !free(l[dayOfWeekAt]) {
			return t.hopeless(f, "weekdays stand in day-of-week, which is set, too: EventBridge takes one of the day fields")
		}
		return &fault{t.span, f.name, "day-of-month: weekdays stand in day-of-week", l.moved(t, dayOfWeekAt)}
	}
	if strings.Contains(text, "W") {
		switch {
		case strings.HasPrefix(text, "L-"):
			return t.fault(f, "LW", "EventBridge has no weekday nearest to a day before the last, %s; LW is the last Monday to Friday, %s the day itself", t.text(), strings.TrimSuffix(text, "W"))
		case text == "W":
			return &fault{t.span, f.name, `day-of-month: "W" needs a day, as in 15W; Monday to Friday is MON-FRI in day-of-week`, l.withDays("?", "MON-FRI")}
		case text == "WL":
			return t.fault(f, "LW", "the last workday is LW")
		case strings.Trim(text[1:], "0123456789") == "":
			return t.fault(f, text[1:]+"W", `the day stands before "W"`)
		}
		day := text[:len(text)-len(strings.TrimLeft(text, "0123456789"))]
		if day == "" {
			return f.notValue(t)
		}
		return t.fault(f, day+"W", `"W" takes a single day, not a list, range or increment; use one schedule for each`)
	}
	if strings.Contains(text, "L") && !mentions(text, monthNames) {
		if strings.Contains(text, ",") {
			return t.fault(f, lastEntry(text), `"L" must be the only entry, use one schedule for each`)
		}
		return t.fault(f, "L", `the last day is "L" alone, not %s`, t.text())
	}
	return nil
}

// lastEntry is the first entry of a list that begins with L.
func lastEntry(text string) string {
	for entry := range strings.SplitSeq(text, ",") {
		if strings.HasPrefix(entry, "L") {
			return entry
		}
	}
	return "L"
}

// misusedInWeek explains forms that day-of-week does not have.
func (l line) misusedInWeek(t token, text string) *fault {
	f := dayOfWeekField
	switch {
	case text == "W":
		return t.fault(f, "MON-FRI", `"W" is for day-of-month only, Monday to Friday is MON-FRI`)
	case isDigit(text[0]) && strings.HasSuffix(text, "W") || text == "LW":
		return &fault{t.span, f.name, `day-of-week: "W" is for day-of-month only`, l.moved(t, dayOfMonthAt)}
	case strings.HasPrefix(text, "L-") && offsetField.isValue(text[len("L-"):]):
		return &fault{t.span, f.name, fmt.Sprintf("day-of-week: %s counts days of the month, which stand in day-of-month; the last Friday is 6L", t.text()), l.moved(t, dayOfMonthAt)}
	case strings.HasPrefix(text, "L-"):
		return t.hopeless(f, "%s is not documented; the last Friday is 6L, Saturday is 7", t.text())
	case text[0] == 'L' && dayOfWeekField.isValue(text[1:]):
		return t.fault(f, text[1:]+"L", `the weekday stands before "L"`)
	case strings.HasSuffix(text, "L"):
		last := strings.LastIndexAny(text, ",-/") + 1
		return t.fault(f, text[last:], `"L" takes a single weekday and must be the only entry`)
	}
	return nil
}

// moved is the expression with a text in the other day field; empty if that is set, too.
func (l line) moved(t token, to int) string {
	if !free(l[to]) {
		return ""
	}
	days := [6]string{dayOfMonthAt: "?", dayOfWeekAt: "?"}
	days[to] = t.text()
	return l.withDays(days[dayOfMonthAt], days[dayOfWeekAt])
}

func mentions(text string, names []string) bool {
	for _, name := range names {
		if strings.Contains(text, name) {
			return true
		}
	}
	return false
}
