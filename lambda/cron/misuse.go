package cron

import "strings"

// misusedInMonth explains what day-of-month does not have. The text is in capitals.
func (l line) misusedInMonth(text string) *fault {
	t := l[dayOfMonthAt]
	hasW, day := strings.Contains(text, "W"), leadingDigits(text)
	isWeekday := strings.HasSuffix(text, "L") && t.sub(0, len(text)-1).as(dayOfWeekField).isValue() // 6L is the last Friday
	switch {
	case isWeekday || strings.Contains(text, "#") || mentions(text, weekdayNames):
		if !free(l[dayOfWeekAt].text()) {
			return t.fault("weekdays stand in day-of-week, which is set, too: EventBridge takes one of the day fields")
		}
		return t.fault("weekdays stand in day-of-week").write(l.withDays("?", t.text()))
	case hasW && strings.HasPrefix(text, "L-"):
		return t.fault("EventBridge has no weekday nearest to a day before the last, %s; LW is the last Monday to Friday, %s the day itself",
			t.text(), strings.TrimSuffix(text, "W")).replace("LW")
	case text == "W":
		return t.fault(`"W" needs a day, as in 15W; Monday to Friday is MON-FRI in day-of-week`).write(l.withDays("?", "MON-FRI"))
	case text == "WL":
		return t.fault("the last workday is LW").replace("LW")
	case hasW && strings.Trim(text[1:], digits) == "":
		return t.fault(`the day stands before "W"`).replace(text[1:] + "W")
	case hasW && day == "":
		return t.notValue()
	case hasW:
		return t.fault(`"W" takes a single day, not a list, range or increment; use one schedule for each`).replace(day + "W")
	case !strings.Contains(text, "L") || mentions(text, monthNames):
		return nil
	case strings.Contains(text, ","):
		return t.fault(`"L" must be the only entry, use one schedule for each`).replace(lastEntry(text))
	}
	return t.fault(`the last day is "L" alone, not %s`, t.text()).replace("L")
}

// lastEntry returns the first entry of a list that begins with L.
func lastEntry(text string) string {
	for entry := range strings.SplitSeq(text, ",") {
		if strings.HasPrefix(entry, "L") {
			return entry
		}
	}
	return "L"
}

// misusedInWeek explains what day-of-week does not have. The text is in capitals.
func (l line) misusedInWeek(text string) *fault {
	t := l[dayOfWeekAt]
	switch {
	case text == "W":
		return t.fault(`"W" is for day-of-month only, Monday to Friday is MON-FRI`).replace("MON-FRI")
	case leadingDigits(text) != "" && strings.HasSuffix(text, "W") || text == "LW":
		fault := t.fault(`"W" is for day-of-month only`)
		if free(l[dayOfMonthAt].text()) {
			fault.write(l.withDays(t.text(), "?"))
		}
		return fault
	case strings.HasPrefix(text, "L-") && t.sub(len("L-"), len(text)).as(offsetField).isValue():
		fault := t.fault("%s counts days of the month, which stand in day-of-month; the last Friday is 6L", t.text())
		if free(l[dayOfMonthAt].text()) {
			fault.write(l.withDays(t.text(), "?"))
		}
		return fault
	case strings.HasPrefix(text, "L-"):
		return t.fault("%s is not documented; the last Friday is 6L, Saturday is 7", t.text())
	case text[0] == 'L':
		if t.sub(1, len(text)).isValue() {
			return t.fault(`the weekday stands before "L"`).replace(text[1:] + "L")
		}
	}
	if strings.HasSuffix(text, "L") {
		last := strings.LastIndexAny(text, ",-/") + 1
		return t.fault(`"L" takes a single weekday and must be the only entry`).replace(text[last:])
	}
	return nil
}

func mentions(text string, names []string) bool {
	for _, name := range names {
		if strings.Contains(text, name) {
			return true
		}
	}
	return false
}
