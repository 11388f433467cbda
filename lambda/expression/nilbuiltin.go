package expression

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

// Builtin functions by what they do with nil. What is in no list gives nil where an
// argument is nil.
var (
	pick      = []string{"all", "none", "any", "one", "filter", "find", "findIndex", "findLast", "findLastIndex", "count"}
	aggregate = []string{"min", "max", "mean", "median", "sum"} // as in SQL, not of what is nil
)

func (n nils) builtin(node *ast.BuiltinNode) ast.Node {
	arguments := n.all(node.Arguments)
	same := func(arguments []ast.Node) ast.Node {
		return like(node, &ast.BuiltinNode{Name: node.Name, Arguments: arguments})
	}
	switch {
	case node.Name == "type": // has a name for nil
		return same(arguments)
	case slices.Contains(pick, node.Name):
		if len(arguments) == 1 { // count(list) counts what is true
			arguments = append(arguments, like(node, &ast.PredicateNode{Node: like(node, &ast.PointerNode{})}))
		}
		picks := arguments[1].(*ast.PredicateNode)
		arguments[1] = like(picks, &ast.PredicateNode{Node: call(picks.Node, "true", picks.Node)})
	case slices.Contains(aggregate, node.Name):
		if node.Name == "sum" && len(arguments) == 2 {
			arguments = []ast.Node{n.guardRewritten(node, arguments, func(arguments []ast.Node) ast.Node {
				return like(node, &ast.BuiltinNode{Name: "map", Arguments: arguments})
			})}
		}
		for i, argument := range arguments {
			arguments[i] = call(argument, "known", argument)
		}
	}
	return n.guardRewritten(node, arguments, same)
}
