package expression

import (
	"reflect"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm/runtime"
)

// pick is a function that looks for elements by a predicate: those for which it is
// true, as WHERE picks rows, not those for which it is nil.
type pick struct {
	others bool // it looks for the elements that are not picked
	first  bool // it stops at the first one
	result func(found []any) any
}

var picks = map[string]pick{
	"any":    {first: true, result: func(found []any) any { return len(found) > 0 }},
	"all":    {first: true, others: true, result: func(found []any) any { return len(found) == 0 }},
	"none":   {first: true, result: func(found []any) any { return len(found) == 0 }},
	"one":    {result: func(found []any) any { return len(found) == 1 }},
	"count":  {result: func(found []any) any { return len(found) }},
	"filter": {result: func(found []any) any { return found }},
	"find":   {first: true, result: func(found []any) any { return append(found, nil)[0] }},
}

func (c *compiler) pick(node *ast.BuiltinNode, pick pick) eval {
	return c.overList(node, func(list []any, each func(i int) any) any {
		found := []any{}
		for i, element := range list {
			value := truth(each(i))
			if wrong, ok := value.(typeError); ok {
				return wrong
			}
			if (value == true) == pick.others {
				continue
			}
			if found = append(found, element); pick.first {
				break
			}
		}
		return pick.result(found)
	})
}

// turned is what map makes of each element.
func (c *compiler) turned(node *ast.BuiltinNode) eval {
	return c.overList(node, func(list []any, each func(i int) any) any {
		turned := make([]any, len(list))
		for i := range list {
			turned[i] = each(i)
		}
		return turned
	})
}

// sum adds what map would make of the elements.
func (c *compiler) sum(node *ast.BuiltinNode) eval {
	turned, doing := c.turned(node), c.doing(node)
	return func(row *Row) any {
		list := known(turned(row))
		if list == nil {
			return nil
		}
		row.doing = doing
		sum := any(0)
		for _, value := range list.([]any) {
			sum = runtime.Add(value, sum)
		}
		return sum
	}
}

// overList calls a function with a list and with what the predicate is for each of its
// elements: the element itself, if none is written. No list gives nil.
func (c *compiler) overList(node *ast.BuiltinNode, of func(list []any, each func(i int) any) any) eval {
	list, doing, depth := c.eval(node.Arguments[0]), c.doing(node), c.depth
	c.depth++
	c.set.depth = max(c.set.depth, c.depth)
	predicate := ast.Node(&ast.PointerNode{})
	if len(node.Arguments) == 2 {
		predicate = node.Arguments[1].(*ast.PredicateNode).Node
	}
	each := c.eval(predicate)
	c.depth--
	return func(row *Row) any {
		value := list(row)
		if value == nil {
			return nil
		}
		row.doing = doing
		elements := elements(value)
		return doing.gave(of(elements, func(i int) any {
			row.elements[depth] = elements[i]
			return each(row)
		}))
	}
}

// elements are those of any kind of list: split gives one of texts.
func elements(of any) []any {
	if list, ok := of.([]any); ok {
		return list
	}
	value := reflect.ValueOf(of)
	list := make([]any, value.Len())
	for i := range list {
		list[i] = value.Index(i).Interface()
	}
	return list
}
