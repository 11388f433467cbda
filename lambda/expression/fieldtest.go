package expression

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// fieldTest compares a field with a literal, without making values for the VM; nil
// if it does not know how.
func fieldTest(slot int, operator string, right ast.Node) test {
	switch literal := right.(type) {
	case *ast.NilNode:
		switch operator {
		case "==":
			return func(row *Row) truth { return truthOf(row.Fields[slot].Type == Nil) }
		case "!=":
			return func(row *Row) truth { return truthOf(row.Fields[slot].Type != Nil) }
		}
	case *ast.BoolNode:
		want := False
		if literal.Value {
			want = True
		}
		return equality(slot, operator, func(field Field) bool { return field.Type == want })
	case *ast.StringNode:
		return textTest(slot, operator, literal.Value)
	case *ast.IntegerNode:
		return numberTest(slot, operator, number{whole: true, int: literal.Value})
	case *ast.FloatNode:
		return numberTest(slot, operator, number{float: literal.Value})
	case *ast.ArrayNode:
		if texts, ok := textsOf(literal); ok && operator == "in" {
			return equality(slot, "==", func(field Field) bool {
				return field.Type == Text && slices.Contains(texts, field.Text)
			})
		}
	}
	return nil
}

// equality is == or != of a field that is not nil; nil for another operator.
// Values of different types are unequal. Times and what is composite are left to
// the VM.
func equality(slot int, operator string, equal func(Field) bool) test {
	if operator != "==" && operator != "!=" {
		return nil
	}
	want := operator == "=="
	return func(row *Row) truth {
		field := row.Fields[slot]
		if field.Type == Nil {
			return unknown
		}
		return truthOf(equal(field) == want)
	}
}

func textTest(slot int, operator, literal string) test {
	var holds func(text string) bool
	switch operator {
	case "==": // the commonest test of all
		return func(row *Row) truth {
			field := &row.Fields[slot]
			if field.Type == Nil {
				return unknown
			}
			return truthOf(field.Type == Text && field.Text == literal)
		}
	case "!=":
		return equality(slot, operator, func(field Field) bool { return field.Type == Text && field.Text == literal })
	case "<":
		holds = func(text string) bool { return text < literal }
	case "<=":
		holds = func(text string) bool { return text <= literal }
	case ">":
		holds = func(text string) bool { return text > literal }
	case ">=":
		holds = func(text string) bool { return text >= literal }
	case "contains":
		holds = func(text string) bool { return strings.Contains(text, literal) }
	case "startsWith":
		holds = func(text string) bool { return strings.HasPrefix(text, literal) }
	case "endsWith":
		holds = func(text string) bool { return strings.HasSuffix(text, literal) }
	default:
		return nil
	}
	return typed(slot, Text, operator, "a text", holds)
}

func numberTest(slot int, operator string, literal number) test {
	var holds func(order int) bool
	switch operator {
	case "==", "!=":
		return equality(slot, operator, func(field Field) bool {
			return field.Type == Number && numberOf(field.Text).compare(literal) == 0
		})
	case "<":
		holds = func(order int) bool { return order < 0 }
	case "<=":
		holds = func(order int) bool { return order <= 0 }
	case ">":
		holds = func(order int) bool { return order > 0 }
	case ">=":
		holds = func(order int) bool { return order >= 0 }
	default:
		return nil
	}
	return typed(slot, Number, operator, "a number", func(text string) bool { return holds(numberOf(text).compare(literal)) })
}

// numberEquality compares two fields, by a test of its own if both are numbers.
func numberEquality(slot, other int, equal bool, otherwise test) test {
	return func(row *Row) truth {
		left, right := &row.Fields[slot], &row.Fields[other]
		if left.Type == Number && right.Type == Number {
			return truthOf(sameNumber(left.Text, right.Text) == equal)
		}
		return otherwise(row)
	}
}

// typed is a test of a field that must have a type, unless it is nil.
func typed(slot int, want Type, operator, literal string, holds func(text string) bool) test {
	return func(row *Row) truth {
		switch field := row.Fields[slot]; field.Type {
		case want:
			return truthOf(holds(field.Text))
		case Nil:
			return unknown
		default:
			value, _ := row.value(slot)
			row.fail("%w", Mismatch{slot, want, fmt.Errorf("cannot compute %s %s %s", describe(value), operator, literal)})
			return failed
		}
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
