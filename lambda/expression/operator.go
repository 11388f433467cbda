package expression

import (
	"regexp"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm/runtime"
)

// operators compute a value of two values that are not nil. They panic where the types do
// not go together.
var operators = map[string]func(a, b any) any{
	"==": func(a, b any) any { return runtime.Equal(a, b) },
	"!=": func(a, b any) any { return !runtime.Equal(a, b) },
	"<":  func(a, b any) any { return runtime.Less(a, b) },
	"<=": func(a, b any) any { return runtime.LessOrEqual(a, b) },
	">":  func(a, b any) any { return runtime.More(a, b) },
	">=": func(a, b any) any { return runtime.MoreOrEqual(a, b) },
	"in": func(a, b any) any { return runtime.In(a, b) },
	"+":  runtime.Add,
	"-":  runtime.Subtract,
	"*":  runtime.Multiply,
	"/":  func(a, b any) any { return runtime.Divide(a, b) },
	"%":  func(a, b any) any { return runtime.Modulo(a, b) },
	"**": func(a, b any) any { return runtime.Exponent(a, b) },
	"^":  func(a, b any) any { return runtime.Exponent(a, b) },
	"..": numbersBetween,
	"matches": func(a, b any) any {
		return regexp.MustCompile(b.(string)).MatchString(a.(string))
	},
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
	switch node.Operator {
	case "and", "&&":
		return decided(false, c.eval(node.Left), c.eval(node.Right))
	case "or", "||":
		return decided(true, c.eval(node.Left), c.eval(node.Right))
	case "??":
		value, other := c.eval(node.Left), c.eval(node.Right)
		return func(row *Row) any {
			if value := value(row); value != nil {
				return value
			}
			return other(row)
		}
	case "matches":
		c.noteUnquoted(node.Right)
		return c.matches(node)
	case "==", "!=", "<", "<=", ">", ">=", "in", "contains", "startsWith", "endsWith":
		c.noteUnquoted(node.Right)
		return c.comparison(node)
	}
	of := operators[node.Operator]
	if of == nil {
		return c.fail(node, "operator %s is not supported", node.Operator)
	}
	return c.computed(node, func(values []any) any { return of(values[0], values[1]) }, node.Left, node.Right)
}

// matches compiles a literal pattern once.
func (c *compiler) matches(node *ast.BinaryNode) eval {
	pattern, literal := node.Right.(*ast.StringNode)
	if !literal {
		return c.computed(node, func(of []any) any { return operators["matches"](of[0], of[1]) }, node.Left, node.Right)
	}
	compiled, err := regexp.Compile(pattern.Value)
	if err != nil {
		return c.fail(node, "%s", err)
	}
	return c.computed(node, func(of []any) any { return compiled.MatchString(of[0].(string)) }, node.Left)
}

func (c *compiler) comparison(node *ast.BinaryNode) eval {
	left, right, operator := node.Left, node.Right, node.Operator
	if turned, turns := mirrored[operator]; turns && c.path(left) == nil && c.path(right) != nil {
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
	if search, ok := searches[operator]; ok {
		of = func(a, b any) any { return search(a.(string), b.(string)) }
	}
	if isEquality(operator) && (isNil(left) || isNil(right)) {
		a, b := c.eval(left), c.eval(right)
		return func(row *Row) any { return of(a(row), b(row)) }
	}
	if c.depth == 0 { // in a predicate, the part of the expression says more than types
		of = withTypes(operator, of)
	}
	computed := c.computed(node, func(values []any) any { return of(values[0], values[1]) }, left, right)
	if one, other := c.path(left), c.path(right); one != nil && other != nil && isEquality(operator) {
		return numberEquality(c.set.slot(one), c.set.slot(other), operator == "==", computed)
	}
	return computed
}

// withTypes makes an error say which types do not go together.
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

// truth returns a condition's value: true, false or nil; a typeError for any other value.
func truth(value any) any {
	switch value.(type) {
	case nil, bool, typeError:
		return value
	}
	return notATruth(value)
}

// decided is "or" where decisive is true, and "and" where it is false: if one side has
// this value, the other side does not matter.
func decided(decisive bool, left, right eval) eval {
	return func(row *Row) any {
		first := truth(left(row))
		if _, wrong := first.(typeError); wrong || first == decisive {
			return first
		}
		second := truth(right(row))
		if first == nil && second == !decisive {
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
