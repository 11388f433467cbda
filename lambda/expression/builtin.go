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

// aggregates leave nil out, as those of SQL do.
var aggregates = []string{"min", "max", "mean", "median", "sum"}

// builtin calls a function of the expression language, unless an argument is nil.
func (c *compiler) builtin(node *ast.BuiltinNode) eval {
	pick, picks := picks[node.Name]
	switch {
	case slices.Contains(disabled, node.Name):
		return c.fail(node, "unknown function %s", node.Name)
	case picks:
		return c.pick(node, pick)
	case node.Name == "map":
		return c.mapped(node)
	case node.Name == "sum":
		return c.sum(node)
	}
	function := builtin.Builtins[builtin.Index[node.Name]]
	arguments, this := c.all(node.Arguments), c.part(node)
	return func(row *Row) any {
		values := values(arguments, row)
		if slices.Contains(aggregates, node.Name) {
			for i := range values {
				values[i] = withoutNil(values[i])
			}
		}
		if hasNil(values) && node.Name != "type" { // which has a name for nil
			return nil
		}
		row.computing = this
		return this.result(call(function, values))
	}
}

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
	case err != nil:
		panic(err)
	case size > listLimit:
		panic(errTooLarge)
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
	}, slices.Concat([]ast.Node{callee.Node}, node.Arguments)...)
}
