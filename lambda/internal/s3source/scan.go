package s3source

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
	"unsafe"

	"tally/lambda/expression"
)

// scanner reads the fields of a JSON object that are wanted, and checks all of it:
// no library that is fast enough checks what it skips, and a line that broke off
// would count.
//
// Its methods take where a part of the line begins and return where it ends, or -1
// for what is no JSON. Arguments stay in registers, which halves the time.
type scanner struct {
	root   *node
	fields []expression.Field
	wrong  int // where the line is no JSON
	// escapes are those met so far: a text in which there was none is what it says.
	escapes int
}

// deepest is how deep JSON may be nested, as in encoding/json.
const deepest = 10_000

// scan sets the row's fields. They share the line's memory.
func (s *scanner) scan(line []byte) error {
	clear(s.fields)
	at := blanks(line, 0)
	switch {
	case at < len(line) && line[at] == '[':
		return errors.New("is a JSON array; write an object of JSON on each line")
	case at == len(line) || line[at] != '{':
		return errors.New("is no object of JSON")
	}
	if !isPlain(line) {
		switch {
		case !utf8.Valid(line):
			return errNotUTF8
		case hasControls(line) && !json.Valid(line): // tabs may stand between texts, and not in them
			return errors.New("is no JSON, or a text holds a control character")
		}
	}
	at = s.object(line, at, s.root, 1)
	if at >= 0 {
		if at = blanks(line, at); at == len(line) {
			return nil
		}
		s.wrong = at
	}
	if s.wrong >= len(line) {
		return errors.New("JSON breaks off")
	}
	return fmt.Errorf("is no JSON at byte %d", s.wrong+1)
}

func (s *scanner) fail(at int) int {
	s.wrong = at
	return -1
}

// blanks is where blanks end.
func blanks(line []byte, at int) int {
	for at < len(line) && (line[at] == ' ' || line[at] == '\t' || line[at] == '\r' || line[at] == '\n') {
		at++
	}
	return at
}

// skipTo is where a character stands, behind blanks; -1 if something else does.
func (s *scanner) skipTo(line []byte, at int, character byte) int {
	if at < len(line) && line[at] == character {
		return at
	}
	if at = blanks(line, at); at < len(line) && line[at] == character {
		return at
	}
	return s.fail(at)
}

// object reads an object; n says what is wanted of it, nil for nothing.
func (s *scanner) object(line []byte, at int, n *node, depth int) int {
	if depth > deepest {
		return s.fail(at)
	}
	if at = blanks(line, at+1); at < len(line) && line[at] == '}' {
		return at + 1
	}
	for {
		if at = s.skipTo(line, at, '"'); at < 0 {
			return -1
		}
		start, escapes := at, s.escapes
		if at = s.text(line, at); at < 0 {
			return -1
		}
		var wanted *node
		if n != nil {
			wanted = n.child(line[start:at], s.escapes != escapes)
		}
		if at = s.skipTo(line, at, ':'); at < 0 {
			return -1
		}
		if at++; wanted == nil && at < len(line) && line[at] == '"' { // as below, sooner
			at = s.text(line, at)
		} else {
			at = s.value(line, at, wanted, depth)
		}
		if at < 0 {
			return -1
		}
		if at < len(line) && line[at] == ',' {
			at++
			continue
		}
		switch at = blanks(line, at); {
		case at < len(line) && line[at] == ',':
			at++
		case at < len(line) && line[at] == '}':
			return at + 1
		default:
			return s.fail(at)
		}
	}
}

func (s *scanner) array(line []byte, at, depth int) int {
	if depth > deepest {
		return s.fail(at)
	}
	if at = blanks(line, at+1); at < len(line) && line[at] == ']' {
		return at + 1
	}
	for {
		if at = s.value(line, at, nil, depth); at < 0 {
			return -1
		}
		switch at = blanks(line, at); {
		case at < len(line) && line[at] == ',':
			at++
		case at < len(line) && line[at] == ']':
			return at + 1
		default:
			return s.fail(at)
		}
	}
}

// value reads a value and, if it is wanted, sets its field. The last one of a name
// that comes twice holds.
func (s *scanner) value(line []byte, at int, wanted *node, depth int) int {
	if at = blanks(line, at); at == len(line) {
		return s.fail(at)
	}
	if wanted != nil {
		wanted.clear(s.fields)
	}
	start, escapes, kind := at, s.escapes, expression.Composite
	switch line[at] {
	case '"':
		at, kind = s.text(line, at), expression.Text
	case '{':
		at = s.object(line, at, wanted, depth+1)
	case '[':
		at = s.array(line, at, depth+1)
	case 't':
		at, kind = s.word(line, at, "true"), expression.True
	case 'f':
		at, kind = s.word(line, at, "false"), expression.False
	case 'n':
		at, kind = s.word(line, at, "null"), expression.Nil
	default:
		at, kind = s.number(line, at), expression.Number
	}
	if at >= 0 && wanted != nil && wanted.slot >= 0 {
		s.fields[wanted.slot] = expression.Field{Type: kind, Text: textOf(line[start:at], kind, s.escapes != escapes)}
	}
	return at
}

func (s *scanner) word(line []byte, at int, word string) int {
	if len(line)-at < len(word) || string(line[at:at+len(word)]) != word {
		return s.fail(at)
	}
	return at + len(word)
}

// textOf is a value as a field holds it.
func textOf(value []byte, kind expression.Type, escaped bool) string {
	switch kind {
	case expression.Text:
		return view(unquote(value, escaped))
	case expression.Number, expression.Composite:
		return view(value)
	}
	return ""
}

// unquote is what a valid text of JSON says.
func unquote(quoted []byte, escaped bool) []byte {
	if !escaped {
		return quoted[1 : len(quoted)-1]
	}
	var text string
	_ = json.Unmarshal(quoted, &text)
	return []byte(text)
}

// view is bytes as text, without a copy.
func view(bytes []byte) string { return unsafe.String(unsafe.SliceData(bytes), len(bytes)) }
