package expression

import (
	"errors"
	"slices"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/vm/runtime"
)

// functions are what programs of the VM call for nil, by names that get a prefix no
// expression can write.
var functions = map[string]func(arguments ...any) (any, error){
	"nil":    func(arguments ...any) (any, error) { return slices.ContainsFunc(arguments, runtime.IsNil), nil },
	"true":   func(arguments ...any) (any, error) { return is(arguments[0], true) },
	"false":  func(arguments ...any) (any, error) { return is(arguments[0], false) },
	"and":    func(arguments ...any) (any, error) { return decide(false, arguments...) },
	"or":     func(arguments ...any) (any, error) { return decide(true, arguments...) },
	"in":     func(arguments ...any) (any, error) { return in(arguments[0], arguments[1].([]any)), nil },
	"member": func(arguments ...any) (any, error) { return member(arguments[0], arguments[1]), nil },
	"known":  func(arguments ...any) (any, error) { return known(arguments[0]), nil },
}

const functionPrefix = "\x01"

// addFunctions makes the functions known to the compiler.
func addFunctions(config *conf.Config) {
	for name, function := range functions {
		config.Functions[functionPrefix+name] = &builtin.Function{Name: functionPrefix + name, Func: function}
	}
}

// call calls a function in the place of a node.
func call(node ast.Node, function string, arguments ...ast.Node) ast.Node {
	call := &ast.CallNode{Callee: &ast.IdentifierNode{Value: functionPrefix + function}, Arguments: arguments}
	call.SetLocation(node.Location())
	return call
}

// typeError is about the types of values, never about the values themselves, so
// that it may be shown.
type typeError struct{ error }

func notATruth(value any) error {
	return typeError{errors.New(describe(value) + " is not true or false")}
}

// is tells whether a condition has a value; nil has none.
func is(condition any, value bool) (any, error) {
	switch condition := condition.(type) {
	case nil:
		return false, nil
	case bool:
		return condition == value, nil
	}
	return nil, notATruth(condition)
}

// decide is "or" where decisive is true, and "and" where it is false.
func decide(decisive bool, sides ...any) (any, error) {
	var result any = !decisive
	for _, side := range sides {
		switch side := side.(type) {
		case nil:
			result = nil
		case bool:
			if side == decisive {
				return decisive, nil
			}
		default:
			return nil, notATruth(side)
		}
	}
	return result, nil
}

// in is x == a or x == b for a list of a and b.
func in(value any, list []any) any {
	switch {
	case runtime.IsNil(value):
		return nil
	case runtime.In(value, list):
		return true
	case slices.ContainsFunc(list, runtime.IsNil):
		return nil
	}
	return false
}

// member is a field or an element; nil if there is none, whatever the value is.
func member(of, name any) (value any) {
	defer func() {
		if recover() != nil {
			value = nil
		}
	}()
	return runtime.Fetch(of, name)
}

// known is a list without its elements that are nil; nil if there are no others.
func known(value any) any {
	list, ok := value.([]any)
	if !ok || !slices.ContainsFunc(list, runtime.IsNil) {
		return value
	}
	rest := slices.DeleteFunc(slices.Clone(list), runtime.IsNil)
	if len(rest) == 0 {
		return nil
	}
	return rest
}
