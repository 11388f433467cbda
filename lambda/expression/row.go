package expression

import (
	"errors"

	"tally/lambda/internal/jsonscan"
)

// Row is what expressions are evaluated on: an object or a record. It serves one
// goroutine.
type Row struct {
	// Fields are the values of the set's fields, in their order.
	Fields []jsonscan.Value

	elements  []any          // the current element of each predicate, the outermost first
	decoded   []decodedField // lists and objects, in this evaluation
	computing *part          // if it panics, it is this part that failed
}

type decodedField struct {
	slot  int
	value any
}

// NewRow makes a row for the expressions of a set. Compile all of them before.
func NewRow(set *Set) *Row {
	return &Row{Fields: make([]jsonscan.Value, len(set.fields)), elements: make([]any, set.depth)}
}

// run evaluates an expression. An error names the part that failed, and types. It holds
// no value of the row.
func (r *Row) run(of compiled) (value any, err error) {
	if of.panics {
		value = r.runGuarded(of.eval)
	} else {
		value = of.eval(r)
	}
	if wrong, ok := value.(typeError); ok {
		return nil, wrong
	}
	return value, nil
}

func (r *Row) runGuarded(evaluate eval) (value any) {
	defer func() {
		switch caught := recover().(type) {
		case nil:
		case typeError:
			value = caught
		default: // its text may hold values
			value = typeError{Uncomputable{&r.computing.worked, errors.New(r.computing.failed)}}
		}
	}()
	r.decoded = r.decoded[:0]
	return evaluate(r)
}

// value decodes a field. A list or an object is decoded once in an evaluation, however
// often a predicate asks for it.
func (r *Row) value(slot int) any {
	field := r.Fields[slot]
	if field.Type == jsonscan.Composite {
		for _, known := range r.decoded {
			if known.slot == slot {
				return known.value
			}
		}
	}
	value, err := field.Decode()
	if err != nil {
		panic(typeError{err})
	}
	if field.Type == jsonscan.Composite {
		r.decoded = append(r.decoded, decodedField{slot, value})
	}
	return value
}
