package expression

import (
	"reflect"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/vm/runtime"
)

// disabled are functions of the expression language that do not exist here. A count must
// depend neither on when it runs nor on the order of a map, which differs each time. For
// the other functions there are simpler ones.
var disabled = []string{"now", "keys", "values", "toPairs", "groupBy", "sortBy", "reduce", "findIndex", "findLast", "findLastIndex"}

// builtin calls a function of the expression language, unless an argument is nil. Aggregates
// leave nil out of lists, as those of SQL do.
func (c *compiler) builtin(node *ast.BuiltinNode) eval {
	pick, isPick := picks[node.Name]
	switch {
	case slices.Contains(disabled, node.Name):
		return c.fail(node, "unknown function %s", node.Name)
	case isPick:
		return c.pick(node, pick)
	case node.Name == "sum":
		return c.computed(node, sum, []eval{withoutNil(c.pick(node, picks["map"]))})
	}
	arguments := c.all(node.Arguments...)
	if slices.Contains([]string{"min", "max", "mean", "median"}, node.Name) {
		for i, argument := range arguments {
			arguments[i] = withoutNil(argument)
		}
	}
	function := builtin.Builtins[builtin.Index[node.Name]]
	value := c.computed(node, func(of []any) any { return call(function, of) }, arguments)
	if node.Name == "type" { // which has a name for nil
		return orElse(value, constant("nil"))
	}
	return value
}

// listLimit is how many elements or bytes a function may make. The expression language's
// own machine has the same limit.
const listLimit = 1_000_000

func call(function *builtin.Function, arguments []any) (value any) {
	var err error
	var size uint
	switch {
	case function.Fast != nil:
		value = function.Fast(arguments[0])
	case function.Safe != nil:
		value, size, err = function.Safe(arguments...)
	default:
		value, err = function.Func(arguments...)
	}
	switch {
	case err != nil || size > listLimit:
		panic("no value, or too large a one")
	case runtime.IsNil(value):
		return nil
	}
	return value
}

// method calls a method. Only times and durations have methods.
func (c *compiler) method(node *ast.CallNode) eval {
	callee, isMember := node.Callee.(*ast.MemberNode)
	if !isMember || c.set.kind == JSON && c.path(callee) != nil {
		return c.fail(node, "unknown function %s", node.Callee)
	}
	name, ok := callee.Property.(*ast.StringNode)
	if !ok || name.Value == "Local" {
		return c.fail(node, "unknown function %s", strings.Trim(callee.Property.String(), `"`))
	}
	return c.computed(node, func(of []any) any {
		arguments := make([]reflect.Value, len(of)-1)
		for i, argument := range of[1:] {
			arguments[i] = reflect.ValueOf(argument)
		}
		return reflect.ValueOf(of[0]).MethodByName(name.Value).Call(arguments)[0].Interface()
	}, slices.Concat(c.all(callee.Node), c.all(node.Arguments...)))
}

// pick is a function that picks elements of a list by a predicate: those for which it is
// true. As in SQL's WHERE, nil does not pick.
type pick struct {
	values bool // it takes what the predicate is for each element
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
	"map":    {values: true, result: func(found []any) any { return found }},
}

// pick calls a function with a list. It is nil if the list is. Without a predicate, each
// element itself is what tells whether it is picked.
func (c *compiler) pick(node *ast.BuiltinNode, pick pick) eval {
	list, this, depth := c.eval(node.Arguments[0]), c.part(node), c.depth
	predicate := ast.Node(&ast.PointerNode{})
	if len(node.Arguments) == 2 {
		predicate = node.Arguments[1].(*ast.PredicateNode).Node
	}
	c.depth++
	each := c.eval(predicate)
	c.depth--
	return func(row *Row) any {
		list := list(row)
		if list == nil {
			return nil
		}
		row.computing = this
		elements := reflect.ValueOf(list) // of any type: split makes texts
		found := []any{}
		if pick.values {
			found = make([]any, 0, elements.Len())
		}
		for i := 0; i < elements.Len() && row.err == nil; i++ {
			element := elements.Index(i).Interface()
			row.elements = append(row.elements[:depth], element)
			value := each(row)
			if pick.values {
				found = append(found, value)
			} else if (row.truth(value) == true) != pick.others {
				found = append(found, element)
			}
			if pick.first && len(found) > 0 {
				break
			}
		}
		return row.result(this, pick.result(found))
	}
}

func sum(of []any) any {
	sum := any(0)
	for _, value := range of[0].([]any) {
		sum = runtime.Add(value, sum)
	}
	return sum
}

// withoutNil leaves nil out of a list. It is nil if nothing else is in it.
func withoutNil(part eval) eval {
	return func(row *Row) any {
		value := part(row)
		list, ok := value.([]any)
		if !ok || !slices.Contains(list, nil) {
			return value
		}
		rest := slices.DeleteFunc(slices.Clone(list), func(value any) bool { return value == nil })
		if len(rest) == 0 {
			return nil
		}
		return rest
	}
}
