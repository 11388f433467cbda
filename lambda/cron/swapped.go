package cron

import (
	"slices"
	"strings"
)

// swapped explains a day field or the month that has what belongs into another one of
// them. The suggestion exchanges the two.
func (l line) swapped() *fault {
	kinds := [...]string{dayOfMonthAt: "days of the month", monthAt: "months", dayOfWeekAt: "weekdays"}
	places := []int{dayOfMonthAt, monthAt, dayOfWeekAt}
	for _, place := range places {
		for _, right := range places {
			if place == right || !l.belongs(l[place], right) {
				continue
			}
			fault := l[place].fault("%s stand in %s, not here: %s", kinds[right], cronFields[right].name, l[place].text())
			if fault.write(l.exchanged(place, right)); fault.fix == "" {
				fault.message += "; with it both day fields would be set, and EventBridge takes one"
			}
			return fault
		}
	}
	return nil
}

// belongs reports whether a token can only be meant for that other place. A number is
// a day of the month if it is far too large where it stands, and if day-of-month does
// not say the day.
func (l line) belongs(t token, right int) bool {
	parts := strings.FieldsFunc(strings.ToUpper(t.text()), func(r rune) bool { return strings.ContainsRune(",-/#", r) })
	has := func(names []string) bool {
		return slices.ContainsFunc(parts, func(part string) bool { return slices.Contains(names, part) })
	}
	switch right {
	case monthAt:
		return has(monthNames) && !has(weekdayNames)
	case dayOfWeekAt:
		return t.field == monthField && has(weekdayNames) && !has(monthNames)
	}
	_, fault := t.as(dayOfMonthField).list()
	return fault == nil && free(l[dayOfMonthAt].text()) && slices.ContainsFunc(parts, func(part string) bool {
		n, ok := number(part)
		return ok && n > t.field.max+1
	})
}

// exchanged returns the expression with two fields exchanged, and with "?" in one of the
// day fields. It is empty if both of these would be set.
func (l line) exchanged(a, b int) string {
	texts := l.texts()
	texts[a], texts[b] = texts[b], texts[a]
	month, week := texts[dayOfMonthAt], texts[dayOfWeekAt]
	if texts[monthAt] == "?" {
		texts[monthAt] = "*"
	}
	switch {
	case free(week) && month == "?":
		month, week = "*", "?"
	case free(week):
		week = "?"
	case free(month):
		month = "?"
	default:
		return ""
	}
	texts[dayOfMonthAt], texts[dayOfWeekAt] = month, week
	return cronOf(texts...)
}
