package jsonscan

import (
	"errors"
	"fmt"
)

// ErrNotUTF8 is the error about a text that is not UTF-8.
var ErrNotUTF8 = errors.New("is not UTF-8 text")

// deepest is how deep JSON may be nested, as in encoding/json.
const deepest = 10_000

var (
	errControl = errors.New("a text holds a control character")
	errDeep    = fmt.Errorf("JSON is nested too deep: more than %d levels", deepest)
)

// Scanner reads the wanted fields of lines, one after the other. It serves one goroutine.
//
// Its methods that read a part of a line take where the part begins, and return where it
// ends; -1 if it is not JSON.
type Scanner struct {
	// Values are the wanted fields of the last line.
	Values []Value
	// Seen are the types that each wanted field has had in any line.
	Seen []Types

	root    member
	known   int   // members in the table
	escapes int   // that were read so far: a text without any is what it says
	wrong   int   // where the line is not JSON
	why     error // nil if the place says enough
}

// Types is a set of types. A field that no line has had is of none; null is one.
type Types uint8

// Add adds a type.
func (t *Types) Add(kind Type) { *t |= 1 << kind }

// Has tells whether the type is in the set.
func (t Types) Has(kind Type) bool { return t&(1<<kind) != 0 }

// New makes a scanner of the fields of some paths, each a name and the names in it. It
// writes their values into values, which has one for each path.
func New(paths [][]string, values []Value) *Scanner {
	return &Scanner{Values: values, Seen: make([]Types, len(paths)), root: member{wanted: newTree(paths)}}
}

// Scan reads a line, which must hold one object of JSON, and sets Values. An error does
// not quote the line.
func (s *Scanner) Scan(line []byte) error {
	clear(s.Values)
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
	if at = s.object(line, at, &s.root, 1); at >= 0 && blanks(line, at) < len(line) {
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

func (s *Scanner) fail(at int) int {
	s.wrong = at
	return -1
}

// IsBlank tells whether a line holds nothing.
func IsBlank(line []byte) bool { return blanks(line, 0) == len(line) }

// blanks returns where blanks end. It is inlined for the commonest case: there are none.
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
