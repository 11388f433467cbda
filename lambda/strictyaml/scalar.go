package strictyaml

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"tally/lambda/pattern"
)

const numberElsewhere = "other readers of YAML take %s as a number; put it in quotes"

// isNumberElsewhere tells whether a text is a number in the core schema of YAML 1.2. The
// parser does not know all of these: 1e3 and 09 are texts to it.
func isNumberElsewhere(node ast.Node) bool {
	if !isPlain(node) {
		return false
	}
	text := node.(*ast.StringNode).Value
	// A function compiles the pattern only if it has to: most texts are words.
	return strings.IndexAny(text, "+-.0123456789") == 0 && coreNumber.MatchString(text)
}

var coreNumber = pattern.New(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$|^[-+]?\.(inf|Inf|INF)$`)

// decodeWord fills a mapping that is written as one word.
func (d *Document) decodeWord(node ast.Node, key, word string, target ScalarUnmarshaler, rule Rule) {
	if rule.NoWord != "" {
		d.wrong(key, "%s", rule.NoWord)
		return
	}
	if isNumberElsewhere(node) {
		d.wrong(key, numberElsewhere, word)
		return
	}
	if err := target.UnmarshalScalar(word); err != nil {
		d.wrong(key, "%v", err)
		return
	}
	d.addText(key, word, rule)
}

func (d *Document) decodeText(node ast.Node, key string, target reflect.Value, rule Rule) {
	word, ok := text(node)
	if rule.Digits && isNumber(node) {
		word, ok = node.GetToken().Value, true
	}
	comment := lostComment(node)
	switch {
	case !ok:
		what, instead := describe(node)
		d.wrong(key, "is %s; %s", what, instead)
	case target.Type() == reflect.TypeFor[Text]() && comment != "":
		d.wrong(key, "YAML takes %q as a comment; put the whole text in quotes", comment)
	case isNumberElsewhere(node) && !rule.Digits:
		d.wrong(key, numberElsewhere, word)
	case strings.TrimSpace(word) == "" && (word == "" || !rule.Blank):
		d.wrong(key, "is empty; write a text")
	default:
		target.SetString(word)
		d.addText(key, word, rule)
	}
}

func (d *Document) addText(key, text string, rule Rule) {
	d.texts = append(d.texts, Entry[string]{key, text})
	d.checkText(key, text, rule)
}

func (d *Document) decodeBool(node ast.Node, key string, target reflect.Value) {
	value, ok := node.(*ast.BoolNode)
	if !ok {
		d.wrongKind(node, key, "true or false, without quotes")
		return
	}
	target.SetBool(value.Value)
}

// plainNumber does not match what YAML reads in another base, such as 010 for eight.
var plainNumber = pattern.New(`^-?(0|[1-9][0-9]*)$`)

func (d *Document) decodeNumber(node ast.Node, key string, target reflect.Value, rule Rule) {
	value, ok := node.(*ast.IntegerNode)
	if !ok {
		d.wrongKind(node, key, "a whole number, without quotes")
		return
	}
	digits := value.GetToken().Value
	if !plainNumber.MatchString(digits) {
		d.wrong(key, "YAML takes %s as %v; write plain decimal digits", digits, value.Value)
		return
	}
	number, err := strconv.Atoi(digits)
	if err != nil {
		d.wrong(key, "is too large; write a smaller number")
		return
	}
	target.SetInt(int64(number))
	d.checkNumber(key, number, rule)
}
