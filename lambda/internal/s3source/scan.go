package s3source

import (
	"errors"
	"fmt"

	"tally/lambda/expression"
)

// scanner reads the fields of a JSON object that are wanted, and checks all of it:
// no library that is fast enough checks what it skips, and a line that broke off
// would count.
//
// Its methods take where a part of the line begins and return where it ends, or -1
// for what is no JSON. Lines of a file look alike, so it remembers the names at each
// place and compares them before it reads them.
type scanner struct {
	root    member
	fields  []expression.Field
	wrong   int   // where the line is no JSON
	why     error // nil if a place says enough
	shapes  int   // remembered
	escapes int   // met so far: a text without any is what it says
	met     met
}

var (
	errControl = errors.New("a text holds a control character")
	errDeep    = fmt.Errorf("JSON is nested too deep: more than %d levels", deepest)
)

// deepest is how deep JSON may be nested, as in encoding/json.
const deepest = 10_000

// scan sets the row's fields. They share the line's memory.
func (s *scanner) scan(line []byte) error {
	clear(s.fields)
	s.why = nil
	for len(line) > 0 && (line[len(line)-1] == '\n' || line[len(line)-1] == '\r') {
		line = line[:len(line)-1]
	}
	at := blanks(line, 0)
	switch {
	case at < len(line) && line[at] == '[':
		return errors.New("is a JSON array; write an object of JSON on each line")
	case at == len(line) || line[at] != '{':
		return errors.New("is no object of JSON")
	}
	if at = s.composite(line, at, &s.root, '}', 1); at >= 0 && blanks(line, at) < len(line) {
		at = s.fail(blanks(line, at))
	}
	switch {
	case s.why != nil:
		return s.why
	case at < 0 && s.wrong >= len(line):
		return errors.New("JSON breaks off")
	case at < 0:
		return fmt.Errorf("is no JSON at byte %d", s.wrong+1)
	}
	return nil
}

func (s *scanner) fail(at int) int {
	s.wrong = at
	return -1
}

// blanks is where blanks end.
func blanks(line []byte, at int) int {
	if at < len(line) && line[at] > ' ' {
		return at
	}
	return someBlanks(line, at)
}

func someBlanks(line []byte, at int) int {
	for at < len(line) && (line[at] == ' ' || line[at] == '\t' || line[at] == '\r' || line[at] == '\n') {
		at++
	}
	return at
}

// composite reads an object or an array, which ends with a bracket.
func (s *scanner) composite(line []byte, at int, of *member, bracket byte, depth int) int {
	if depth > deepest {
		s.why = errDeep
		return s.fail(at)
	}
	if at = blanks(line, at+1); at < len(line) && line[at] == bracket {
		return at + 1
	}
	if of.elements == nil {
		of.elements = new(member)
	}
	for i := 0; ; i++ {
		next := of.elements
		if bracket == '}' {
			if i < len(of.members) {
				next = of.members[i]
			} else {
				next = s.another(of)
			}
			if next.matches(line[at:]) {
				at += len(next.name)
			} else if at = s.name(line, at, of, next); at < 0 {
				return -1
			}
		}
		switch { // the commonest, as value does, sooner
		case at == len(line) || next.wanted != nil:
			at = s.value(line, at, next, depth)
		case line[at] == '"':
			at = s.text(line, at)
		case line[at]-'0' <= 9:
			at = s.number(line, at)
		default:
			at = s.value(line, at, next, depth)
		}
		if at < 0 {
			return -1
		}
		if at < len(line) && line[at] > ',' { // as '}' and ']' are
			if line[at] != bracket {
				return s.fail(at)
			}
			return at + 1
		}
		switch at = blanks(line, at); {
		case at < len(line) && line[at] == ',':
			at = blanks(line, at+1)
		case at < len(line) && line[at] == bracket:
			return at + 1
		default:
			return s.fail(at)
		}
	}
}

// name reads the name of an object's member and the colon.
func (s *scanner) name(line []byte, at int, of, into *member) int {
	start, escapes := at, s.escapes
	if at == len(line) || line[at] != '"' {
		return s.fail(at)
	}
	if at = s.text(line, at); at < 0 {
		return -1
	}
	into.wanted = of.wanted.child(unquote(line[start:at], s.escapes != escapes))
	end := at
	if at = blanks(line, at); at == len(line) || line[at] != ':' {
		return s.fail(at)
	}
	if end == at {
		into.remember(line[start : at+1])
	} else {
		into.name = ""
	}
	return at + 1
}
