package cron

import "strings"

// unixWeekdayField is the fifth field of unix cron, with 0 and 7 for Sunday.
var unixWeekdayField = &field{name: "day-of-week", min: 0, max: 7, cycle: 7, names: append(weekdayNames[:7:7], "SUN")}

// unixNumbers explains weekday 0, if that is the fault, instead of calling it out of
// range: unix counts from SUN = 0, EventBridge from SUN = 1.
func unixNumbers(t token, fault *fault) *fault {
	if fault == nil {
		return nil
	}
	if n, ok := number(fault.at.text()); !ok || n != 0 {
		return fault
	}
	fault.message = "day-of-week: there is no 0, EventBridge counts 1-7 from SUN = 1 (unix cron 0-6)"
	if fixed, ok := fromUnix(t); ok {
		fault.fix = t.with(fixed)
	}
	return fault
}

// fromUnix translates the weekday numbers of unix cron.
func fromUnix(t token) (string, bool) {
	if !strings.ContainsAny(t.text(), "01234567") {
		return t.text(), true // "*", or names, which mean the same in both
	}
	values, fault := t.as(unixWeekdayField).values()
	if fault != nil {
		return "", false
	}
	var translated set
	for _, n := range unixWeekdayField.values(values) {
		translated.add(n%7 + 1)
	}
	return dayOfWeekField.render(dayOfWeekField.values(translated)), true
}

// unix translates five fields: minute hour day-of-month month day-of-week.
func unix(body token, words line) *fault {
	fault := body.fault(`five fields are unix cron; EventBridge has a sixth, year, counts weekdays 1-7 from SUN and wants "?" in one of the day fields`)
	week, ok := fromUnix(words[4])
	if !ok {
		return fault
	}
	texts := words.texts()
	month := texts[2]
	switch {
	case week == "*":
		week = "?"
	case month == "*":
		month = "?"
	default:
		fault.message += "; unix fires on either day field, which takes a second schedule, " +
			cronOf(texts[0], texts[1], "?", texts[3], week, "*")
		week = "?"
	}
	return fault.write(cronOf(texts[0], texts[1], month, texts[3], week, "*"))
}
