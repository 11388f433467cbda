package expression

import (
	"regexp"
	"slices"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm/runtime"
)

// operators compute a value of two values that are not nil. They panic where the types do
// not go together.
var operators = map[string]func(a, b any) any{
	"==":      func(a, b any) any { return runtime.Equal(a, b) },
	"!=":      func(a, b any) any { return !runtime.Equal(a, b) },
	"<":       func(a, b any) any { return runtime.Less(a, b) },
	"<=":      func(a, b any) any { return runtime.LessOrEqual(a, b) },
	">":       func(a, b any) any { return runtime.More(a, b) },
	">=":      func(a, b any) any { return runtime.MoreOrEqual(a, b) },
	"in":      func(a, b any) any { return runtime.In(a, b) },
	"+":       runtime.Add,
	"-":       runtime.Subtract,
	"*":       runtime.Multiply,
	"/":       func(a, b any) any { return runtime.Divide(a, b) },
	"%":       func(a, b any) any { return runtime.Modulo(a, b) },
	"**":      func(a, b any) any { return runtime.Exponent(a, b) },
	"^":       func(a, b any) any { return runtime.Exponent(a, b) },
	"..":      numbersBetween,
	"matches": func(a, b any) any { return regexp.MustCompile(b.(string)).MatchString(a.(string)) },
}

// mirrored are comparisons with their sides exchanged.
var mirrored = map[string]string{"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

func (c *compiler) unary(node *ast.UnaryNode) eval {
	switch node.Operator {
	case "not", "!":
		return c.computed(node, func(of []any) any { return !of[0].(bool) }, c.all(node.Node))
	case "-":
		return c.computed(node, func(of []any) any { return runtime.Negate(of[0]) }, c.all(node.Node))
	}
	return c.eval(node.Node) // + changes nothing
}

func (c *compiler) binary(node *ast.BinaryNode) eval {
	switch node.Operator {
	case "and", "&&":
		return decided(false, c.eval(node.Left), c.eval(node.Right))
	case "or", "||":
		return decided(true, c.eval(node.Left), c.eval(node.Right))
	case "??":
		c.refuseNil(node, node.Left)
		return orElse(c.eval(node.Left), c.eval(node.Right))
	case "matches":
		c.noteUnquoted(node.Right)
		if literal, ok := node.Right.(*ast.StringNode); ok { // it is compiled once
			pattern, err := regexp.Compile(literal.Value)
			if err != nil {
				return c.fail(node, "%s", err)
			}
			return c.computed(node, func(of []any) any { return pattern.MatchString(of[0].(string)) }, c.all(node.Left))
		}
	case "==", "!=", "<", "<=", ">", ">=", "in", "contains", "startsWith", "endsWith":
		c.noteUnquoted(node.Right)
		return c.comparison(node)
	}
	of := operators[node.Operator]
	if of == nil {
		return c.fail(node, "operator %s is not supported", node.Operator)
	}
	return c.computed(node, func(values []any) any { return of(values[0], values[1]) }, c.all(node.Left, node.Right))
}

func (c *compiler) comparison(node *ast.BinaryNode) eval {
	left, right, operator := node.Left, node.Right, node.Operator
	c.refuseKeyword(node)
	if turned, turns := mirrored[operator]; turns && c.path(left) == nil && c.path(right) != nil {
		left, right, operator = right, left, turned
	}
	if test := c.fieldTest(left, operator, right); test != nil {
		return test
	}
	if list, isList := right.(*ast.ArrayNode); isList && operator == "in" {
		value, elements := c.eval(left), c.all(list.Nodes...)
		return func(row *Row) any { return oneOf(value(row), values(elements, row)) }
	}
	of := operators[operator]
	if search, ok := searches[operator]; ok {
		of = func(a, b any) any { return search(a.(string), b.(string)) }
	}
	sides := c.all(left, right)
	if isEquality(operator) && (isNil(left) || isNil(right)) {
		c.refuseNil(node, left)
		return func(row *Row) any { return of(sides[0](row), sides[1](row)) }
	}
	compared := withTypes(operator, of, sides)
	if c.depth > 0 { // in a predicate, the part of the expression says more than types
		compared = c.computed(node, func(values []any) any { return of(values[0], values[1]) }, sides)
	}
	if one, other := c.path(left), c.path(right); one != nil && other != nil && isEquality(operator) {
		return numberEquality(c.set.slot(one), c.set.slot(other), operator == "==", compared)
	}
	return compared
}

// withTypes compares two values. An error says which types do not go together.
func withTypes(operator string, compare func(a, b any) any, sides []eval) eval {
	return func(row *Row) (is any) {
		a, b := sides[0](row), sides[1](row)
		if a == nil || b == nil {
			return nil
		}
		defer func() {
			if recover() != nil {
				is = row.fail(mismatch(describe(a), operator, describe(b)))
			}
		}()
		return compare(a, b)
	}
}

// orElse is what another part is where the first one is nil.
func orElse(part, other eval) eval {
	return func(row *Row) any {
		if value := part(row); value != nil {
			return value
		}
		return other(row)
	}
}

// decided is "or" where decisive is true, and "and" where it is false: if one side has
// this value, the other side does not matter.
func decided(decisive bool, left, right eval) eval {
	return func(row *Row) any {
		first := row.truth(left(row))
		if first == decisive {
			return first
		}
		second := row.truth(right(row))
		if first == nil && second == !decisive {
			return nil
		}
		return second
	}
}

// oneOf is value == a or value == b for a list of a and b.
func oneOf(value any, list []any) any {
	found := runtime.In(value, list)
	if value == nil || !found && slices.Contains(list, nil) {
		return nil
	}
	return found
}

func numbersBetween(from, to any) any {
	first, last := runtime.ToInt(from), runtime.ToInt(to)
	if last-first >= listLimit {
		panic("too many numbers")
	}
	return runtime.MakeRange(first, last)
}
