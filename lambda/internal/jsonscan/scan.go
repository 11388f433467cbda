// Package jsonscan reads some fields of JSON Lines, and checks the whole of each line.
//
// No library that is fast enough checks what it skips, and a line that broke off would
// count. Two things make the scanner fast. It makes no values: it returns texts that
// share the line's memory. And it compares names instead of reading them: the lines of a
// file look alike, so a table holds the names of the line before, in their order (see
// member). A name that differs is read, and replaces the one in the table.
//
// The package also knows how numbers of JSON compare, and how they are written as text.
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

// Scanner reads the wanted fields of objects, one after the other. It serves one goroutine.
//
// Its methods that read a part of a text take where the part begins, and return where it
// ends; -1 if it is not JSON.
type Scanner struct {
	// Values are the wanted fields of the last object.
	Values []Value
	// Seen are the types that each wanted field has had in any object.
	Seen []Types

	root    member
	skipped member // values that nobody wants
	known   int    // members in the table
	escapes int    // that were read so far: a text without any is what it says
	wrong   int    // where the text is not JSON
	why     error  // nil if the place says enough
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

// ErrBreaksOff is the error about JSON that ends too early.
var ErrBreaksOff = errors.New("JSON breaks off")

// Object reads the object of JSON that a text begins with, sets Values, and returns where
// the object ends. An error does not quote the text.
func (s *Scanner) Object(text []byte) (end int, err error) {
	clear(s.Values)
	s.wrong = 0
	switch {
	case len(text) > 0 && text[0] == '[':
		return 0, errors.New("is a JSON array; write format: json to count its elements")
	case len(text) == 0 || text[0] != '{':
		return 0, errors.New("is no object of JSON")
	}
	s.why = nil
	return s.end(text, s.object(text, 0, &s.root, 1))
}

// Skip reads the value of JSON that a text begins with, and returns where it ends. Values
// are no longer good.
func (s *Scanner) Skip(text []byte) (end int, err error) {
	s.why, s.wrong = nil, 0
	return s.end(text, s.value(text, 0, &s.skipped, 1))
}

func (s *Scanner) end(text []byte, at int) (end int, err error) {
	switch {
	case at >= 0:
		return at, nil
	case s.why != nil:
		return 0, s.why
	case s.wrong >= len(text):
		return 0, ErrBreaksOff
	}
	return 0, fmt.Errorf("is no JSON at byte %d", s.wrong+1)
}

// Wrong is where the last error was found.
func (s *Scanner) Wrong() int { return s.wrong }

// longestEscape is the most that an error may lie before the end of a text that was cut:
// words, escapes and the bytes of a character are read as a whole.
const longestEscape = 12

// MayGoOn tells whether the last error may come from the end of the text alone.
func (s *Scanner) MayGoOn(text []byte) bool { return s.wrong >= len(text)-longestEscape }

func (s *Scanner) fail(at int) int {
	s.wrong = at
	return -1
}

// Blanks returns how many blanks a text begins with.
func Blanks(text []byte) int { return blanks(text, 0) }

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
