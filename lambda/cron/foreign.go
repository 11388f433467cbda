package cron

import "strings"

// wrongCount explains a cron that has not six fields.
func wrongCount(body token, words []token) *fault {
	fault := body.hopeless(wholeField, "%d fields instead of six: minutes hours day-of-month month day-of-week year", len(words))
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = w.text()
	}
	switch len(words) {
	case 5:
		if onlyDay(texts[1]) || onlyDay(texts[3]) {
			fault.message = "the first field, minutes, is missing; 0 is the full hour"
			fault.fix = cronOf(append([]string{"0"}, texts...)...)
			return fault
		}
		if notUnix(texts[2], texts[4]) {
			fault.message = "the sixth field, year, is missing"
			fault.fix = cronOf(append(texts, "*")...)
			return fault
		}
		unix(fault, texts, words[4])
	case 7:
		if line(words[:6]).beginsWithMinutes() {
			fault.message = "seven fields, and EventBridge has six, the last is year"
			fault.fix = oneLess(texts)
			return fault
		}
		fault.message = "seven fields are Quartz, which begins with seconds; " + noSeconds(texts[0])
		fault.fix = cronOf(texts[1:]...)
		if !strings.Contains(body.text(), "?") {
			fault.message += orBegins("minutes", oneLess(texts))
		}
	}
	return fault
}

// beginsWithMinutes reports whether the first six of seven fields are those of a cron(…),
// and not seconds and what follows, as in Quartz: the day fields tell.
func (l line) beginsWithMinutes() bool {
	month, week := strings.ToUpper(l[monthAt].text()), strings.ToUpper(l[dayOfWeekAt].text())
	if onlyDay(month) || l[yearAt].text() == "?" {
		return false
	}
	return onlyDay(l[dayOfMonthAt].text()) || onlyDay(week) || mentions(week, weekdayNames)
}

// oneLess makes six fields of seven that begin with minutes. If one of the last two is
// "*", it can go: the other is the year. Else nobody can know, and it is empty.
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

// unix translates five fields: minute hour day-of-month month day-of-week.
func unix(fault *fault, texts []string, weekday token) {
	fault.message = `five fields are unix cron; EventBridge has a sixth, year, counts weekdays 1-7 from SUN and wants "?" in one of the day fields`
	week, ok := fromUnix(weekday)
	if !ok {
		return
	}
	month := texts[2]
	switch {
	case week == "*":
		week = "?"
	case month == "*":
		month = "?"
	default:
		other := cronOf(texts[0], texts[1], "?", texts[3], week, "*")
		fault.message += "; unix fires on either day field, which takes a second schedule, " + other
		week = "?"
	}
	fault.fix = cronOf(texts[0], texts[1], month, texts[3], week, "*")
}

// quartz recognises six fields that begin with seconds and have no year, as
// Quartz and Spring write them: in their fourth and sixth place they have what
// only a day field has, or day 0, which is their midnight.
func (l line) quartz(body token) *fault {
	_, _, _, noYear := parseList(yearField, l[yearAt])
	if noYear == nil && !onlyDay(l[monthAt].text()) && l[dayOfMonthAt].text() != "0" {
		return nil
	}
	shifted := l.withoutSeconds()
	for i, f := range cronFields[:yearAt] {
		if i == dayOfMonthAt || i == dayOfWeekAt {
			continue // these are put right afterwards
		}
		if _, _, _, fault := parseList(f, shifted[i]); fault != nil {
			return nil
		}
	}
	return &fault{body.span, "", "six fields without a year are Quartz, which begins with seconds; " + noSeconds(l[0].text()),
		cronOf(shifted.texts()...)}
}

// onlyDay reports whether a text can stand in day-of-month alone.
func onlyDay(text string) bool {
	return text == "?" || strings.ContainsAny(text, "LlWw") && !mentions(strings.ToUpper(text), monthNames)
}

// withoutSeconds returns the fields without the first, for every year.
func (l line) withoutSeconds() line {
	return line{l[1], l[2], l[3], l[4], l[5], token{"*", span{0, 1}}}
}

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
