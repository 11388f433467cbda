package expression

import (
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm/runtime"
)

// operators are what the expression language makes of two values that are not nil.
var operators = map[string]func(a, b any) any{
	"==":         func(a, b any) any { return runtime.Equal(a, b) },
	"!=":         func(a, b any) any { return !runtime.Equal(a, b) },
	"<":          func(a, b any) any { return runtime.Less(a, b) },
	"<=":         func(a, b any) any { return runtime.LessOrEqual(a, b) },
	">":          func(a, b any) any { return runtime.More(a, b) },
	">=":         func(a, b any) any { return runtime.MoreOrEqual(a, b) },
	"in":         func(a, b any) any { return runtime.In(a, b) },
	"contains":   func(a, b any) any { return strings.Contains(a.(string), b.(string)) },
	"startsWith": func(a, b any) any { return strings.HasPrefix(a.(string), b.(string)) },
	"endsWith":   func(a, b any) any { return strings.HasSuffix(a.(string), b.(string)) },
	"matches":    func(a, b any) any { return regexp.MustCompile(b.(string)).MatchString(a.(string)) },
	"+":          runtime.Add,
	"-":          runtime.Subtract,
	"*":          runtime.Multiply,
	"/":          func(a, b any) any { return runtime.Divide(a, b) },
	"%":          func(a, b any) any { return runtime.Modulo(a, b) },
	"**":         func(a, b any) any { return runtime.Exponent(a, b) },
	"^":          func(a, b any) any { return runtime.Exponent(a, b) },
	"..":         numbersBetween,
}

// mirrored are comparisons with their sides exchanged.
var mirrored = map[string]string{"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

func (c *compiler) unary(node *ast.UnaryNode) eval {
	switch node.Operator {
	case "not", "!":
		return c.computed(node, func(of []any) any { return !of[0].(bool) }, node.Node)
	case "-":
		return c.computed(node, func(of []any) any { return runtime.Negate(of[0]) }, node.Node)
	}
	return c.eval(node.Node) // + changes nothing
}

func (c *compiler) binary(node *ast.BinaryNode) eval {
	c.refuseNil(node)
	left, right, operator := node.Left, node.Right, node.Operator
	switch operator {
	case "and", "&&":
		return decided(false, c.eval(left), c.eval(right))
	case "or", "||":
		return decided(true, c.eval(left), c.eval(right))
	case "??":
		value, other := c.eval(left), c.eval(right)
		return func(row *Row) any {
			if value := value(row); value != nil {
				return value
			}
			return other(row)
		}
	case "matches":
		if pattern, literal := right.(*ast.StringNode); literal {
			compiled, err := regexp.Compile(pattern.Value)
			if err != nil {
				return c.fail(node, "%s", err)
			}
			return c.computed(node, func(of []any) any { return compiled.MatchString(of[0].(string)) }, left)
		}
	}
	turned, turns := mirrored[operator]
	compares := turns || slices.Contains([]string{"in", "contains", "startsWith", "endsWith", "matches"}, operator)
	if compares {
		c.noteUnquoted(right)
	}
	if turns && c.path(left) == nil && c.path(right) != nil {
		left, right, operator = right, left, turned
	}
	if test := c.fieldTest(left, operator, right); test != nil {
		return test
	}
	if list, ok := right.(*ast.ArrayNode); ok && operator == "in" {
		value, elements := c.eval(left), c.all(list.Nodes)
		return func(row *Row) any { return oneOf(value(row), values(elements, row)) }
	}
	of := operators[operator]
	switch {
	case of == nil:
		return c.fail(node, "operator %s is not supported", operator)
	case isEquality(operator) && (isNil(left) || isNil(right)):
		a, b := c.eval(left), c.eval(right)
		return func(row *Row) any { return of(a(row), b(row)) }
	case c.depth == 0 && compares && operator != "matches": // in a predicate, a part of the expression says more than types
		of = withTypes(operator, of)
	}
	computed := c.computed(node, func(values []any) any { return of(values[0], values[1]) }, left, right)
	if one, other := c.path(left), c.path(right); one != nil && other != nil && isEquality(operator) {
		return numberEquality(c.set.slot(one), c.set.slot(other), operator == "==", computed)
	}
	return computed
}

// withTypes says which types do not go together.
func withTypes(operator string, compare func(a, b any) any) func(a, b any) any {
	return func(a, b any) any {
		defer func() {
			if recover() != nil {
				panic(mismatch(describe(a), operator, describe(b)))
			}
		}()
		return compare(a, b)
	}
}

// truth is a condition's value: true or false, nil, or why it is none of them.
func truth(value any) any {
	switch value.(type) {
	case nil, bool, typeError:
		return value
	}
	return notATruth(value)
}

// decided is "or" where decisive is true, and "and" where it is false: one side that
// has this value decides, whatever the other one is.
func decided(decisive bool, left, right eval) eval {
	return func(row *Row) any {
		first := truth(left(row))
		switch first := first.(type) {
		case bool:
			if first == decisive {
				return first
			}
		case typeError:
			return first
		}
		second := truth(right(row))
		if is, known := second.(bool); known && first == nil && is != decisive {
			return nil
		}
		return second
	}
}

// oneOf is value == a or value == b for a list of a and b.
func oneOf(value any, list []any) any {
	switch {
	case value == nil:
		return nil
	case runtime.In(value, list):
		return true
	case hasNil(list):
		return nil
	}
	return false
}
