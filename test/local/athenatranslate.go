package local

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// translated is SQL for PostgreSQL. It knows where each of its bytes comes from, so that errors
// can name the place in the original.
type translated struct {
	source, text string
	origin       []int // by bytes of text
}

// typed are the words before a quoted text that say its type. PostgreSQL knows them all, or has
// them from addTrino.
var typed = []string{"DATE", "TIME", "INTERVAL", "DECIMAL", "DOUBLE", "PRECISION", "VARCHAR", "CHAR", "REAL", "BIGINT", "INTEGER", "INT", "SMALLINT", "TINYINT", "BOOLEAN", "JSON", "UUID", "ZONE", "X", "B", "E"}

// zoned is the text of a timestamp that names its zone.
var zoned = regexp.MustCompile(`:\d\d(\.\d+)? ?([A-Za-z]|[+-]\d)`)

// translate makes two changes. A quoted text gets the type text, since PostgreSQL would take it
// for whatever fits. A timestamp with a zone becomes one: PostgreSQL would ignore the zone.
func translate(sql string) translated {
	t := translated{source: sql}
	copied, previous := 0, sqlToken{}
	var out strings.Builder
	add := func(text string, from, step int) {
		out.WriteString(text)
		for i := range len(text) {
			t.origin = append(t.origin, from+i*step)
		}
	}
	for _, token := range tokenize(sql) {
		insert := ""
		switch {
		case token.text[0] != '\'':
		case previous.is("TIMESTAMP") && zoned.MatchString(token.text):
			insert = "TZ "
			add(sql[copied:previous.at+len(previous.text)], copied, 1)
			copied = token.at
		case previous.is("TIMESTAMP"), previous.is(typed...):
		default:
			insert = " text "
		}
		if insert != "" {
			add(sql[copied:token.at], copied, 1)
			add(insert, token.at, 0)
			copied = token.at
		}
		previous = token
	}
	add(sql[copied:], copied, 1)
	t.origin = append(t.origin, len(sql))
	t.text = out.String()
	return t
}

// at is the byte of the source that PostgreSQL means: it counts characters from 1.
func (t translated) at(position int32) int {
	place := 0
	for range position - 1 {
		_, size := utf8.DecodeRuneInString(t.text[place:])
		place += size
	}
	return t.origin[min(place, len(t.origin)-1)]
}

// lineAndColumn writes a place as Trino does.
func (t translated) lineAndColumn(at int) string {
	before := t.source[:at]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return fmt.Sprintf("line %d:%d", line, column)
}

// tokenAt is the token at a place, or <EOF>.
func (t translated) tokenAt(at int) string {
	for _, token := range tokenize(t.source) {
		if token.at+len(token.text) > at {
			return token.text
		}
	}
	return "<EOF>"
}
