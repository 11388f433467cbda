package expression

import (
	"reflect"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/vm/runtime"
)

// comparisons are the operators that the VM would apply to nil, or fail on it.
// Inside of a program, such as in any(items, .price > 5), nil matches nothing too.
var comparisons = map[string]func(a, b any) bool{
	"<":  runtime.Less,
	"<=": runtime.LessOrEqual,
	">":  runtime.More,
	">=": runtime.MoreOrEqual,
	"!=": func(a, b any) bool { return !runtime.Equal(a, b) },
}

// comparisonName is a name that no expression can write.
func comparisonName(operator string) string { return "\x01" + operator }

// addComparisons adds them as functions.
func addComparisons(config *conf.Config) {
	for operator, compare := range comparisons {
		name := comparisonName(operator)
		config.Functions[name] = &builtin.Function{
			Name: name,
			Func: func(operands ...any) (any, error) {
				return !runtime.IsNil(operands[0]) && !runtime.IsNil(operands[1]) && compare(operands[0], operands[1]), nil
			},
			Types: []reflect.Type{reflect.TypeFor[func(any, any) bool]()},
		}
	}
}

// nilComparisons replaces operators by these functions.
type nilComparisons struct{ config *conf.Config }

func (c nilComparisons) Visit(node *ast.Node) {
	binary, ok := (*node).(*ast.BinaryNode)
	if !ok || comparisons[binary.Operator] == nil || isNil(binary.Left) || isNil(binary.Right) {
		return
	}
	call := &ast.CallNode{
		Callee:    &ast.IdentifierNode{Value: comparisonName(binary.Operator)},
		Arguments: []ast.Node{binary.Left, binary.Right},
	}
	ast.Patch(node, call)
	call.SetType(reflect.TypeFor[bool]())
}

func isNil(node ast.Node) bool {
	_, literal := node.(*ast.NilNode)
	return literal
}
