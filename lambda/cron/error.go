package cron

import "strconv"

// Error says what is wrong with an expression, and where.
type Error struct {
	Message    string `json:"message"`    // what is wrong, in lower case
	Field      string `json:"field"`      // a field by AWS's name ("day-of-week"), "value", "unit", "date", or "" for the whole
	Offset     int    `json:"offset"`     // where the wrong part begins, in bytes of the input
	Length     int    `json:"length"`     // its length in bytes; 0 where something is missing
	Suggestion string `json:"suggestion"` // a whole input that is valid, or "" if nothing can be guessed
}

// Error returns the message and the suggestion, if there is one.
func (e *Error) Error() string {
	if e.Suggestion == "" {
		return e.Message
	}
	return e.Message + "; write " + strconv.Quote(e.Suggestion)
}

// fault is the first thing that is wrong with an expression.
type fault struct {
	at      token
	message string
	// fix is the whole expression with this one thing corrected. Other parts may
	// still be wrong. It is empty if nobody can know what was meant.
	fix string
}

// write sets the whole expression to write instead.
func (f *fault) write(expr string) *fault {
	f.fix = expr
	return f
}

// replace sets the text to write in place of the wrong token, unless that is not known ("").
func (f *fault) replace(text string) *fault {
	if text == "" {
		return f
	}
	return f.write(f.at.with(text))
}

// suggestion repeats parsing and fixing until the expression is valid. What it
// returns has been parsed, so it can be pasted.
func (f *fault) suggestion(d Dialect) string {
	const maxRepairs = 20 // more than six fields need
	for range maxRepairs {
		expr := f.fix
		if expr == "" {
			break
		}
		if _, f = parse(expr, d); f == nil {
			return expr
		}
	}
	return ""
}

func (f *fault) asError(d Dialect) *Error {
	return &Error{f.message, f.at.field.name, f.at.from, f.at.to - f.at.from, f.suggestion(d)}
}
