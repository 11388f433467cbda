package expression

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"tally/lambda/internal/jsonscan"
)

// fieldTest compares a field with a literal as the field was read. That is faster than
// decoding it. It returns nil for what it cannot compare.
func (c *compiler) fieldTest(left ast.Node, operator string, right ast.Node) eval {
	path := c.path(left)
	if path == nil || c.set.decodes {
		return nil
	}
	slot := c.set.slot(path)
	switch literal := right.(type) {
	case *ast.BoolNode:
		if isEquality(operator) {
			want := map[bool]jsonscan.Type{false: jsonscan.False, true: jsonscan.True}[literal.Value]
			return typed(slot, want, operator, func(string) bool { return operator == "==" }, "")
		}
	case *ast.StringNode:
		return typed(slot, jsonscan.Text, operator, textTest(operator, literal.Value), "a text")
	case *ast.IntegerNode:
		return typed(slot, jsonscan.Number, operator, numberTest(operator, jsonscan.IntNum(literal.Value)), "a number")
	case *ast.FloatNode:
		return typed(slot, jsonscan.Number, operator, numberTest(operator, jsonscan.Num{Float: literal.Value}), "a number")
	case *ast.ArrayNode:
		if operator != "in" {
			return nil
		}
		texts := make([]string, len(literal.Nodes))
		for i, element := range literal.Nodes {
			text, isText := element.(*ast.StringNode)
			if !isText {
				return nil
			}
			texts[i] = text.Value
		}
		return typed(slot, jsonscan.Text, "==", func(text string) bool { return slices.Contains(texts, text) }, "")
	}
	return nil
}

// typed is nil for a field that is nil, and a test for a field of the right type. A field
// of another type is unequal to the literal, and an error with any other operator.
// Without a test it returns nil.
func typed(slot int, want jsonscan.Type, operator string, test func(text string) bool, literal string) eval {
	if test == nil {
		return nil
	}
	return func(row *Row) any {
		switch field := row.Fields[slot]; {
		case field.Type == want:
			return test(field.Text)
		case field.Type == jsonscan.Nil:
			return nil
		case isEquality(operator):
			return operator == "!="
		}
		value, err := row.Fields[slot].Decode()
		if err == nil {
			err = Mismatch{slot, want, mismatch(describe(value), operator, literal)}
		}
		return row.fail(err)
	}
}

// orders say whether an operator holds where the left side is less, equal and greater.
var orders = map[string][3]bool{
	"==": {false, true, false}, "!=": {true, false, true},
	"<": {true, false, false}, "<=": {true, true, false},
	">": {false, false, true}, ">=": {false, true, true},
}

// searches look for one text in another.
var searches = map[string]func(text, other string) bool{
	"contains": strings.Contains, "startsWith": strings.HasPrefix, "endsWith": strings.HasSuffix,
}

func textTest(operator, literal string) func(text string) bool {
	if operator == "==" { // the commonest test of all
		return func(text string) bool { return text == literal }
	}
	if search, ok := searches[operator]; ok {
		return func(text string) bool { return search(text, literal) }
	}
	if order, ok := orders[operator]; ok {
		return func(text string) bool { return order[1+strings.Compare(text, literal)] }
	}
	return nil
}

func numberTest(operator string, literal jsonscan.Num) func(text string) bool {
	order, ok := orders[operator]
	if !ok {
		return nil
	}
	return func(text string) bool { return order[1+jsonscan.ReadNum(text).Compare(literal)] }
}

// numberEquality compares two fields as they were read if both are numbers.
func numberEquality(slot, other int, equal bool, otherwise eval) eval {
	return func(row *Row) any {
		left, right := &row.Fields[slot], &row.Fields[other]
		if left.Type == jsonscan.Number && right.Type == jsonscan.Number {
			return jsonscan.EqualNumbers(left.Text, right.Text) == equal
		}
		return otherwise(row)
	}
}
