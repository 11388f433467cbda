package expression

import (
	"slices"
	"strings"

	"tally/lambda/internal/jsonscan"
)

// Set holds the expressions of one job, which share the fields they use. Compile all of
// them before a row is made.
type Set struct {
	kind     Kind
	columns  []string // all there are; nil if that is not known
	fields   [][]string
	used     []int    // slots of the expression that is being compiled
	unquoted []string // names that stand where a text may be meant
	depth    int      // of predicates in predicates
	decodes  bool     // fields are decoded before they are compared, for tests
}

// NewSet makes a set without expressions. Columns are all columns of CSV, if they are
// known.
func NewSet(kind Kind, columns ...string) *Set { return &Set{kind: kind, columns: columns} }

// Kind is what the expressions are about.
func (s *Set) Kind() Kind { return s.kind }

// Fields are the paths of the fields that the set's expressions use, without repeats. A
// path has one name, and more for a field of JSON in others.
func (s *Set) Fields() [][]string { return s.fields }

// Field adds a field that something else than an expression needs, such as the column of
// a window, and returns its slot, its index in a row. Dots lead into fields of JSON.
func (s *Set) Field(name string) int { return s.slot(s.split(name)) }

func (s *Set) split(name string) (path []string) {
	if s.kind == JSON {
		return strings.Split(name, ".")
	}
	return []string{name}
}

func (s *Set) slot(path []string) int {
	slot := slices.IndexFunc(s.fields, func(known []string) bool { return slices.Equal(known, path) })
	if slot < 0 {
		slot = len(s.fields)
		s.fields = append(s.fields, path)
	}
	if !slices.Contains(s.used, slot) {
		s.used = append(s.used, slot)
	}
	return slot
}

// compiled is an expression that was checked and compiled.
type compiled struct {
	eval   eval
	panics bool
	slot   int   // of a field that is the whole expression; -1 for any other expression
	slots  []int // of all fields
}

// Slots are the slots of the fields that the expression uses.
func (c compiled) Slots() []int { return c.slots }

// Condition tells whether a row matches.
type Condition struct{ compiled }

// Condition compiles a condition. An error says what to write instead, where that is
// known, and ends with line and column, from 1, as in (1:8).
func (s *Set) Condition(text string) (Condition, error) {
	compiled, err := s.compile(text, true)
	return Condition{compiled}, err
}

// Matches tells whether a row matches. An error is about the row, such as a text that is
// compared with a number.
func (c Condition) Matches(row *Row) (bool, error) {
	value, err := row.run(c.compiled)
	if err != nil {
		return false, err
	}
	switch value := value.(type) {
	case nil:
		return false, nil
	case bool:
		return value, nil
	}
	return false, notATruth(value)
}

// Value is what rows are grouped by, or what distinct counts.
type Value struct{ compiled }

// Value compiles the expression of a value. A name with dashes that stands alone is the
// field of that name. Errors are as those of Condition.
func (s *Set) Value(text string) (Value, error) {
	if path := s.dashedField(text); path != nil {
		slot := s.slot(path)
		return Value{compiled{slot: slot, slots: []int{slot}}}, s.CheckColumn(path[0])
	}
	compiled, err := s.compile(text, false)
	return Value{compiled}, err
}

// Text returns one text for all values that are equal; ok is false for nil. The text may
// share memory with the row's fields.
func (v *Value) Text(row *Row) (text string, ok bool, err error) {
	if v.slot >= 0 {
		return row.Fields[v.slot].Canonical()
	}
	value, err := row.run(v.compiled)
	if err != nil {
		return "", false, err
	}
	return jsonscan.Canonical(value)
}
