package expression

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"
)

// Type is the type of a field that was read.
type Type uint8

// The types. Nil stands for what is missing, too.
const (
	Nil Type = iota
	False
	True
	Number    // Text is a number of JSON
	Text      // Text is the text
	Composite // Text is a list or an object of JSON
	Time      // Text is RFC 3339
)

// Field is the value of a field as it was read. What it shares its text with may
// change after the row was evaluated.
type Field struct {
	Type Type
	Text string
}

// Row is what expressions are evaluated on: an object or a record. It serves one
// goroutine.
type Row struct {
	// Fields are the values of the set's fields, in their order.
	Fields []Field

	elements []any          // that predicates in predicates are about
	decoded  []decodedField // in this evaluation
	doing    *part          // what is computed
}

type decodedField struct {
	slot  int
	value any
}

// NewRow makes a row for expressions of a set that is complete.
func NewRow(set *Set) *Row {
	return &Row{Fields: make([]Field, len(set.fields)), elements: make([]any, set.depth)}
}

// run evaluates an expression. An error names the part that failed, and types. It
// holds no value of the row.
func (r *Row) run(of expr) (value any, err error) {
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
		default: // what it says may hold values
			value = typeError{Uncomputable{&r.doing.worked, errors.New(r.doing.said)}}
		}
	}()
	r.decoded = r.decoded[:0]
	return evaluate(r)
}

// value is a field as the expression language sees it. A list or an object is decoded
// once in an evaluation, whatever loop asks for it.
func (r *Row) value(slot int) any {
	field := r.Fields[slot]
	if field.Type == Composite {
		for _, known := range r.decoded {
			if known.slot == slot {
				return known.value
			}
		}
	}
	value, err := field.any()
	if err != nil {
		panic(typeError{err})
	}
	if field.Type == Composite {
		r.decoded = append(r.decoded, decodedField{slot, value})
	}
	return value
}

// Mismatch is the error about a field that has another type than it is compared with.
type Mismatch struct {
	Slot int  // of the field
	Want Type // that the comparison needs
	error
}

// any is the field as the expression language sees it. Whole numbers are int. An
// error does not quote the text, which may be nobody's business.
func (f Field) any() (any, error) {
	switch f.Type {
	case False, True:
		return f.Type == True, nil
	case Number:
		return numberOf(f.Text).any(), nil
	case Text:
		return f.Text, nil
	case Time:
		at, err := time.Parse(time.RFC3339Nano, f.Text)
		if err != nil {
			return nil, errors.New("a time is not RFC 3339")
		}
		return at, nil
	case Composite:
		return composite(f.Text, func(text string) any { return numberOf(text).any() })
	}
	return nil, nil
}

// text is the field as a group shows it; ok is false for nil. It may share the
// field's memory.
func (f Field) text() (text string, ok bool, err error) {
	switch f.Type {
	case Text:
		return f.Text, true, nil
	case Number:
		return numberText(f.Text), true, nil
	case Composite:
		value, err := composite(f.Text, func(text string) any { return json.Number(numberText(text)) })
		if err != nil {
			return "", false, err
		}
		return textOf(value)
	}
	value, err := f.any()
	if err != nil {
		return "", false, err
	}
	return textOf(value)
}

// composite reads a list or an object, and its numbers by a function.
func composite(text string, number func(string) any) (any, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return nil, errors.New("a list or an object is not JSON")
	}
	return withNumbers(value, number), nil
}

// withNumbers replaces the decoder's numbers.
func withNumbers(value any, number func(string) any) any {
	switch value := value.(type) {
	case json.Number:
		return number(string(value))
	case []any:
		for i := range value {
			value[i] = withNumbers(value[i], number)
		}
	case map[string]any:
		for key := range value {
			value[key] = withNumbers(value[key], number)
		}
	}
	return value
}

// textOf is a value as a group shows it; ok is false for nil.
func textOf(value any) (text string, ok bool, err error) {
	switch value := value.(type) {
	case nil:
		return "", false, nil
	case string:
		return value, true, nil
	case bool:
		return strconv.FormatBool(value), true, nil
	case int:
		return strconv.Itoa(value), true, nil
	case float64:
		return floatText(value), true, nil
	case time.Time:
		return value.UTC().Format(time.RFC3339Nano), true, nil
	}
	encoded, err := json.Marshal(value)
	return string(encoded), true, err
}
