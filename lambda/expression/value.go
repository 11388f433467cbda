package expression

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/expr-lang/expr/vm/runtime"

	"tally/lambda/internal/jsonscan"
)

// typeError is about the types of values, never about the values themselves, so that it
// may be shown.
type typeError struct{ error }

func (t typeError) Unwrap() error { return t.error }

// Mismatch is the error about a field of another type than what it is compared with.
type Mismatch struct {
	Slot int           // of the field
	Want jsonscan.Type // that the comparison needs
	error
}

// Uncomputable is the error about a part of an expression that cannot be computed for a
// row. Worked tells whether the part has had a value for any row of its set.
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

// describe names a value's type.
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

// withoutNil returns a list without its elements that are nil; nil if none is left. Other
// values stay as they are.
func withoutNil(value any) any {
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

// member returns a field or an element; nil if there is none, whatever the value is.
func member(of, name any) (value any) {
	defer func() {
		if recover() != nil {
			value = nil
		}
	}()
	return runtime.Fetch(of, name)
}

// listLimit is how many elements or bytes a function may make. The expression language's
// own machine has the same limit.
const listLimit = 1_000_000

var errTooLarge = errors.New("the result is too large")

func numbersBetween(from, to any) any {
	first, last := runtime.ToInt(from), runtime.ToInt(to)
	if last-first >= listLimit {
		panic(errTooLarge)
	}
	return runtime.MakeRange(first, last)
}
