package expression

import (
	"fmt"
	"strings"
	"time"

	"github.com/expr-lang/expr/vm/runtime"
)

// operators are what the VM does for two values that are not nil.
var operators = map[string]func(a, b any) bool{
	"==":         runtime.Equal,
	"!=":         func(a, b any) bool { return !runtime.Equal(a, b) },
	"<":          runtime.Less,
	"<=":         runtime.LessOrEqual,
	">":          runtime.More,
	">=":         runtime.MoreOrEqual,
	"in":         runtime.In,
	"contains":   func(a, b any) bool { return strings.Contains(a.(string), b.(string)) },
	"startsWith": func(a, b any) bool { return strings.HasPrefix(a.(string), b.(string)) },
	"endsWith":   func(a, b any) bool { return strings.HasSuffix(a.(string), b.(string)) },
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
