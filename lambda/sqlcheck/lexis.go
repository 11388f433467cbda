package sqlcheck

import (
	"errors"
	"strings"
)

// lexis is how an engine writes what is not code: texts, quoted names, comments.
type lexis struct {
	quotes      string // characters that open a text or name, and close it
	escapes     escapes
	newlines    string // characters that end a line comment
	hashes      bool   // # opens a line comment
	dashesSpace bool   // -- opens one only before white space
	nested      bool   // block comments nest
	executable  bool   // block comments with ! are code
	dollars     bool   // $tag$ … $tag$ is a text, $1 a placeholder
	placeholder byte   // 0: none but $1
}

// escapes says where a backslash takes the meaning from the next quote.
type escapes int

const (
	escapesInE        escapes = iota // in E'…'
	escapesEverywhere                // in texts
)

var (
	errOpenText    = errors.New("a quote is not closed")
	errOpenComment = errors.New("a comment is not closed")
	errExecutable  = errors.New("holds a comment that the database would run")
	errPlaceholder = errors.New("holds a placeholder; write the value")
)

// skip is the length of the text, name or comment that code starts with, or of a
// plain word; 0 if it starts with something else.
func (l lexis) skip(code string) (int, error) {
	switch first := code[0]; {
	case l.escapes == escapesInE && (strings.HasPrefix(code, "e'") || strings.HasPrefix(code, "E'")):
		length, err := quoted(code[1:], true)
		return 1 + length, err
	case isWord(first):
		return word(code), nil
	case strings.IndexByte(l.quotes, first) >= 0:
		return quoted(code, l.escapes == escapesEverywhere && first != '`')
	case l.opensLine(code):
		return lineEnd(code, l.newlines), nil
	case strings.HasPrefix(code, "/*"):
		return l.block(code)
	case l.dollars && first == '$':
		return dollarQuoted(code)
	case l.placeholder != 0 && first == l.placeholder:
		return 0, errPlaceholder
	}
	return 0, nil
}

// quoted is the length of a text or name in quotes. A doubled quote inside looks
// like the end and the start of the next one, which is as good.
func quoted(code string, backslash bool) (int, error) {
	for i := 1; i < len(code); i++ {
		switch {
		case backslash && code[i] == '\\':
			i++
		case code[i] == code[0]:
			return i + 1, nil
		}
	}
	return 0, errOpenText
}

func (l lexis) opensLine(code string) bool {
	if l.hashes && code[0] == '#' {
		return true
	}
	rest, dashes := strings.CutPrefix(code, "--")
	return dashes && (!l.dashesSpace || rest == "" || rest[0] <= ' ')
}

func lineEnd(code, newlines string) int {
	if end := strings.IndexAny(code, newlines); end >= 0 {
		return end
	}
	return len(code)
}

// block is the length of a block comment.
func (l lexis) block(code string) (int, error) {
	if l.executable && (strings.HasPrefix(code, "/*!") || strings.HasPrefix(code, "/*M!")) {
		return 0, errExecutable
	}
	depth := 1
	for i := 2; i+1 < len(code); i++ {
		switch code[i : i+2] {
		case "*/":
			i++
			if depth--; depth == 0 {
				return i + 1, nil
			}
		case "/*":
			if l.nested {
				i++
				depth++
			}
		}
	}
	return 0, errOpenComment
}

// dollarQuoted is the length of a text between two equal tags such as $$ or $a$.
func dollarQuoted(code string) (int, error) {
	if len(code) > 1 && '0' <= code[1] && code[1] <= '9' {
		return 0, errPlaceholder
	}
	tagEnd := 1
	for tagEnd < len(code) && isWord(code[tagEnd]) {
		tagEnd++
	}
	if tagEnd == len(code) || code[tagEnd] != '$' {
		return 0, nil // an operator's or a stray $, which the database will refuse
	}
	tag := code[:tagEnd+1]
	end := strings.Index(code[len(tag):], tag)
	if end < 0 {
		return 0, errOpenText
	}
	return len(tag) + end + len(tag), nil
}

// word is the length of a name, keyword or number, which may hold a $.
func word(code string) int {
	for i := range len(code) {
		if !isWord(code[i]) && code[i] != '$' {
			return i
		}
	}
	return len(code)
}

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= 0x80
}
