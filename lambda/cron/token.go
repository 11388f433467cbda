package cron

import (
	"fmt"
	"slices"
	"strings"
)

// token is the part of an expression from one byte to before another.
type token struct {
	expr     string
	from, to int
	field    *field // that it belongs to
}

// wholeToken is a whole expression, which is in no field.
func wholeToken(expr string) token { return token{expr, 0, len(expr), &field{}} }

func (t token) text() string { return t.expr[t.from:t.to] }

// sub returns a part of the token. The offsets are relative to its beginning.
func (t token) sub(from, to int) token {
	return token{t.expr, t.from + from, t.from + to, t.field}
}

// as returns the token as one of another field.
func (t token) as(f *field) token {
	t.field = f
	return t
}

// with returns the whole expression with another text in place of the token.
func (t token) with(text string) string {
	return t.expr[:t.from] + text + t.expr[t.to:]
}

// cut is strings.Cut for tokens.
func (t token) cut(separator string) (before, after token, found bool) {
	end := len(t.text())
	i := strings.Index(t.text(), separator)
	if i < 0 {
		return t, t.sub(end, end), false
	}
	return t.sub(0, i), t.sub(i+len(separator), end), true
}

// split cuts the token at each of the separators. Empty parts are kept.
func (t token) split(separators string) line {
	var parts line
	for {
		i := strings.IndexAny(t.text(), separators)
		if i < 0 {
			return append(parts, t)
		}
		parts = append(parts, t.sub(0, i))
		t = t.sub(i+1, len(t.text()))
	}
}

// words returns the parts between spaces and tabs.
func (t token) words() line {
	return slices.DeleteFunc(t.split(" \t"), func(w token) bool { return w.from == w.to })
}

// fault says that the token is wrong. Nothing can be suggested yet.
func (t token) fault(format string, args ...any) *fault {
	message := fmt.Sprintf(format, args...)
	if t.field.name != "" {
		message = t.field.name + ": " + message
	}
	return &fault{at: t, message: message}
}
