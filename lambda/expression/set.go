package expression

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// Set holds the expressions of one job, which share the fields they use. Compile
// all of them before a row is made.
type Set struct {
	kind     Kind
	columns  []string // all there are; nil if that is not known
	fields   [][]string
	used     []int // slots of the expression that is being compiled
	unquoted unquoted
	onlyVM   bool // compares nothing itself, for tests
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
type Condition struct {
	test  test
	slots []int
}

// Slots are the indexes of the fields that the condition uses.
func (c Condition) Slots() []int { return c.slots }

// Condition compiles a condition.
func (s *Set) Condition(text string) (Condition, error) {
	s.used = nil
	source, err := s.parse(text, true)
	if err != nil {
		return Condition{}, err
	}
	test, err := source.test(source.tree.Node)
	if err != nil {
		return Condition{}, err
	}
	return Condition{test, s.used}, s.checkColumns()
}

// Matches tells whether a row matches. An error is about the row, such as a text
// that is compared with a number.
func (c Condition) Matches(row *Row) (bool, error) {
	switch c.test(row) {
	case yes:
		return true, nil
	case failed:
		err := row.err
		row.err = nil
		return false, err
	}
	return false, nil
}

// Value is what rows are grouped by or told apart by.
type Value struct {
	slot  int // of a plain field; -1 for an expression
	leaf  leaf
	slots []int
}

// Slots are the indexes of the fields that the value uses.
func (v *Value) Slots() []int { return v.slots }

// Value compiles the expression of a value. A name with dashes that stands alone is
// the field of that name.
func (s *Set) Value(text string) (Value, error) {
	s.used = nil
	value, err := s.value(text)
	if err != nil {
		return Value{}, err
	}
	value.slots = s.used
	return value, s.checkColumns()
}

func (s *Set) value(text string) (Value, error) {
	if path := s.bare(text); path != nil {
		return Value{slot: s.slot(path)}, nil
	}
	source, err := s.parse(text, false)
	if err != nil {
		return Value{}, err
	}
	if path := source.path(source.tree.Node); path != nil {
		return Value{slot: s.slot(path)}, nil
	}
	if isTest(source.tree.Node) {
		test, err := source.test(source.tree.Node)
		return Value{slot: -1, leaf: func(row *Row) (any, bool) {
			switch result := test(row); result {
			case yes, no:
				return result == yes, true
			default:
				return nil, result == unknown
			}
		}}, err
	}
	leaf, err := source.leaf(source.tree.Node)
	return Value{slot: -1, leaf: leaf}, err
}

// Text is the value for a row as text; ok is false for nil. The text may share
// memory with the row's fields.
func (v *Value) Text(row *Row) (text string, ok bool, err error) {
	if v.slot >= 0 {
		return row.Fields[v.slot].text()
	}
	value, ok := v.leaf(row)
	if !ok {
		err := row.err
		row.err = nil
		return "", false, err
	}
	return textOf(value)
}

// isTest tells whether the package itself, not the VM, evaluates a node to a truth.
func isTest(node ast.Node) bool {
	switch node := node.(type) {
	case *ast.UnaryNode:
		return node.Operator == "not" || node.Operator == "!"
	case *ast.BinaryNode:
		return slices.Contains(testOperators, node.Operator)
	}
	return false
}

var testOperators = []string{
	"and", "&&", "or", "||", "==", "!=", "<", "<=", ">", ">=", "in", "contains", "startsWith", "endsWith", "matches",
}
