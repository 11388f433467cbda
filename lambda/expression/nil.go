package expression

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

// nils makes a program of the VM treat nil as the package does: what is computed
// from nil is nil, and "and", "or", "not" and "?:" know three values. It returns new
// nodes, since a tree may hold one node twice.
//
// The elements that a predicate picks are those for which it is true, as WHERE
// picks rows: not those for which it is nil.
type nils struct {
	kind Kind
	held *int // counts the variables that hold operands
}

// all rewrites some nodes.
func (n nils) all(nodes []ast.Node) []ast.Node {
	rewritten := make([]ast.Node, len(nodes))
	for i, node := range nodes {
		rewritten[i] = n.node(node)
	}
	return rewritten
}

// node rewrites a node and all below it. Parts without operands stay.
func (n nils) node(node ast.Node) ast.Node {
	switch node := node.(type) {
	case *ast.UnaryNode:
		return n.guard(node, []ast.Node{node.Node}, func(operands []ast.Node) ast.Node {
			return like(node, &ast.UnaryNode{Operator: node.Operator, Node: operands[0]})
		})
	case *ast.BinaryNode:
		return n.binary(node)
	case *ast.ChainNode: // its members give nil by themselves
		return n.node(node.Node)
	case *ast.MemberNode:
		return call(node, "member", n.node(node.Node), n.node(node.Property))
	case *ast.SliceNode:
		return n.slice(node)
	case *ast.CallNode:
		return n.call(node)
	case *ast.BuiltinNode:
		return n.builtin(node)
	case *ast.PredicateNode:
		return like(node, &ast.PredicateNode{Node: n.node(node.Node)})
	case *ast.VariableDeclaratorNode:
		return like(node, &ast.VariableDeclaratorNode{Name: node.Name, Value: n.node(node.Value), Expr: n.node(node.Expr)})
	case *ast.SequenceNode:
		return like(node, &ast.SequenceNode{Nodes: n.all(node.Nodes)})
	case *ast.ConditionalNode:
		return like(node, &ast.ConditionalNode{Cond: call(node, "true", n.node(node.Cond)), Exp1: n.node(node.Exp1), Exp2: n.node(node.Exp2)})
	case *ast.ArrayNode:
		return like(node, &ast.ArrayNode{Nodes: n.all(node.Nodes)})
	case *ast.MapNode:
		return like(node, &ast.MapNode{Pairs: n.all(node.Pairs)})
	case *ast.PairNode:
		return like(node, &ast.PairNode{Key: n.node(node.Key), Value: n.node(node.Value)})
	}
	return node
}

func (n nils) binary(node *ast.BinaryNode) ast.Node {
	same := func(operands []ast.Node) ast.Node {
		return like(node, &ast.BinaryNode{Operator: node.Operator, Left: operands[0], Right: operands[1]})
	}
	sides := []ast.Node{node.Left, node.Right}
	switch node.Operator {
	case "??":
		return same(n.all(sides))
	case "==", "!=":
		if slices.ContainsFunc(sides, isNil) {
			return same(n.all(sides))
		}
	case "in":
		if n.isListOfValues(node) {
			return call(node, "in", n.all(sides)...)
		}
	case "and", "&&":
		return n.logical(node, "false", &ast.BoolNode{}, "and")
	case "or", "||":
		return n.logical(node, "true", &ast.BoolNode{Value: true}, "or")
	}
	return n.guard(node, sides, same)
}

// logical is decided by the left side alone, or else by both.
func (n nils) logical(node *ast.BinaryNode, decisive string, decided ast.Node, both string) ast.Node {
	left := n.variable(node.Left)
	return like(node, &ast.VariableDeclaratorNode{Name: left.Value, Value: n.node(node.Left), Expr: like(node, &ast.ConditionalNode{
		Cond: call(node, decisive, left),
		Exp1: decided,
		Exp2: call(node, both, left, n.node(node.Right)),
	})})
}

func (n nils) slice(node *ast.SliceNode) ast.Node {
	parts := []ast.Node{node.Node}
	for _, end := range []ast.Node{node.From, node.To} {
		if end != nil {
			parts = append(parts, end)
		}
	}
	return n.guard(node, parts, func(operands []ast.Node) ast.Node {
		slice := &ast.SliceNode{Node: operands[0]}
		if node.From != nil {
			slice.From = operands[1]
		}
		if node.To != nil {
			slice.To = operands[len(operands)-1]
		}
		return like(node, slice)
	})
}

// call is a method's: those of times and durations are the only ones.
func (n nils) call(node *ast.CallNode) ast.Node {
	method, ok := node.Callee.(*ast.MemberNode)
	if !ok {
		return like(node, &ast.CallNode{Callee: node.Callee, Arguments: n.all(node.Arguments)})
	}
	return n.guard(node, append([]ast.Node{method.Node}, node.Arguments...), func(operands []ast.Node) ast.Node {
		callee := like(method, &ast.MemberNode{Node: operands[0], Property: method.Property, Method: method.Method})
		return like(node, &ast.CallNode{Callee: callee, Arguments: operands[1:]})
	})
}

// isListOfValues tells whether a node is x in [a, b], which means x == a or x == b,
// and any of them may be nil. It is false for a list of literals.
func (n nils) isListOfValues(node *ast.BinaryNode) bool {
	list, ok := node.Right.(*ast.ArrayNode)
	return ok && node.Operator == "in" && slices.ContainsFunc(list.Nodes, func(element ast.Node) bool {
		return !n.neverNil(element)
	})
}

func isNil(node ast.Node) bool {
	_, literal := node.(*ast.NilNode)
	return literal
}
