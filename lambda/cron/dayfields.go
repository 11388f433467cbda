package cron

import (
	"regexp"
	"strings"
	"sync"
)

// offsetField is the n of L-n. Quartz takes 0 to 30 (CronExpression.storeExpressionVals).
var offsetField = &field{name: "day-of-month: the offset from the last day", min: 0, max: 30}

// dayForms are the ways to write a day field that are no lists. AWS takes LW and L-n, as
// Quartz does, but does not document them:
// https://github.com/serverless/serverless-local-schedule/issues/12
// https://github.com/grumBit/aws_cron_expression_validator/issues/18
var dayForms = sync.OnceValue(func() []dayForm {
	return []dayForm{
		{dayOfMonthAt, pattern(`L`), lastDay, nil},
		{dayOfMonthAt, pattern(`L-([^,/W]+)`), lastDay, offsetField},
		{dayOfMonthAt, pattern(`LW`), lastWorkday, nil},
		{dayOfMonthAt, pattern(`(\d[^,/-]*)W`), nearWorkday, dayOfMonthField},
		{dayOfWeekAt, pattern(`([^,/#-]+)L`), lastOfWeekday, dayOfWeekField},
		{dayOfWeekAt, pattern(`([^,#-]+)#([^,#]*)`), nthOfWeekday, dayOfWeekField},
	}
})

type dayForm struct {
	place   int
	pattern *regexp.Regexp
	kind    dayKind
	n       *field // what the first group of the pattern is; it becomes dayRule.n
}

// inDayForms are the signs of which each of dayForms has one.
const inDayForms = "LlWw#"

// day reads a day field that is not "?". The set is that of a list.
func (l line) day(place int) (rule dayRule, values set, fault *fault) {
	t := l[place]
	var forms []dayForm
	if strings.ContainsAny(t.text(), inDayForms) {
		forms = dayForms()
	}
	for _, form := range forms {
		group := form.pattern.FindStringSubmatchIndex(t.text())
		if form.place != place || group == nil {
			continue
		}
		rule.kind = form.kind
		if form.n == nil {
			return rule, values, nil
		}
		n := t.sub(group[2], group[3]).as(form.n)
		rule.n, fault = n.value()
		switch {
		case form.kind == lastOfWeekday && fault != nil && fault.fix == "":
			fault = t.notValue() // APRIL, not APRI
		case form.kind == nthOfWeekday && fault != nil:
			fault = unixNumbers(n, fault)
		case form.kind == nthOfWeekday:
			if rule.nth, _ = number(t.text()[group[4]:]); rule.nth < 1 || rule.nth > 5 {
				fault = t.misused(nthMisuses())
			}
		}
		return rule, values, fault
	}
	misuses := monthMisuses
	if place == dayOfWeekAt {
		rule.kind, misuses = weekDays, weekMisuses
	}
	if rule.kind == weekDays && strings.EqualFold(t.text(), "L") {
		// AWS: "the last day of the … week", which it numbers 1 to 7, SUN-SAT.
		return rule, set{1 << 7}, nil
	}
	if fault = l.misusedDay(place, misuses()); fault == nil {
		values, fault = t.values()
	}
	return rule, values, unixNumbers(t, fault)
}
