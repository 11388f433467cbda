package cron

import "fmt"

// token is a part of an expression that begins at byte from.
type token struct {
	expr string
	span
}

func (t token) text() string { return t.expr[t.from:t.to] }

// sub returns the bytes from to to of the token.
func (t token) sub(from, to int) token {
	return token{t.expr, span{t.from + from, t.from + to}}
}

// with returns the whole expression with another text in place of the token.
func (t token) with(text string) string {
	return t.expr[:t.from] + text + t.expr[t.to:]
}

// fault says that the token is wrong; fix is a text to put in its place.
func (t token) fault(f *field, fix, format string, args ...any) *fault {
	message := fmt.Sprintf(format, args...)
	if f.name != "" {
		message = f.name + ": " + message
	}
	return &fault{span: t.span, field: f.name, message: message, fix: t.with(fix)}
}

// hopeless is a fault without a fix.
func (t token) hopeless(f *field, format string, args ...any) *fault {
	fault := t.fault(f, "", format, args...)
	fault.fix = ""
	return fault
}

// split cuts the token at each byte for which cut is true. Empty parts are kept.
func (t token) split(cut byte) []token {
	var parts []token
	start, text := 0, t.text()
	for i := range len(text) {
		if text[i] == cut {
			parts = append(parts, t.sub(start, i))
			start = i + 1
		}
	}
	return append(parts, t.sub(start, len(text)))
}

// words returns the parts between blanks (spaces and tabs).
func (t token) words() []token {
	var words []token
	text := t.text()
	for i := 0; i < len(text); {
		if isBlank(text[i]) {
			i++
			continue
		}
		start := i
		for i < len(text) && !isBlank(text[i]) {
			i++
		}
		words = append(words, t.sub(start, i))
	}
	return words
}

func isBlank(c byte) bool  { return c == ' ' || c == '\t' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
