package cron

import (
	"cmp"
	"strings"
	"unicode/utf8"
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

// around finds what is wrong with any expression, whatever its kind.
func around(all token) *fault {
	text := all.text()
	trimmed := strings.TrimSpace(text)
	switch {
	case trimmed == "":
		return all.fault("the schedule is empty; it looks like cron(55 14 * * ? *)")
	case len(text) > maxLength:
		return all.sub(maxLength, len(text)).fault("the schedule has %d characters, AWS takes %d", len(text), maxLength)
	case trimmed != text:
		return all.fault("there are blanks around the schedule").replace(trimmed)
	}
	return foreignCharacter(all)
}

// unwrap returns what stands between the parentheses.
func unwrap(all token) (body token, found kind, _ *fault) {
	head, body, opens := all.cut("(")
	if !opens {
		return body, "", bare(all)
	}
	for _, kind := range []kind{cronKind, rateKind, atKind} {
		if strings.EqualFold(strings.TrimSpace(head.text()), string(kind)) {
			found = kind
		}
	}
	end := body.sub(len(body.text()), len(body.text()))
	shut := strings.LastIndexByte(body.text(), ')')
	switch {
	case found == "":
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

// foreignCharacter refuses what is not printable ASCII or a tab. Web pages and input
// methods write such characters in place of the ASCII ones.
func foreignCharacter(all token) *fault {
	i := strings.IndexFunc(all.text(), func(r rune) bool { return !isPlain(r) })
	if i < 0 {
		return nil
	}
	_, size := utf8.DecodeRuneInString(all.text()[i:]) // 1 for a broken byte, too
	return all.sub(i, i+size).fault("the schedule has a character that AWS does not take").write(strings.Map(toASCII, all.text()))
}

func isPlain(r rune) bool { return ' ' <= r && r <= '~' || r == '\t' }

// toASCII returns the character that was meant, or -1 to drop it.
func toASCII(r rune) rune {
	const fullWidth = '！' - '!'
	switch {
	case isPlain(r):
		return r
	case '！' <= r && r <= '～':
		return r - fullWidth
	case '‐' <= r && r <= '―' || r == '−':
		return '-'
	case r == '\u00a0' || r == '\u3000' || r == '\n' || r == '\r':
		return ' '
	}
	return -1
}
