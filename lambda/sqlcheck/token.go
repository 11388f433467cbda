package sqlcheck

import "strings"

// Token is a part of a condition: a word or number, a text or name with its quotes, or
// one other character.
type Token string

// Is tells whether t is one of some words, whatever their case.
func (t Token) Is(words ...string) bool {
	for _, word := range words {
		if strings.EqualFold(string(t), word) {
			return true
		}
	}
	return false
}

// Tokens are the parts of a condition that [Check] takes, without comments and blanks.
func Tokens(engine, condition string) (tokens []Token) {
	lexis := engines[engine]
	for code := condition; code != ""; {
		length, err := lexis.skip(code)
		if err != nil {
			return tokens
		}
		length = max(1, length)
		comment := lexis.opensLine(code) || strings.HasPrefix(code, "/*")
		if token := strings.TrimSpace(code[:length]); token != "" && !comment {
			tokens = append(tokens, Token(token))
		}
		code = code[length:]
	}
	return tokens
}
