package expression

import (
	"fmt"
	"sync/atomic"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
)

// eval computes a part of an expression for a row. Nil stands for SQL's NULL, and a
// typeError for what has no value. On values that it cannot take, what calls the
// expression language's own functions panics; [Row.doing] then says what was computed.
type eval func(*Row) any

// compiler makes the closures of one expression.
type compiler struct {
	set    *Set
	source file.Source
	depth  int         // of predicates that the part is in
	panics bool        // some part may
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
	case *ast.IdentifierNode: // else it is a field
		return c.fail(node, `$env is no value by itself; write $env["name"]`)
	case *ast.PointerNode: // # in a predicate
		depth := c.depth - 1
		return func(row *Row) any { return row.elements[depth] }
	case *ast.ChainNode: // a?.b, which a.b is here anyway
		return c.eval(node.Node)
	case *ast.MemberNode:
		return c.computed(node, func(of []any) any { return member(of[0], of[1]) }, node.Node, node.Property)
	case *ast.SliceNode:
		return c.slice(node)
	case *ast.UnaryNode:
		return c.unary(node)
	case *ast.BinaryNode:
		return c.binary(node)
	case *ast.CallNode:
		return c.call(node)
	case *ast.BuiltinNode:
		return c.builtin(node)
	case *ast.ConditionalNode:
		condition, yes, no := c.eval(node.Cond), c.eval(node.Exp1), c.eval(node.Exp2)
		return func(row *Row) any {
			switch is := truth(condition(row)).(type) {
			case typeError:
				return is
			case bool:
				if is {
					return yes(row)
				}
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

// computed is what a function makes of some parts, and nil if one of them is nil.
func (c *compiler) computed(node ast.Node, of func([]any) any, operands ...ast.Node) eval {
	parts, doing := c.all(operands), c.doing(node)
	return func(row *Row) any {
		values := values(parts, row)
		if hasNil(values) {
			return nil
		}
		row.doing = doing
		return doing.gave(of(values))
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

// part is a part of an expression that panics on values it cannot take.
type part struct {
	said   string // that it cannot be computed, and where it is; no value of a row
	worked atomic.Bool
}

func (c *compiler) doing(node ast.Node) *part {
	c.panics = true
	at := (&file.Error{Location: node.Location()}).Bind(c.source)
	return &part{said: fmt.Sprintf("cannot compute %s (%d:%d)", node, at.Line, at.Column+1)}
}

// gave notes that the part has worked, if it gave a value.
func (p *part) gave(value any) any {
	if value != nil && !p.worked.Load() {
		p.worked.Store(true)
	}
	return value
}

// slice is a part of a text or a list.
func (c *compiler) slice(node *ast.SliceNode) eval {
	operands := []ast.Node{node.Node, &ast.IntegerNode{}, node.To}
	if node.From != nil {
		operands[1] = node.From
	}
	if node.To == nil {
		operands = operands[:2]
	}
	return c.computed(node, cut, operands...)
}
