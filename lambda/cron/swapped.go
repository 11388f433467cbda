package cron

import (
	"slices"
	"strings"
)

// swapped explains a day field or the month that has what belongs into another one of
// them. The suggestion exchanges the two.
func (l line) swapped() *fault {
	for _, place := range []int{dayOfMonthAt, monthAt, dayOfWeekAt} {
		for _, right := range []int{dayOfMonthAt, monthAt, dayOfWeekAt} {
			if place == right || !l.belongs(place, right) {
				continue
			}
			f, kind := cronFields[place], [6]string{dayOfMonthAt: "days of the month", monthAt: "months", dayOfWeekAt: "weekdays"}[right]
			fault := l[place].hopeless(f, "%s stand in %s, not here: %s", kind, cronFields[right].name, l[place].text())
			fault.fix = l.exchanged(place, right)
			if fault.fix == "" {
				fault.message += "; with it both day fields would be set, and EventBridge takes one"
			}
			return fault
		}
	}
	return nil
}

// belongs reports whether what stands in one place can only be meant for the other.
// A number is a day of the month if no month or weekday comes near it, and if no other
// field says the day.
func (l line) belongs(place, right int) bool {
	parts := strings.FieldsFunc(strings.ToUpper(l[place].text()), func(r rune) bool { return strings.ContainsRune(",-/#", r) })
	named := func(names []string) bool {
		return slices.ContainsFunc(parts, func(part string) bool { return slices.Contains(names, part) })
	}
	switch right {
	case dayOfMonthAt:
		_, _, _, fault := parseList(dayOfMonthField, l[place])
		tooLarge := func(part string) bool { n, ok := number(part); return ok && n > cronFields[place].max+1 }
		return fault == nil && free(l[dayOfMonthAt]) && slices.ContainsFunc(parts, tooLarge)
	case monthAt:
		return named(monthNames) && !named(weekdayNames)
	}
	return place == monthAt && named(weekdayNames) && !named(monthNames)
}

// exchanged is the expression with two fields exchanged, and with "?" in one of the day
// fields; empty if both of these would be set.
func (l line) exchanged(a, b int) string {
	texts := l.texts()
	texts[a], texts[b] = texts[b], texts[a]
	if texts[monthAt] == "?" {
		texts[monthAt] = "*"
	}
	isFree := func(place int) bool { return texts[place] == "?" || texts[place] == "*" }
	switch {
	case isFree(dayOfWeekAt):
		texts[dayOfWeekAt] = "?"
		if texts[dayOfMonthAt] == "?" {
			texts[dayOfMonthAt] = "*"
		}
	case isFree(dayOfMonthAt):
		texts[dayOfMonthAt] = "?"
	default:
		return ""
	}
	return cronOf(texts...)
}
