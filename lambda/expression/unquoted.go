package expression

import (
	"fmt"
	"slices"

	"github.com/expr-lang/expr/ast"
)

// unquoted collects the names that stand where a text does: on the right of a
// comparison. Such a name is a field, and may be meant as a text.
type unquoted struct{ names []string }

func (u *unquoted) Visit(node *ast.Node) {
	comparison, ok := (*node).(*ast.BinaryNode)
	if !ok || !isTest(comparison) || slices.Contains([]string{"and", "&&", "or", "||"}, comparison.Operator) {
		return
	}
	values := []ast.Node{comparison.Right}
	if list, isList := comparison.Right.(*ast.ArrayNode); isList {
		values = list.Nodes
	}
	for _, value := range values {
		if name, isName := value.(*ast.IdentifierNode); isName {
			u.names = append(u.names, name.Value)
		}
	}
}

// QuotesHint says that a text is written in quotes, if a name that is no field stands
// where a text does; else it is empty.
func (s *Set) QuotesHint(name string) string {
	if !slices.Contains(s.unquoted.names, name) {
		return ""
	}
	return fmt.Sprintf("; a text is written in quotes: %q", name)
}
