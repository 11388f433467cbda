package expression

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// Set holds the expressions of one job, which share the fields they use. Compile
// all of them before a row is made.
type Set struct {
	kind   Kind
	fields [][]string
	onlyVM bool // compares nothing itself, for tests
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
type Condition struct{ test test }

// Condition compiles a condition.
func (s *Set) Condition(text string) (Condition, error) {
	source, err := s.parse(text, true)
	if err != nil {
		return Condition{}, err
	}
	test, err := source.test(source.tree.Node)
	return Condition{test}, err
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
	slot int // of a plain field; -1 for an expression
	leaf leaf
}

// Value compiles the expression of a value.
func (s *Set) Value(text string) (Value, error) {
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
