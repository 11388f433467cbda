package jsonscan

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"
)

// Type is the type of a value.
type Type uint8

// The types. A field that is missing has the type Nil, too.
const (
	Nil Type = iota
	False
	True
	Number    // Text is a number of JSON
	Text      // Text is the text, without quotes and escapes
	Composite // Text is a list or an object of JSON
	Time      // Text is RFC 3339; the scanner finds none, JSON has no times
)

// Value is a value as it was read. The scanner's share the memory of the line, and so
// change when the next line is read.
type Value struct {
	Type Type
	Text string
}

// Decode returns the value as nil, bool, int, float64, string, time.Time, []any or
// map[string]any. An error does not quote the text.
func (v Value) Decode() (any, error) {
	switch v.Type {
	case False, True:
		return v.Type == True, nil
	case Number:
		return decodeNumber(v.Text), nil
	case Text:
		return v.Text, nil
	case Time:
		at, err := time.Parse(time.RFC3339Nano, v.Text)
		if err != nil {
			return nil, errors.New("a time is not RFC 3339")
		}
		return at, nil
	case Composite:
		return decodeComposite(v.Text, decodeNumber)
	}
	return nil, nil
}

// Canonical returns one text for all values that are equal; ok is false for nil. The
// text may share the value's memory.
func (v Value) Canonical() (text string, ok bool, err error) {
	switch v.Type {
	case Text:
		return v.Text, true, nil
	case Number:
		return canonicalNumber(v.Text), true, nil
	case Composite:
		value, err := decodeComposite(v.Text, func(text string) any { return json.Number(canonicalNumber(text)) })
		if err != nil {
			return "", false, err
		}
		encoded, err := json.Marshal(value)
		return string(encoded), true, err
	}
	value, err := v.Decode()
	if err != nil {
		return "", false, err
	}
	return Canonical(value)
}

// Canonical returns one text for all decoded values that are equal; ok is false for nil.
func Canonical(value any) (text string, ok bool, err error) {
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
		return canonicalFloat(value), true, nil
	case time.Time:
		return value.UTC().Format(time.RFC3339Nano), true, nil
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return "", false, err
	}
	return Value{Type: Composite, Text: string(encoded)}.Canonical() // encoding/json has exponents
}

// decodeComposite decodes a list or an object, and its numbers with a function.
func decodeComposite(text string, number func(text string) any) (any, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return nil, errors.New("a list or an object is not JSON")
	}
	return replaceNumbers(value, number), nil
}

func replaceNumbers(value any, number func(text string) any) any {
	switch value := value.(type) {
	case json.Number:
		return number(string(value))
	case []any:
		for i := range value {
			value[i] = replaceNumbers(value[i], number)
		}
	case map[string]any:
		for key := range value {
			value[key] = replaceNumbers(value[key], number)
		}
	}
	return value
}
