package expression

import (
	"slices"
	"strconv"

	"github.com/expr-lang/expr/ast"
)

// guard gives nil if an operand is nil, and else what is made of the operands, which
// are computed once.
func (n nils) guard(node ast.Node, operands []ast.Node, of func([]ast.Node) ast.Node) ast.Node {
	return n.guardRewritten(node, n.all(operands), of)
}

func (n nils) guardRewritten(node ast.Node, operands []ast.Node, of func([]ast.Node) ast.Node) ast.Node {
	names := slices.Clone(operands)
	var asked []ast.Node
	for i, operand := range operands {
		if n.neverNil(operand) {
			continue
		}
		if !isName(operand) {
			names[i] = n.variable(operand)
		}
		asked = append(asked, names[i])
	}
	if asked == nil {
		return of(operands)
	}
	result := like(node, &ast.ConditionalNode{Cond: call(node, "nil", asked...), Exp1: &ast.NilNode{}, Exp2: of(names)})
	for i, operand := range slices.Backward(operands) {
		if names[i] != operand {
			result = like(node, &ast.VariableDeclaratorNode{Name: names[i].(*ast.IdentifierNode).Value, Value: operand, Expr: result})
		}
	}
	return result
}

// neverNil tells whether a node cannot be nil, at a glance.
func (n nils) neverNil(node ast.Node) bool {
	switch node := node.(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.StringNode, *ast.BoolNode, *ast.ArrayNode, *ast.MapNode, *ast.PredicateNode:
		return true
	case *ast.IdentifierNode:
		return isMark(node.Value) && !n.kind.nested()
	}
	return false
}

// isName tells whether a node costs nothing to compute twice.
func isName(node ast.Node) bool {
	switch node.(type) {
	case *ast.IdentifierNode, *ast.PointerNode:
		return true
	}
	return false
}

// variable is a new one for a value like node. No expression can write its name.
func (n nils) variable(node ast.Node) *ast.IdentifierNode {
	*n.held++
	name := &ast.IdentifierNode{Value: "\x02" + strconv.Itoa(*n.held)}
	like(node, name)
	return name
}

// like gives a new node the place and the type of the one that it replaces.
func like(old, node ast.Node) ast.Node {
	node.SetLocation(old.Location())
	node.SetNature(*old.Nature())
	return node
}
