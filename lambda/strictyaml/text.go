package strictyaml

import (
	"fmt"
	"reflect"
)

// EachText visits the texts of a struct that a file was read into, in the order of its
// fields, each with its key.
func EachText(of any, visit func(key, text string)) {
	eachText(reflect.ValueOf(of), "", visit)
}

func eachText(of reflect.Value, key string, visit func(key, text string)) {
	_, isMap := MapValue(of.Type())
	switch {
	case of.Kind() == reflect.String:
		visit(key, of.String())
	case of.Kind() == reflect.Struct:
		for _, field := range Fields(of.Type()) {
			eachText(of.Field(field.Index), join(key, field.Name), visit)
		}
	case of.Kind() == reflect.Slice:
		for i := range of.Len() {
			entry, at := of.Index(i), fmt.Sprintf("%s[%d]", key, i)
			if isMap {
				entry, at = entry.FieldByName("Value"), join(key, entry.FieldByName("Key").String())
			}
			eachText(entry, at, visit)
		}
	}
}
