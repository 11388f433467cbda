package expression

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"tally/lambda/internal/jsonscan"
)

// Row is what expressions are evaluated on: an object or a record. It serves one
// goroutine.
type Row struct {
	// Fields are the values of the set's fields, in their order.
	Fields []jsonscan.Value

	elements  []any         // the current element of each predicate, the outermost first
	decoded   map[int]any   // lists and objects by their slots, in this evaluation
	err       error         // the first error of this evaluation
	computing *Uncomputable // the error if there is a panic now
}

// NewRow makes a row for the expressions of a set. Compile all of them before.
func NewRow(set *Set) *Row {
	return &Row{Fields: make([]jsonscan.Value, len(set.fields)), decoded: map[int]any{}}
}

// fail notes why a row cannot be evaluated, unless that is known. The error is about parts
// and types of values. It holds no value of the row, so that it may be shown.
func (r *Row) fail(err error) any {
	if r.err == nil {
		r.err = err
	}
	return nil
}

// failed returns the error of the evaluation that ended.
func (r *Row) failed() (err error) {
	err, r.err = r.err, nil
	return err
}

// guarded evaluates an expression that may panic.
func guarded(expression eval) eval {
	return func(row *Row) any {
		defer func() {
			if recover() != nil { // what it says may hold values; only parts panic
				row.fail(*row.computing)
			}
		}()
		clear(row.decoded)
		return expression(row)
	}
}

// truth returns a condition's value: true, false or nil.
func (r *Row) truth(value any) any {
	switch value.(type) {
	case nil, bool:
		return value
	}
	return r.fail(errors.New(describe(value) + " is not true or false"))
}

// value decodes a field. A list or an object is decoded once in an evaluation, however
// often a predicate asks for it.
func (r *Row) value(slot int) any {
	if known, ok := r.decoded[slot]; ok {
		return known
	}
	field := r.Fields[slot]
	value, err := field.Decode()
	if err != nil {
		return r.fail(err)
	}
	if field.Type == jsonscan.Composite {
		r.decoded[slot] = value
	}
	return value
}

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

// result returns a part's value. With one, it notes that the part has worked.
func (r *Row) result(u *Uncomputable, value any) any {
	if value != nil && r.err == nil && !u.Worked.Load() {
		u.Worked.Store(true)
	}
	return value
}

func mismatch(left, operator, right string) error {
	return fmt.Errorf("cannot compute %s %s %s", left, operator, right)
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
