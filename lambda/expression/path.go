package expression

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// path is the field that a node names; nil if it is none. Fields in fields of JSON are
// one path, so that a row holds nothing above what an expression names.
func (c *compiler) path(node ast.Node) []string {
	switch node := node.(type) {
	case *ast.IdentifierNode:
		if node.Value != "$env" {
			return []string{node.Value}
		}
	case *ast.ChainNode:
		return c.path(node.Node)
	case *ast.MemberNode:
		name, named := node.Property.(*ast.StringNode)
		if !named {
			return nil
		}
		if root, ok := node.Node.(*ast.IdentifierNode); ok && root.Value == "$env" {
			return []string{name.Value}
		}
		if above := c.path(node.Node); above != nil && c.set.kind == JSON {
			return append(above, name.Value)
		}
	}
	return nil
}

// refuseNil refuses questions for nil that have one answer, whatever the row: fields
// that cannot be nil, and SQL's null, which is the name of a field here.
func (c *compiler) refuseNil(node *ast.BinaryNode) {
	kind, said := c.set.kind, ""
	for _, sides := range [][2]ast.Node{{node.Left, node.Right}, {node.Right, node.Left}} {
		asks := node.Operator == "??" && sides[0] == node.Left || isEquality(node.Operator) && isNil(sides[1])
		if asks && c.path(sides[0]) != nil {
			said = kind.neverNil(sides[0].String(), node.Operator)
		}
	}
	if name, isName := node.Right.(*ast.IdentifierNode); isName && isEquality(node.Operator) && !isNil(node.Left) {
		said = kind.keyword(name.Value)
	}
	if said != "" {
		c.fail(node, "%s", said)
	}
}

func isEquality(operator string) bool { return operator == "==" || operator == "!=" }

func isNil(node ast.Node) bool {
	_, literal := node.(*ast.NilNode)
	return literal
}

// keyword says what to write for a keyword of SQL; "" for any other name. The names
// of objects' fields are known, so that the checker finds it there.
func (k Kind) keyword(name string) string {
	write := strings.ToLower(name)
	switch {
	case k == Objects || !slices.Contains([]string{"null", "true", "false"}, write):
		return ""
	case write == "null" && k == CSV:
		write = `""`
	case write == "null":
		write = "nil"
	case k == CSV:
		write = `"` + write + `"`
	}
	return name + " is the name of a field; write " + write
}

// neverNil says what to write where a field is asked for nil; "" if it may be nil.
func (k Kind) neverNil(field, operator string) string {
	switch {
	case k == Objects:
		return fmt.Sprintf("%s is never nil, objects have every field; leave %s out", field, operator)
	case k == CSV && operator == "??":
		return fmt.Sprintf(`%[1]s is never nil, fields of CSV are text; write (%[1]s == "" ? "other" : %[1]s)`, field)
	case k == CSV:
		return fmt.Sprintf(`%[1]s is never nil, fields of CSV are text; write %[1]s %s ""`, field, operator)
	}
	return ""
}
