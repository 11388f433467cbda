package strictyaml

import (
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
		d.reportAt(start(node), key, "is %s; write keys and values", describe(node))
		return nil, false
	}
	var entries []entry
	for _, value := range values {
		if _, merge := value.Key.(*ast.MergeKeyNode); merge {
			d.reportAt(start(value.Key), key, "merge keys (<<) are not supported; write the keys out")
			continue
		}
		name := value.Key.GetToken()
		entries = append(entries, entry{name: name.Value, at: position{name.Position.Line, name.Position.Column}, value: value.Value})
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

// losesText tells whether a comment follows a plain (unquoted) scalar on its line.
func losesText(node ast.Node) bool {
	plain, ok := node.(*ast.StringNode)
	if !ok || plain.GetComment() == nil {
		return false
	}
	return plain.Token.Type != token.SingleQuoteType && plain.Token.Type != token.DoubleQuoteType
}

func unsupportedFeature(node ast.Node) string {
	switch node.(type) {
	case *ast.AnchorNode:
		return "starts with &, which YAML takes as an anchor; put the text in quotes"
	case *ast.AliasNode:
		return "starts with *, which YAML takes as an alias; put the text in quotes"
	case *ast.TagNode:
		return "starts with !, which YAML takes as a tag; put the text in quotes"
	}
	return ""
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
		return "write a text, in quotes if it starts with ! or #, or holds a comma between { and }"
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
