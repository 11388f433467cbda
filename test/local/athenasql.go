package local

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sqlToken is a word, a number, a quoted text or name with its quotes, or a sign.
type sqlToken struct {
	text  string
	at    int // byte of the SQL
	depth int // of parentheses
}

func (t sqlToken) is(words ...string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.EqualFold(t.text, word) })
}

// isName tells whether the token is a word or a quoted name.
func (t sqlToken) isName() bool {
	r, _ := utf8.DecodeRuneInString(t.text)
	return r == '"' || isWordRune(r) && !unicode.IsDigit(r)
}

func isWordRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// tokenize splits SQL. It leaves out comments, and does not judge.
func tokenize(sql string) []sqlToken {
	var tokens []sqlToken
	depth := 0
	for at := 0; at < len(sql); {
		end := at + lengthOfToken(sql[at:])
		text := sql[at:end]
		switch {
		case text == ")":
			depth--
		case strings.TrimSpace(text) == "", strings.HasPrefix(text, "--"), strings.HasPrefix(text, "/*"):
			at = end
			continue
		}
		tokens = append(tokens, sqlToken{text, at, depth})
		if text == "(" {
			depth++
		}
		at = end
	}
	return tokens
}

func lengthOfToken(sql string) int {
	r, size := utf8.DecodeRuneInString(sql)
	switch {
	case r == '\'' || r == '"':
		return lengthOfQuoted(sql, byte(r))
	case strings.HasPrefix(sql, "--"):
		return lengthUntil(sql, "\n")
	case strings.HasPrefix(sql, "/*"):
		return lengthUntil(sql, "*/")
	case isWordRune(r):
		if end := strings.IndexFunc(sql, func(r rune) bool { return !isWordRune(r) }); end > 0 {
			return end
		}
		return len(sql)
	}
	return size
}

// lengthOfQuoted counts a doubled quote as part of the text.
func lengthOfQuoted(sql string, quote byte) int {
	for i := 1; i < len(sql); i++ {
		if sql[i] != quote {
			continue
		}
		if i+1 == len(sql) || sql[i+1] != quote {
			return i + 1
		}
		i++
	}
	return len(sql)
}

func lengthUntil(sql, end string) int {
	if before, _, found := strings.Cut(sql, end); found {
		return len(before) + len(end)
	}
	return len(sql)
}

// limitsToNone tells whether SQL ends in LIMIT 0: Athena reads no data for it.
func limitsToNone(tokens []sqlToken) bool {
	last := len(tokens) - 1
	return last > 0 && tokens[last-1].is("LIMIT") && tokens[last].text == "0"
}
