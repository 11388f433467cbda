package expression

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/expr-lang/expr/vm/runtime"
)

// typeError is about the types of values, never about the values themselves, so that
// it may be shown.
type typeError struct{ error }

func (t typeError) Unwrap() error { return t.error }

// Uncomputable is the error about a part of an expression that cannot be computed for
// a row. Worked says whether it gave a value for any row that its set was run on.
type Uncomputable struct {
	Worked *atomic.Bool
	error
}

func notATruth(value any) typeError {
	return typeError{errors.New(describe(value) + " is not true or false")}
}

func mismatch(left, operator, right string) typeError {
	return typeError{fmt.Errorf("cannot compute %s %s %s", left, operator, right)}
}

// describe names a value's type in an error. The value itself may be nobody's
// business.
func describe(value any) string {
	switch value.(type) {
	case string:
		return "a text"
	case int, float64:
		return "a number"
	case bool:
		return "true or false"
	case time.Time:
		return "a time"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return fmt.Sprintf("a %T", value)
}

func hasNil(values []any) bool { return slices.Contains(values, nil) }

// known is a list without its elements that are nil; nil if there are no others.
func known(value any) any {
	list, ok := value.([]any)
	if !ok || !hasNil(list) {
		return value
	}
	rest := slices.DeleteFunc(slices.Clone(list), func(value any) bool { return value == nil })
	if len(rest) == 0 {
		return nil
	}
	return rest
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

// cut is a part of a text or a list, from an index to before another one or to the end.
func cut(of []any) any {
	end := any(runtime.Len(of[0]))
	if len(of) == 3 {
		end = of[2]
	}
	return runtime.Slice(of[0], of[1], end)
}

// listLimit is how many elements or bytes a function may make: as many as in the
// expression language's own machine.
const listLimit = 1_000_000

var errTooLarge = errors.New("the result is too large")

func numbersBetween(from, to any) any {
	first, last := runtime.ToInt(from), runtime.ToInt(to)
	if last-first >= listLimit {
		panic(errTooLarge)
	}
	return runtime.MakeRange(first, last)
}
