package cron

import (
	"strings"
	"unicode/utf8"
)

// foreignCharacter refuses what is not printable ASCII or a tab. Web pages and input
// methods write such characters in place of the ASCII ones.
func foreignCharacter(all token) *fault {
	i := strings.IndexFunc(all.text(), func(r rune) bool { return !isPlain(r) })
	if i < 0 {
		return nil
	}
	_, size := utf8.DecodeRuneInString(all.text()[i:]) // 1 for a broken byte, too
	return all.sub(i, i+size).fault("the schedule has a character that AWS does not take").write(strings.Map(toASCII, all.text()))
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
