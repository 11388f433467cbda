package expression

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
)

// nilFields finds questions for nil that have one answer, whatever the row: fields
// that cannot be nil, and SQL's null, which is the name of a field here.
type nilFields struct {
	source *source
	err    *file.Error
}

func (n *nilFields) Visit(node *ast.Node) {
	binary, ok := (*node).(*ast.BinaryNode)
	if !ok || n.err != nil {
		return
	}
	message := ""
	switch binary.Operator {
	case "==", "!=":
		if name, isName := binary.Right.(*ast.IdentifierNode); isName && n.source.path(name) != nil && !isNil(binary.Left) {
			message = n.source.set.kind.keyword(name.Value)
		}
		for field, other := range map[ast.Node]ast.Node{binary.Left: binary.Right, binary.Right: binary.Left} {
			if isNil(other) && n.source.path(field) != nil {
				message = n.source.set.kind.neverNil(field.String(), binary.Operator)
			}
		}
	case "??":
		if n.source.path(binary.Left) != nil {
			message = n.source.set.kind.neverNil(binary.Left.String(), binary.Operator)
		}
	}
	if message != "" {
		n.err = &file.Error{Location: binary.Location(), Message: message}
	}
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
