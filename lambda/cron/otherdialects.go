package cron

import "strings"

// wrongCount explains a cron that does not have six fields.
func wrongCount(body token, words line) *fault {
	texts := words.texts()
	switch {
	case len(words) == 5 && (onlyDay(texts[1]) || onlyDay(texts[3])):
		return body.fault("the first field, minutes, is missing; 0 is the full hour").write(cronOf("0 " + strings.Join(texts, " ")))
	case len(words) == 5 && notUnix(texts[2], texts[4]):
		return body.fault("the sixth field, year, is missing").write(cronOf(append(texts, "*")...))
	case len(words) == 5:
		return unix(body, words)
	case len(words) == 7 && beginsWithMinutes(texts):
		return body.fault("seven fields, and EventBridge has six, the last is year").write(oneLess(texts))
	case len(words) == 7:
		fault := body.fault("seven fields are Quartz, which begins with seconds; %s", noSeconds(texts[0])).write(cronOf(texts[1:]...))
		if !strings.Contains(body.text(), "?") {
			fault.message += orBegins("minutes", oneLess(texts))
		}
		return fault
	}
	return body.fault("%d fields instead of six: minutes hours day-of-month month day-of-week year", len(words))
}

// beginsWithMinutes reports whether seven fields are those of a cron(…) and one more,
// and not seconds and what follows, as in Quartz: the day fields tell.
func beginsWithMinutes(texts []string) bool {
	week := strings.ToUpper(texts[dayOfWeekAt])
	return !onlyDay(texts[monthAt]) && texts[yearAt] != "?" &&
		(onlyDay(texts[dayOfMonthAt]) || onlyDay(week) || mentions(week, weekdayNames))
}

// oneLess makes six fields of seven that begin with minutes. If one of the last two is
// "*", it can go: the other is the year. Else it returns nothing, because nobody can know.
func oneLess(texts []string) string {
	switch {
	case texts[6] == "*":
		return cronOf(texts[:6]...)
	case texts[5] == "*":
		return cronOf(append(texts[:5:5], texts[6])...)
	}
	return ""
}

// notUnix reports whether the day fields have something that unix cron lacks.
func notUnix(dayOfMonth, dayOfWeek string) bool {
	return strings.ContainsAny(dayOfMonth, "?LlWw#") || strings.ContainsAny(dayOfWeek, "?#") ||
		strings.HasSuffix(strings.ToUpper(dayOfWeek), "L")
}

// quartz recognises six fields that begin with seconds and have no year, as Quartz and
// Spring write them: the fourth or the sixth has what only a day field has, or the
// third is 0, which is their midnight.
func (l line) quartz(body token) *fault {
	_, noYear := l[yearAt].as(yearField).list()
	if noYear == nil && !onlyDay(l[monthAt].text()) && l[dayOfMonthAt].text() != "0" {
		return nil
	}
	for _, place := range []int{minutesAt, hoursAt, monthAt} { // the day fields are put right afterwards
		if _, fault := l[place+1].as(cronFields[place]).list(); fault != nil {
			return nil
		}
	}
	return body.fault("six fields without a year are Quartz, which begins with seconds; %s", noSeconds(l[0].text())).write(l.withoutSeconds())
}

// onlyDay reports whether a text can stand in a day field alone.
func onlyDay(text string) bool {
	return text == "?" || strings.ContainsAny(text, "LlWw") && !mentions(strings.ToUpper(text), monthNames)
}

// withoutSeconds returns the expression without the first field, for every year.
func (l line) withoutSeconds() string { return cronOf(append(l.texts()[1:], "*")...) }

// orBegins adds the other reading of fields without "?": six may begin with seconds, as
// Spring's do, and seven with minutes.
func orBegins(with, fix string) string {
	other := fault{fix: fix}
	if cron := other.suggestion(Rule); cron != "" {
		return "; if it begins with " + with + " it is " + cron
	}
	return ""
}

func noSeconds(seconds string) string {
	if seconds == "0" {
		return "EventBridge has none"
	}
	return "EventBridge has none, so " + seconds + " cannot be kept"
}

// unixWeekdayField is the fifth field of unix cron, with 0 and 7 for Sunday.
var unixWeekdayField = &field{name: "day-of-week", min: 0, max: 7, cycle: 7, names: append(weekdayNames[:7:7], "SUN")}

// unixNumbers explains weekday 0, if that is the fault, instead of calling it out of
// range: unix counts from SUN = 0, EventBridge from SUN = 1.
func unixNumbers(t token, fault *fault) *fault {
	if fault == nil || t.field != dayOfWeekField {
		return fault
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
