package expression

import (
	"slices"
	"strings"
)

// Set holds the expressions of one job, which share the fields they use. Compile
// all of them before a row is made.
type Set struct {
	kind    Kind
	fields  [][]string
	depth   int  // of predicates in predicates
	decodes bool // every field before it compares one, for tests
}

// NewSet makes a set without expressions.
func NewSet(kind Kind) *Set { return &Set{kind: kind} }

// Fields are the paths of the fields that the set's expressions use, without
// repeats. A path has one name, more for fields of JSON in others.
func (s *Set) Fields() [][]string { return s.fields }

// Field adds a field that something else than an expression needs, such as the
// column of a window, and returns its index in a row. JSON's dots lead into
// nested fields.
func (s *Set) Field(name string) int {
	if s.kind.nested() {
		return s.slot(strings.Split(name, "."))
	}
	return s.slot([]string{name})
}

func (s *Set) slot(path []string) int {
	for i, known := range s.fields {
		if slices.Equal(known, path) {
			return i
		}
	}
	s.fields = append(s.fields, path)
	return len(s.fields) - 1
}

// Condition tells whether a row matches.
type Condition struct{ expr expr }

// Condition compiles a condition.
func (s *Set) Condition(text string) (Condition, error) {
	compiled, err := s.compile(text, true)
	return Condition{compiled}, err
}

// Matches tells whether a row matches. An error is about the row, such as a text
// that is compared with a number.
func (c Condition) Matches(row *Row) (bool, error) {
	value, err := row.run(c.expr)
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

// Value is what rows are grouped by or told apart by.
type Value struct{ expr expr }

// Value compiles the expression of a value.
func (s *Set) Value(text string) (Value, error) {
	compiled, err := s.compile(text, false)
	return Value{compiled}, err
}

// Text is the value for a row as text; ok is false for nil. The text may share
// memory with the row's fields.
func (v *Value) Text(row *Row) (text string, ok bool, err error) {
	if v.expr.slot >= 0 {
		return row.Fields[v.expr.slot].text()
	}
	value, err := row.run(v.expr)
	if err != nil {
		return "", false, err
	}
	return textOf(value)
}
