package cron

import (
	"strings"
	"unicode/utf8"
)

// foreignCharacter refuses whatever is not printable ASCII or a tab. Web pages
// and input methods put such characters in the place of ours.
func foreignCharacter(all token) *fault {
	text := all.text()
	for i, r := range text {
		if isPlain(r) {
			continue
		}
		_, size := utf8.DecodeRuneInString(text[i:]) // 1 for a broken byte, too
		return &fault{
			span:    span{all.from + i, all.from + i + size},
			message: "the schedule has a character that AWS does not take",
			fix:     strings.Map(toASCII, text),
		}
	}
	return nil
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
