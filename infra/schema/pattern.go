package schema

import (
	"fmt"
	"regexp"
	"strings"
)

// Go's \s is ASCII and editors' is not; \pL is \p{L} in the regular expressions of
// JavaScript (ECMA 262, with the flag u, which editors try first). \s stands in
// classes only, where its characters can be written out.
var (
	abroad = strings.NewReplacer(`\s`, `\t\n\f\r `, `\pL`, `\p{L}`, `\pZ`, `\p{Z}`, `\pN`, `\p{N}`)
	// common is what means the same in both: none of the flags, named groups and
	// classes of one of them.
	common = regexp.MustCompile(`^(?:[^\\(]|\\[.tnfr]|\\x[0-9a-f]{2}|\\p\{[LZN]\}|\((?:\?:|[^?]))*$`)
)

// portable is a pattern in the language of editors.
func portable(pattern *regexp.Regexp) string {
	text := abroad.Replace(pattern.String())
	if !common.MatchString(text) {
		panic(fmt.Sprintf("editors may read the pattern %s in another way; write it simpler", text))
	}
	return text
}
