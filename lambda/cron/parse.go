package cron

import "strings"

// maxLength is what both services take, in characters.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html#scheduler-CreateSchedule-request-ScheduleExpression
const maxLength = 256

// Parse reads cron(…), rate(…) and, in the Scheduler dialect, at(…). Errors are
// of type *Error. It accepts what AWS documents, and of what AWS does not
// document only what can be turned into something documented (see Canonical) or
// is known to work (LW, L-2); Warnings tells which.
func Parse(expr string, d Dialect) (Schedule, error) {
	s, fault := parse(expr, d)
	if fault != nil {
		return Schedule{}, fault.asError(d)
	}
	return s, nil
}

func parse(expr string, d Dialect) (Schedule, *fault) {
	all := token{expr, span{0, len(expr)}}
	body, kind, fault := unwrap(all)
	if fault != nil {
		return Schedule{}, fault
	}
	s := Schedule{kind: kind, text: expr}
	switch kind {
	case Rate:
		s.every, fault = parseRate(body)
	case At:
		s.once, fault = parseAt(body, d)
	default:
		s.cron, s.quirks, fault = parseCron(body)
	}
	if fault != nil {
		return Schedule{}, fault
	}
	if n := len(s.Canonical()); n > maxLength {
		return Schedule{}, all.hopeless(wholeField, "its numeric form has %d characters, AWS takes %d", n, maxLength)
	}
	return s, nil
}

// wholeField names no field in errors about a whole expression.
var wholeField = &field{}

// unwrap returns what stands between the parentheses.
func unwrap(all token) (body token, kind Kind, _ *fault) {
	text := all.text()
	trimmed := strings.TrimSpace(text)
	switch {
	case trimmed == "":
		return body, 0, all.hopeless(wholeField, "the schedule is empty; it looks like cron(55 14 * * ? *)")
	case len(text) > maxLength:
		return body, 0, all.sub(maxLength, len(text)).hopeless(wholeField, "the schedule has %d characters, AWS takes %d", len(text), maxLength)
	case trimmed != text:
		return body, 0, all.fault(wholeField, trimmed, "there are blanks around the schedule")
	}
	if fault := foreignCharacter(all); fault != nil {
		return body, 0, fault
	}
	if fault := zoneBeside(all); fault != nil {
		return body, 0, fault
	}
	open := strings.IndexByte(text, '(')
	if open < 0 {
		return body, 0, bare(all)
	}
	head, shut := all.sub(0, open), strings.LastIndexByte(text, ')')
	kind, known := kindOf(head.text())
	switch {
	case !known:
		return body, 0, unknownWrapper(all, head, open)
	case head.text() != kind.String():
		return body, 0, head.fault(wholeField, kind.String(), "the schedule begins with %q, it must be %s(", text[:open+1], kind)
	case shut < 0:
		return body, 0, all.sub(len(text), len(text)).fault(wholeField, ")", `the closing ")" is missing`)
	case shut < len(text)-1:
		return body, 0, all.sub(shut+1, len(text)).fault(wholeField, "", `%q after the closing ")"`, text[shut+1:])
	}
	body = all.sub(open+1, shut)
	if inner := strings.TrimSpace(body.text()); inner != body.text() {
		// AWS refuses rate( 5 minutes ).
		return body, 0, body.fault(wholeField, inner, "there are blanks beside the parentheses")
	}
	return body, kind, nil
}

// kindOf recognises the word in front of the parenthesis, not written quite
// right perhaps.
func kindOf(head string) (Kind, bool) {
	for _, kind := range []Kind{Cron, Rate, At} {
		if strings.EqualFold(strings.TrimSpace(head), kind.String()) {
			return kind, true
		}
	}
	return 0, false
}
