package expression

import (
	"reflect"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm/runtime"
)

// pick is a function that picks elements of a list by a predicate: those for which it is
// true. As in SQL's WHERE, nil does not pick.
type pick struct {
	others bool // it takes the elements that are not picked
	first  bool // it stops at the first element
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

// mapped lists what an expression is for each element.
func (c *compiler) mapped(node *ast.BuiltinNode) eval {
	return c.overList(node, func(list []any, each func(i int) any) any {
		mapped := make([]any, len(list))
		for i := range list {
			mapped[i] = each(i)
		}
		return mapped
	})
}

// sum adds the elements, or what an expression is for each of them.
func (c *compiler) sum(node *ast.BuiltinNode) eval {
	mapped, this := c.mapped(node), c.part(node)
	return func(row *Row) any {
		list := withoutNil(mapped(row))
		if list == nil {
			return nil
		}
		row.computing = this
		sum := any(0)
		for _, value := range list.([]any) {
			sum = runtime.Add(value, sum)
		}
		return sum
	}
}

// overList calls a function with a list, and with the value of the predicate for the i-th
// element: the element itself, if there is no predicate. It is nil if the list is.
func (c *compiler) overList(node *ast.BuiltinNode, of func(list []any, each func(i int) any) any) eval {
	list, this, depth := c.eval(node.Arguments[0]), c.part(node), c.depth
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
		row.computing = this
		elements := elements(value)
		return this.result(of(elements, func(i int) any {
			row.elements[depth] = elements[i]
			return each(row)
		}))
	}
}

// elements returns the elements of any kind of list: split makes one of texts.
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
