package expression

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// fields are what a program of the VM uses of a row: the slots, and under which
// names the program finds their values.
type fields struct {
	source *source
	slots  []int
	names  []string
}

// rewriteFields replaces every field in a node, nested ones as a whole, by a name
// of its own, so that the VM gets only these instead of the record as a map.
func rewriteFields(node *ast.Node, into *fields) {
	ast.Walk(node, topDown{into})
	ast.Walk(node, named{into})
}

// topDown marks fields. The walk visits a field before the one that lies in it, so
// a mark grows with each step.
type topDown struct{ *fields }

func (t topDown) Visit(node *ast.Node) {
	var path []string
	switch here := (*node).(type) {
	case *ast.IdentifierNode:
		path = t.source.path(here)
	case *ast.ChainNode:
		if inner, ok := here.Node.(*ast.IdentifierNode); ok && isMark(inner.Value) {
			path = unmark(inner.Value)
		}
	case *ast.MemberNode:
		name, isName := here.Property.(*ast.StringNode)
		above, isField := here.Node.(*ast.IdentifierNode)
		switch {
		case !isName || !isField:
		case above.Value == "$env":
			path = []string{name.Value}
		case isMark(above.Value) && t.source.set.kind.nested():
			path = append(unmark(above.Value), name.Value)
		}
	}
	if path != nil {
		marked := &ast.IdentifierNode{Value: reservedName + strings.Join(path, reservedName)}
		marked.SetNature(*(*node).Nature())
		ast.Patch(node, marked)
	}
}

// named gives the marks that are left their slots.
type named struct{ *fields }

func (n named) Visit(node *ast.Node) {
	marked, ok := (*node).(*ast.IdentifierNode)
	if !ok || !isMark(marked.Value) || slices.Contains(n.names, marked.Value) {
		return
	}
	n.names = append(n.names, marked.Value)
	n.slots = append(n.slots, n.source.set.slot(unmark(marked.Value)))
}

// reservedName starts the marks of fields. No expression can write it.
const reservedName = "\x00"

func isMark(name string) bool { return strings.HasPrefix(name, reservedName) }

func unmark(name string) []string {
	return strings.Split(strings.TrimPrefix(name, reservedName), reservedName)
}
