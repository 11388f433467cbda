package strictyaml

import (
	"errors"
	"strings"

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
	var syntax yaml.Error
	if !errors.As(err, &syntax) {
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
