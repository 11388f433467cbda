package expression

import (
	"fmt"
	"slices"

	"github.com/expr-lang/expr/ast"
)

// noteUnquoted remembers names that stand where a text does: on the right of a
// comparison. Such a name is a field, and may be meant as a text.
func (c *compiler) noteUnquoted(right ast.Node) {
	values := []ast.Node{right}
	if list, isList := right.(*ast.ArrayNode); isList {
		values = list.Nodes
	}
	for _, value := range values {
		if name, isName := value.(*ast.IdentifierNode); isName {
			c.set.unquoted = append(c.set.unquoted, name.Value)
		}
	}
}

// QuotesHint says that a text is written in quotes, if a name that is no field stands
// where a text does; else it is empty.
func (s *Set) QuotesHint(name string) string {
	if !slices.Contains(s.unquoted, name) {
		return ""
	}
	return fmt.Sprintf("; a text is written in quotes: %q", name)
}
