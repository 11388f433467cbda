package cron

import "strconv"

// Error says what is wrong with an expression or a time zone name, and where.
type Error struct {
	Message    string // what is wrong, in lower case
	Field      string // a field by AWS's name ("day-of-week"), "value", "unit", "date", "timezone", or "" for the whole
	Offset     int    // where the wrong part begins, in bytes of the input
	Length     int    // its length in bytes; 0 where something is missing
	Suggestion string // a whole input that is valid, or "" if nothing can be guessed
}

// Error returns the message and the suggestion, if there is one.
func (e *Error) Error() string {
	if e.Suggestion == "" {
		return e.Message
	}
	return e.Message + "; write " + strconv.Quote(e.Suggestion)
}

// span is a part of the input.
type span struct{ from, to int }

// fault is the first thing that is wrong with an expression.
type fault struct {
	span
	field   string
	message string
	// fix is the whole expression with this one thing corrected, or "" if
	// nobody can know what was meant. Other parts may still be wrong.
	fix string
}

// maxRepairs is more than an expression of six fields needs.
const maxRepairs = 20

// suggestion repeats parsing and fixing until the expression is valid. Whatever
// it returns has been parsed, so a suggestion can be pasted.
func (f *fault) suggestion(d Dialect) string {
	for range maxRepairs {
		if f.fix == "" {
			return ""
		}
		expr := f.fix
		if _, f = parse(expr, d); f == nil {
			return expr
		}
	}
	return ""
}

func (f *fault) asError(d Dialect) *Error {
	return &Error{
		Message:    f.message,
		Field:      f.field,
		Offset:     f.from,
		Length:     f.to - f.from,
		Suggestion: f.suggestion(d),
	}
}
