package expression

import (
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
)

// misleading finds what the expression language takes and would count wrong,
// because a row has only the fields that an expression names, and names them
// everywhere alike.
func misleading(tree ast.Node) *file.Error {
	all := newMentions(tree)
	declared := map[string]int{}
	for _, variable := range all.declarators {
		declared[variable.Name] += newMentions(variable.Expr).names[variable.Name]
	}
	for _, variable := range all.declarators {
		if all.names[variable.Name] > declared[variable.Name] {
			return &file.Error{
				Location: variable.Location(),
				Message:  variable.Name + " is declared by let and used outside of it, too; write another name behind let",
			}
		}
	}
	if all.names["$env"] > all.members {
		return &file.Error{Location: all.environment, Message: `$env is no value by itself; write $env["name"]`}
	}
	return nil
}

// mentions counts the names in a node.
type mentions struct {
	names       map[string]int
	declarators []*ast.VariableDeclaratorNode
	members     int // of $env, named by a text
	environment file.Location
}

func newMentions(node ast.Node) *mentions {
	m := &mentions{names: map[string]int{}}
	ast.Walk(&node, m)
	return m
}

func (m *mentions) Visit(node *ast.Node) {
	switch node := (*node).(type) {
	case *ast.VariableDeclaratorNode:
		m.declarators = append(m.declarators, node)
	case *ast.IdentifierNode:
		m.names[node.Value]++
		if node.Value == "$env" {
			m.environment = node.Location()
		}
	case *ast.MemberNode:
		root, isName := node.Node.(*ast.IdentifierNode)
		if _, named := node.Property.(*ast.StringNode); named && isName && root.Value == "$env" {
			m.members++
		}
	}
}
