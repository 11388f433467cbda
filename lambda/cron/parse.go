package cron

import (
	"cmp"
	"strings"
)

// maxLength is how many characters both services take.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html#scheduler-CreateSchedule-request-ScheduleExpression
const maxLength = 256

// Parse reads cron(…), rate(…) and, in the Scheduler dialect, at(…). It takes
// what AWS documents. Of what AWS does not document it takes what Canonical can
// write in documented syntax, and what is known to work (LW, L-2); Warnings
// names these. Errors are of type *Error.
func Parse(expr string, d Dialect) (Schedule, error) {
	s, fault := parse(expr, d)
	if fault != nil {
		return Schedule{}, fault.asError(d)
	}
	return s, nil
}

func parse(expr string, d Dialect) (Schedule, *fault) {
	all := wholeToken(expr)
	if fault := around(all); fault != nil {
		return Schedule{}, fault
	}
	s, fault := read(all, d)
	if fault == nil {
		return s, nil
	}
	return Schedule{}, cmp.Or(zoneBeside(all), fault)
}

// read reads an expression of printable characters.
func read(all token, d Dialect) (Schedule, *fault) {
	body, kind, fault := unwrap(all)
	if fault != nil {
		return Schedule{}, fault
	}
	s := Schedule{kind: kind, text: all.expr}
	switch kind {
	case rateKind:
		s.every, fault = parseRate(body)
	case atKind:
		s.once, fault = parseAt(body, d)
	default:
		s.cron, fault = parseCron(body)
	}
	if fault != nil {
		return Schedule{}, fault
	}
	if n := len(s.Canonical()); n > maxLength {
		return Schedule{}, all.fault("its numeric form has %d characters, AWS takes %d", n, maxLength)
	}
	return s, nil
}

// unwrap returns what stands between the parentheses.
func unwrap(all token) (body token, found kind, _ *fault) {
	head, body, opens := all.cut("(")
	if !opens {
		return body, "", bare(all)
	}
	found = kind(strings.ToLower(strings.TrimSpace(head.text())))
	end := body.sub(len(body.text()), len(body.text()))
	shut := strings.LastIndexByte(body.text(), ')')
	switch {
	case found != cronKind && found != rateKind && found != atKind:
		return body, "", unknownWord(head, body)
	case head.text() != string(found):
		return body, "", head.fault("the schedule begins with %q, it must be %s(", head.text()+"(", found).replace(string(found))
	case shut < 0:
		return body, "", end.fault(`the closing ")" is missing`).replace(")")
	case shut < len(body.text())-1:
		after := body.sub(shut+1, len(body.text()))
		return body, "", after.fault(`%q after the closing ")"`, after.text()).write(after.with(""))
	}
	body = body.sub(0, shut)
	if inner := strings.TrimSpace(body.text()); inner != body.text() { // AWS refuses rate( 5 minutes )
		return body, "", body.fault("there are blanks beside the parentheses").replace(inner)
	}
	return body, found, nil
}
