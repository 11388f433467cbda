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
		d.wrong(key, "is %s; write keys and values", describe(node))
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

func describe(node ast.Node) string {
	switch node.(type) {
	case *ast.NullNode:
		return "empty"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.BoolNode:
		return "a boolean"
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return "a number"
	default:
		return "a text"
	}
}

func writeText(node ast.Node) string {
	switch node.(type) {
	case *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return `put it in quotes: "` + node.GetToken().Value + `"`
	case *ast.NullNode:
		return "write a text, in quotes if it starts with # or holds a comma between { and }"
	case *ast.MappingNode, *ast.MappingValueNode, *ast.SequenceNode:
		return "write a text, in quotes if it starts with { or ["
	default:
		return "write a text"
	}
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
