package schema

import (
	"fmt"
	"regexp"
	"strings"
)

// Editors read patterns as JavaScript does (ECMA 262; they try the flag u first). There
// \pL is written \p{L}, and \s matches more than ASCII. The patterns have \s in classes
// only, where its characters can be written out.
var (
	toJavaScript = strings.NewReplacer(`\s`, `\t\n\f\r `, `\pL`, `\p{L}`, `\pZ`, `\p{Z}`, `\pN`, `\p{N}`)
	// sameInBoth matches patterns that mean the same in Go and in JavaScript: without
	// flags, named groups and classes that only one of them has.
	sameInBoth = regexp.MustCompile(`^(?:[^\\(]|\\[.tnfr]|\\x[0-9a-f]{2}|\\p\{[LZN]\}|\((?:\?:|[^?]))*$`)
)

// portable returns a pattern as editors read it.
func portable(pattern fmt.Stringer) string {
	text := toJavaScript.Replace(pattern.String())
	if !sameInBoth.MatchString(text) {
		panic(fmt.Sprintf("editors may read the pattern %s in another way; write it simpler", text))
	}
	return text
}
