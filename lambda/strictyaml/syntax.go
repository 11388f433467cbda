package strictyaml

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
)

// syntaxHints say what to write where the parser's own words do not. The first
// that fits is taken.
var syntaxHints = []struct{ said, hint string }{
	{`'	' that cannot start any token`, "a tab indents this line; indent with blanks"},
	{"end character of single-quoted text", "the closing ' is missing; a ' inside of '…' is written ''"},
	{"end character of double-quoted text", `the closing " is missing; a " inside of "…" is written \"`},
	{"unknown escape character", `inside of "…" a backslash is written \\; or write '…'`},
	{"", "check the indentation, and put a text with : # { } [ ] , & * ! % @ or quotes in quotes as a whole"},
}

func (d *Document) reportSyntax(err error) {
	syntax, ok := errors.AsType[yaml.Error](err)
	if !ok {
		d.Report("", "is not YAML: %v", err)
		return
	}
	at, said := syntax.GetToken().Position, syntax.GetMessage()
	for _, known := range syntaxHints {
		if strings.Contains(said, known.said) {
			d.reportAt(position{at.Line, at.Column}, "", "is not YAML: %s; %s", said, known.hint)
			return
		}
	}
}

// refuseInvisible reports the first character that a text file should not hold, because people
// cannot see it.
func (d *Document) refuseInvisible(data []byte) bool {
	at, text := position{line: 1, column: 1}, string(data)
	for i, char := range text {
		switch {
		case char == utf8.RuneError && !strings.HasPrefix(text[i:], string(utf8.RuneError)):
			d.reportAt(at, "", "is not UTF-8 text; save the file as UTF-8")
			return false
		case char == '\n':
			at = position{line: at.line + 1}
		case char == '\t', strings.HasPrefix(text[i:], "\r\n"):
		case unicode.IsControl(char):
			d.reportAt(at, "", "holds the control character %U; delete it", char)
			return false
		}
		at.column++
	}
	return true
}
