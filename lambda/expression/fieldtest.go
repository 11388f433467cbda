package expression

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// fieldTest compares a field with a literal as the field was read, which is faster
// than to make values of both; nil if it does not know how.
func (c *compiler) fieldTest(left ast.Node, operator string, right ast.Node) eval {
	path := c.path(left)
	if path == nil || c.set.decodes {
		return nil
	}
	slot := c.set.slot(path)
	switch literal := right.(type) {
	case *ast.BoolNode:
		want := False
		if literal.Value {
			want = True
		}
		return typed(slot, want, operator, equalities[operator], "true or false")
	case *ast.StringNode:
		if operator == "==" { // the commonest test of all
			return func(row *Row) any {
				field := &row.Fields[slot]
				if field.Type == Nil {
					return nil
				}
				return field.Type == Text && field.Text == literal.Value
			}
		}
		return typed(slot, Text, operator, textTest(operator, literal.Value), "a text")
	case *ast.IntegerNode:
		return typed(slot, Number, operator, numberTest(operator, number{whole: true, int: literal.Value}), "a number")
	case *ast.FloatNode:
		return typed(slot, Number, operator, numberTest(operator, number{float: literal.Value}), "a number")
	case *ast.ArrayNode:
		if texts, ok := textsOf(literal); ok && operator == "in" {
			return typed(slot, Text, "==", func(text string) bool { return slices.Contains(texts, text) }, "")
		}
	}
	return nil
}

// typed is a test of a field, unless it is nil. One of another type is unequal to the
// literal, and cannot be compared otherwise. Without a test it is nil.
func typed(slot int, want Type, operator string, holds func(text string) bool, literal string) eval {
	if holds == nil {
		return nil
	}
	return func(row *Row) any {
		switch field := row.Fields[slot]; {
		case field.Type == want:
			return holds(field.Text)
		case field.Type == Nil:
			return nil
		case isEquality(operator):
			return operator == "!="
		}
		value, err := row.Fields[slot].any()
		if err != nil {
			return typeError{err}
		}
		return typeError{Mismatch{slot, want, mismatch(describe(value), operator, literal)}}
	}
}

// equalities are tests of what has one value of its type.
var equalities = map[string]func(string) bool{
	"==": func(string) bool { return true },
	"!=": func(string) bool { return false },
}

func textTest(operator, literal string) func(text string) bool {
	switch operator {
	case "contains":
		return func(text string) bool { return strings.Contains(text, literal) }
	case "startsWith":
		return func(text string) bool { return strings.HasPrefix(text, literal) }
	case "endsWith":
		return func(text string) bool { return strings.HasSuffix(text, literal) }
	}
	return inOrder(operator, func(text string) int { return strings.Compare(text, literal) })
}

func numberTest(operator string, literal number) func(text string) bool {
	return inOrder(operator, func(text string) int { return numberOf(text).compare(literal) })
}

// inOrder is a comparison by an order; nil for another operator.
func inOrder(operator string, compare func(text string) int) func(text string) bool {
	switch operator {
	case "==":
		return func(text string) bool { return compare(text) == 0 }
	case "!=":
		return func(text string) bool { return compare(text) != 0 }
	case "<":
		return func(text string) bool { return compare(text) < 0 }
	case "<=":
		return func(text string) bool { return compare(text) <= 0 }
	case ">":
		return func(text string) bool { return compare(text) > 0 }
	case ">=":
		return func(text string) bool { return compare(text) >= 0 }
	}
	return nil
}

// numberEquality compares two fields, as they were read if both are numbers.
func numberEquality(slot, other int, equal bool, otherwise eval) eval {
	return func(row *Row) any {
		left, right := &row.Fields[slot], &row.Fields[other]
		if left.Type == Number && right.Type == Number {
			return sameNumber(left.Text, right.Text) == equal
		}
		return otherwise(row)
	}
}

// textsOf are the elements of a list that holds only literal texts.
func textsOf(list *ast.ArrayNode) ([]string, bool) {
	texts := make([]string, len(list.Nodes))
	for i, node := range list.Nodes {
		text, ok := node.(*ast.StringNode)
		if !ok {
			return nil, false
		}
		texts[i] = text.Value
	}
	return texts, true
}
