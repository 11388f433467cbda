package strictyaml

import (
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// entry is one "name: value" of a mapping.
type entry struct {
	name  string
	at    position
	value ast.Node
}

func (d *Document) entries(node ast.Node, key string) ([]entry, bool) {
	var values []*ast.MappingValueNode
	switch node := node.(type) {
	case *ast.MappingNode:
		values = node.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{node}
	default:
		d.wrongKind(node, key, "keys and values")
		return nil, false
	}
	var entries []entry
	line := map[string]int{}
	for _, value := range values {
		name := value.Key.GetToken()
		at := position{name.Position.Line, name.Position.Column}
		if unsupported := unsupportedKey(value.Key); unsupported != "" {
			d.reportAt(at, key, "%s", unsupported)
			continue
		}
		if first, twice := line[name.Value]; twice {
			d.reportAt(at, join(key, name.Value), "is written twice, first in line %d; keep one", first)
			continue
		}
		line[name.Value] = at.line
		entries = append(entries, entry{name: name.Value, at: at, value: value.Value})
	}
	return entries, true
}

// text returns the content of a scalar that YAML reads as text.
func text(node ast.Node) (string, bool) {
	switch node := node.(type) {
	case *ast.StringNode:
		return node.Value, true
	case *ast.LiteralNode:
		return node.Value.Value, true
	}
	return "", false
}

func isNumber(node ast.Node) bool {
	switch node.(type) {
	case *ast.IntegerNode, *ast.FloatNode:
		return true
	}
	return false
}

// isPlain tells whether a node is text without quotes.
func isPlain(node ast.Node) bool {
	text, ok := node.(*ast.StringNode)
	return ok && text.Token.Type == token.StringType
}

// lostComment returns the comment after a text without quotes, on the text's last
// line. YAML does not count it to the text.
func lostComment(node ast.Node) string {
	if !isPlain(node) {
		return ""
	}
	plain := node.(*ast.StringNode)
	next := plain.Token.Next
	last := plain.Token.Position.Line + strings.Count(strings.TrimSpace(plain.Token.Origin), "\n")
	if next == nil || next.Type != token.CommentType || next.Position.Line != last {
		return ""
	}
	return "#" + next.Value
}

// describe says what a value is, and what to write if it should be a text.
func describe(node ast.Node) (what, instead string) {
	quoted := `put it in quotes: "` + node.GetToken().Value + `"`
	switch node.(type) {
	case *ast.NullNode:
		return "empty", "write a text, in quotes if it starts with # or holds a comma between { and }"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping", "write a text, in quotes if it starts with { or ["
	case *ast.SequenceNode:
		return "a list", "write a text, in quotes if it starts with { or ["
	case *ast.BoolNode:
		return "a boolean", quoted
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return "a number", quoted
	default:
		return "a text", "write a text"
	}
}

// wrongKind reports a value that is not what the key takes.
func (d *Document) wrongKind(node ast.Node, key, write string) {
	what, _ := describe(node)
	d.wrong(key, "is %s; write %s", what, write)
}

func start(node ast.Node) position {
	if parent, ok := node.(*ast.MappingNode); ok && len(parent.Values) > 0 && !parent.IsFlowStyle {
		return start(parent.Values[0])
	}
	if value, ok := node.(*ast.MappingValueNode); ok {
		return start(value.Key)
	}
	at := node.GetToken().Position
	return position{at.Line, at.Column}
}
