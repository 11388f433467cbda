package expression

import (
	"fmt"
	"math"
	"sync/atomic"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm/runtime"
)

// eval computes a part of an expression for a row. Nil stands for SQL's NULL, and a
// typeError for what has no value. Functions of the expression language panic on values
// that they cannot take; Row.computing then says which part failed.
type eval func(*Row) any

// compiler makes the closures of one expression.
type compiler struct {
	set    *Set
	source file.Source
	depth  int         // of the predicates around the part that is being compiled
	panics bool        // some part may panic
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
		return c.computed(node, func(of []any) any { return member(of[0], of[1]) }, node.Node, node.Property)
	case *ast.SliceNode:
		from, to := node.From, node.To
		if from == nil {
			from = &ast.IntegerNode{}
		}
		if to == nil {
			to = &ast.IntegerNode{Value: math.MaxInt} // which stands for the end
		}
		return c.computed(node, func(of []any) any { return runtime.Slice(of[0], of[1], of[2]) }, node.Node, from, to)
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
			is := truth(condition(row))
			if _, wrong := is.(typeError); wrong {
				return is
			}
			if is == true {
				return yes(row)
			}
			return no(row)
		}
	case *ast.ArrayNode:
		parts := c.all(node.Nodes)
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
func (c *compiler) computed(node ast.Node, of func([]any) any, operands ...ast.Node) eval {
	parts, this := c.all(operands), c.part(node)
	return func(row *Row) any {
		values := values(parts, row)
		if hasNil(values) {
			return nil
		}
		row.computing = this
		return this.result(of(values))
	}
}

func (c *compiler) all(nodes []ast.Node) []eval {
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
		if wrong, ok := values[i].(typeError); ok {
			panic(wrong)
		}
	}
	return values
}

// part is a part of an expression that panics on values that it cannot take.
type part struct {
	failed string // the text of the error: the part and where it stands, no value of a row
	worked atomic.Bool
}

func (c *compiler) part(node ast.Node) *part {
	c.panics = true
	at := (&file.Error{Location: node.Location()}).Bind(c.source)
	return &part{failed: fmt.Sprintf("cannot compute %s (%d:%d)", node, at.Line, at.Column+1)}
}

// result notes that the part has worked if it has a value, and returns the value.
func (p *part) result(value any) any {
	if value != nil && !p.worked.Load() {
		p.worked.Store(true)
	}
	return value
}
