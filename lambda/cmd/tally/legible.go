package main

import (
	"strings"
	"unicode"
)

// legibleLimit is how much of a text somebody reads at a glance, in characters.
const legibleLimit = 300

// legible is a text that others wrote, for a terminal: in one line, not too long, and without
// characters that steer the terminal or that nobody sees.
func legible(text string) string {
	var kept []rune
	for _, char := range strings.Join(strings.Fields(text), " ") {
		if len(kept) == legibleLimit {
			return string(kept) + "…"
		}
		if !unicode.IsPrint(char) {
			char = unicode.ReplacementChar
		}
		kept = append(kept, char)
	}
	return string(kept)
}
