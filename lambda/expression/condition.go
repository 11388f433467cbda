package expression

import (
	"slices"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm/runtime"
)

// test makes a condition ready to run.
func (s *source) test(node ast.Node) (test, error) {
	switch node := node.(type) {
	case *ast.UnaryNode:
		if isTest(node) {
			operand, err := s.test(node.Node)
			return negation(operand), err
		}
	case *ast.BinaryNode:
		switch {
		case slices.Contains([]string{"and", "&&", "or", "||"}, node.Operator):
			return s.logical(node)
		case isTest(node):
			return s.comparison(node)
		}
	}
	value, err := s.leaf(node)
	return truthOfValue(value), err
}

func (s *source) logical(node *ast.BinaryNode) (test, error) {
	left, err := s.test(node.Left)
	if err != nil {
		return nil, err
	}
	right, err := s.test(node.Right)
	if err != nil {
		return nil, err
	}
	if node.Operator == "and" || node.Operator == "&&" {
		return both(left, right), nil
	}
	return either(left, right), nil
}

// truthOfValue takes a value as a condition.
func truthOfValue(value leaf) test {
	return func(row *Row) truth {
		result, ok := value(row)
		if !ok {
			return failed
		}
		switch result := result.(type) {
		case nil:
			return unknown
		case bool:
			return truthOf(result)
		}
		row.fail("%w", notATruth(result))
		return failed
	}
}

// mirrored are the operators with their sides exchanged.
var mirrored = map[string]string{"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

// comparison compares a field with a literal itself; anything else is computed
// and then compared as the VM does.
func (s *source) comparison(node *ast.BinaryNode) (test, error) {
	left, right, operator := node.Left, node.Right, node.Operator
	if other, turns := mirrored[operator]; turns && s.path(left) == nil && s.path(right) != nil {
		left, right, operator = right, left, other
	}
	if path := s.path(left); path != nil && !s.set.onlyVM {
		if test := fieldTest(s.set.slot(path), operator, right); test != nil {
			return test, nil
		}
	}
	test, err := s.general(node)
	path, other := s.path(left), s.path(right)
	if path == nil || other == nil || operator != "==" && operator != "!=" {
		return test, err
	}
	return numberEquality(s.set.slot(path), s.set.slot(other), operator == "==", test), err
}

// general compares two values with the VM's own functions.
func (s *source) general(node *ast.BinaryNode) (test, error) {
	operator := node.Operator
	if operator == "matches" || (nils{kind: s.set.kind}).isListOfValues(node) {
		value, err := s.leaf(node) // the VM compiles a literal pattern once, and knows nil in lists
		return truthOfValue(value), err
	}
	left, err := s.leaf(node.Left)
	if err != nil {
		return nil, err
	}
	right, err := s.leaf(node.Right)
	if err != nil {
		return nil, err
	}
	asksForNil := (operator == "==" || operator == "!=") && (isNil(node.Left) || isNil(node.Right))
	compare := operators[operator]
	return func(row *Row) truth {
		a, ok := left(row)
		if !ok {
			return failed
		}
		b, ok := right(row)
		if !ok {
			return failed
		}
		if (runtime.IsNil(a) || runtime.IsNil(b)) && !asksForNil {
			return unknown
		}
		return compared(row, operator, compare, a, b)
	}, nil
}

// compared compares two values. The VM's functions panic on types that they
// cannot compare.
func compared(row *Row, operator string, compare func(a, b any) bool, a, b any) (result truth) {
	defer func() {
		if recover() != nil {
			row.fail("cannot compute %s %s %s", describe(a), operator, describe(b))
			result = failed
		}
	}()
	return truthOf(compare(a, b))
}
