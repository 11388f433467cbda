package expression

import (
	"regexp"
	"strings"
)

// habits are what people write who know SQL, and what the expression language
// writes. The first that fits is named.
var habits = []struct {
	said string         // in the error
	text *regexp.Regexp // in the expression
	hint string
}{
	{`"="`, nil, "write == for equal"},
	{`"<"`, regexp.MustCompile(`<>`), "write != for unequal"},
	{`">"`, regexp.MustCompile(`<>`), "write != for unequal"},
	{"unexpected token", regexp.MustCompile(`\b(AND|OR|NOT|IN)\b`), "write and, or, not, in with small letters"},
	{"unexpected token", regexp.MustCompile(`(?i)\bis\s+(not\s+)?null\b`), "write field == nil or field != nil"},
	{"unexpected token", regexp.MustCompile(`(?i)\blike\b`), `write startsWith, endsWith, contains, or matches "regular expression"`},
	{"unexpected token", regexp.MustCompile(`(?i)\bbetween\b`), "write field >= 1 and field <= 9"},
	{"mismatched types string and int", nil, `write int(field) or float(field) for a number that is written as text`},
	{"mismatched types string and float64", nil, `write float(field) for a number that is written as text`},
	{"unknown function now", nil, "a count must not depend on when it runs; use the window"},
	{"unknown name", nil, "objects have " + strings.Join(ObjectFields, ", ")},
}

func hintFor(message, text string) string {
	for _, habit := range habits {
		if strings.Contains(message, habit.said) && (habit.text == nil || habit.text.MatchString(text)) {
			return habit.hint
		}
	}
	return ""
}
