package expression

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync/atomic"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm/runtime"
)

// eval computes a part of an expression for a row. Nil stands for SQL's NULL, also after
// Row.fail. Functions of the expression language panic on values that they cannot take;
// Row.computing then says which part failed.
type eval func(*Row) any

// compiler makes the closures of one expression.
type compiler struct {
	set    *Set
	source file.Source
	depth  int         // of the predicates around the part that is being compiled
	panics bool        // some part may panic, or decodes a list or an object
	err    *file.Error // the first thing that is wrong
}

func (c *compiler) fail(at ast.Node, format string, args ...any) eval {
	if c.err == nil {
		c.err = &file.Error{Location: at.Location(), Message: fmt.Sprintf(format, args...)}
	}
	return constant(nil)
}

func constant(value any) eval { return func(*Row) any { return value } }

func (c *compiler) eval(node ast.Node) eval {
	if path := c.path(node); path != nil {
		slot := c.set.slot(path)
		c.panics = true
		return func(row *Row) any { return row.value(slot) }
	}
	switch node := node.(type) {
	case *ast.NilNode:
		return constant(nil)
	case *ast.BoolNode:
		return constant(node.Value)
	case *ast.IntegerNode:
		return constant(node.Value)
	case *ast.FloatNode:
		return constant(node.Value)
	case *ast.StringNode:
		return constant(node.Value)
	case *ast.IdentifierNode: // any other name is a field
		return c.fail(node, `$env is no value by itself; write $env["name"]`)
	case *ast.PointerNode: // # in a predicate
		depth := c.depth - 1
		return func(row *Row) any { return row.elements[depth] }
	case *ast.ChainNode: // a?.b, which is the same as a.b here
		return c.eval(node.Node)
	case *ast.MemberNode:
		return c.computed(node, func(of []any) any { return member(of[0], of[1]) }, c.all(node.Node, node.Property))
	case *ast.SliceNode:
		from := cmp.Or[ast.Node](node.From, &ast.IntegerNode{})
		to := cmp.Or[ast.Node](node.To, &ast.IntegerNode{Value: math.MaxInt}) // which stands for the end
		return c.computed(node, func(of []any) any { return runtime.Slice(of[0], of[1], of[2]) }, c.all(node.Node, from, to))
	case *ast.UnaryNode:
		return c.unary(node)
	case *ast.BinaryNode:
		return c.binary(node)
	case *ast.CallNode:
		return c.method(node)
	case *ast.BuiltinNode:
		return c.builtin(node)
	case *ast.ConditionalNode:
		condition, yes, no := c.eval(node.Cond), c.eval(node.Exp1), c.eval(node.Exp2)
		return func(row *Row) any {
			if row.truth(condition(row)) == true {
				return yes(row)
			}
			return no(row)
		}
	case *ast.ArrayNode:
		parts := c.all(node.Nodes...)
		return func(row *Row) any { return values(parts, row) }
	case *ast.VariableDeclaratorNode:
		return c.fail(node, "let is not supported; write %s wherever %s stands", node.Value, node.Name)
	case *ast.MapNode:
		return c.fail(node, "an object is no value here; compare its fields one by one")
	case *ast.SequenceNode:
		return c.fail(node, "; is not supported; join conditions with and")
	}
	return c.fail(node, "%s is not supported", node)
}

// computed calls a function with the values of some parts. It is nil if one of them is.
func (c *compiler) computed(node ast.Node, of func([]any) any, parts []eval) eval {
	this := c.part(node)
	return func(row *Row) any {
		values := values(parts, row)
		if slices.Contains(values, nil) {
			return nil
		}
		row.computing = this
		return row.result(this, of(values))
	}
}

func (c *compiler) all(nodes ...ast.Node) []eval {
	parts := make([]eval, len(nodes))
	for i, node := range nodes {
		parts[i] = c.eval(node)
	}
	return parts
}

func values(parts []eval, row *Row) []any {
	values := make([]any, len(parts))
	for i, part := range parts {
		values[i] = part(row)
	}
	return values
}

// part is what Row.computing is while a part of the expression may panic.
func (c *compiler) part(node ast.Node) *Uncomputable {
	c.panics = true
	at := (&file.Error{Location: node.Location()}).Bind(c.source)
	return &Uncomputable{new(atomic.Bool), fmt.Errorf("cannot compute %s (%d:%d)", node, at.Line, at.Column+1)}
}

// member returns a field or an element; nil if there is none, whatever the value is.
func member(of, name any) any {
	defer func() { _ = recover() }()
	return runtime.Fetch(of, name)
}
