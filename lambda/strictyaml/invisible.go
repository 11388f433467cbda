package strictyaml

import (
	"unicode"
	"unicode/utf8"
)

// refuseInvisible reports the first character that a text file should not hold, because people
// cannot see it.
func (d *Document) refuseInvisible(data []byte) bool {
	at := position{line: 1, column: 1}
	for len(data) > 0 {
		char, size := utf8.DecodeRune(data)
		data = data[size:]
		switch {
		case char == utf8.RuneError && size == 1:
			d.reportAt(at, "", "is not UTF-8 text; save the file as UTF-8")
			return false
		case char == '\n':
			at = position{line: at.line + 1}
		case char == '\t', char == '\r' && len(data) > 0 && data[0] == '\n':
		case unicode.IsControl(char):
			d.reportAt(at, "", "holds the control character %U; delete it", char)
			return false
		}
		at.column++
	}
	return true
}
