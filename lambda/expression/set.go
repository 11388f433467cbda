package expression

import (
	"slices"
	"strings"
)

// Set holds the expressions of one job, which share the fields they use. Compile
// all of them before a row is made.
type Set struct {
	kind     Kind
	columns  []string // all there are; nil if that is not known
	fields   [][]string
	used     []int    // slots of the expression that is being compiled
	unquoted []string // names that stand where a text does
	depth    int      // of predicates in predicates
	decodes  bool     // every field before it compares one, for tests
}

// NewSet makes a set without expressions. Columns are all that CSV has, if that is
// known.
func NewSet(kind Kind, columns ...string) *Set { return &Set{kind: kind, columns: columns} }

// Fields are the paths of the fields that the set's expressions use, without
// repeats. A path has one name, more for fields of JSON in others.
func (s *Set) Fields() [][]string { return s.fields }

// Field adds a field that something else than an expression needs, such as the
// column of a window, and returns its index in a row. JSON's dots lead into
// nested fields.
func (s *Set) Field(name string) int { return s.slot(s.split(name)) }

// split is the path of a name.
func (s *Set) split(name string) []string {
	if s.kind.nested() {
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

// Condition tells whether a row matches.
type Condition struct{ expr expr }

// Slots are the indexes of the fields that the condition uses.
func (c Condition) Slots() []int { return c.expr.slots }

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

// Slots are the indexes of the fields that the value uses.
func (v *Value) Slots() []int { return v.expr.slots }

// Value compiles the expression of a value. A name with dashes that stands alone is
// the field of that name.
func (s *Set) Value(text string) (Value, error) {
	if path := s.bare(text); path != nil {
		slot := s.slot(path)
		return Value{expr{slot: slot, slots: []int{slot}}}, s.CheckColumn(path[0])
	}
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
