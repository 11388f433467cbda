package strictyaml

import (
	"slices"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// unsupportedFeature says which feature of YAML a value uses; empty for none.
func unsupportedFeature(node ast.Node) string {
	sign := ""
	switch node := node.(type) {
	case *ast.AnchorNode:
		sign = "&"
	case *ast.AliasNode:
		sign = "*"
	case *ast.TagNode:
		sign = "!"
	case *ast.DirectiveNode:
		return "starts with %, which YAML takes as a directive; leave that line out"
	case *ast.StringNode:
		if node.Token.Type == token.StringType { // plain: see loneFeaturesAsText
			sign = node.Value[:min(1, len(node.Value))]
		}
	}
	if name, special := featureOf[sign]; special {
		return "starts with " + sign + ", which YAML takes as " + name + "; put the text in quotes"
	}
	return ""
}

var featureOf = map[string]string{"&": "an anchor", "*": "an alias", "!": "a tag"}

// unsupportedKey says why a key is not just a word; empty if it is.
func unsupportedKey(key ast.MapKeyNode) string {
	switch key.(type) {
	case *ast.MergeKeyNode:
		return "merge keys (<<) are not supported; write the keys out"
	case *ast.StringNode, *ast.BoolNode, *ast.NullNode, *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return ""
	}
	return "a key that starts with ?, &, * or ! is not supported; write a plain key"
}

// loneFeaturesAsText turns a tag, an anchor or an alias that stands alone into a plain
// text, which unsupportedFeature then reports. The parser would take the keys on the
// lines below as its value, and they would seem to be missing.
func loneFeaturesAsText(tokens token.Tokens) token.Tokens {
	for i := len(tokens) - 1; i >= 0; i-- {
		feature, end := tokens[i], i+1
		named := end < len(tokens) && tokens[end].Position.Line == feature.Position.Line
		switch {
		case feature.Type == token.TagType:
		case feature.Type == token.AnchorType && named:
			end++
		case feature.Type == token.AnchorType, feature.Type == token.AliasType && !named:
		default:
			continue
		}
		if !standsAlone(feature, tokens[end:]) {
			continue
		}
		feature.Type = token.StringType
		feature.CharacterType, feature.Indicator = token.CharacterTypeMiscellaneous, token.NotIndicator
		tokens = slices.Delete(tokens, i+1, end)
	}
	return tokens
}

// standsAlone tells whether feature has no value: what follows is on a line below and
// not indented deeper than feature's own key or dash.
func standsAlone(feature *token.Token, following token.Tokens) bool {
	holder := feature.Prev
	if holder == nil {
		return false
	}
	if holder.Type == token.MappingValueType && holder.Prev != nil {
		holder = holder.Prev
	}
	for _, next := range following {
		if next.Type != token.CommentType {
			return next.Position.Line > feature.Position.Line && next.Position.Column <= holder.Position.Column
		}
	}
	return true
}
