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
	if onlyDay(texts[monthAt]) || texts[yearAt] == "?" {
		return false
	}
	return onlyDay(texts[dayOfMonthAt]) || onlyDay(week) || mentions(week, weekdayNames)
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
	for place, f := range cronFields[:yearAt] {
		if place == dayOfMonthAt || place == dayOfWeekAt {
			continue // these are put right afterwards
		}
		if _, fault := l[place+1].as(f).list(); fault != nil {
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
