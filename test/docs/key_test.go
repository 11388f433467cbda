package docs

import (
	"reflect"
	"strings"

	"tally/lambda/strictyaml"
)

// keysOf are the keys of a file that a type is read from, in the order of its fields.
// With nested they are all keys below, too: those of a map that users name are <key>. Keys of
// a type of another package are those of its own page.
func keysOf(of reflect.Type, prefix string, nested bool) (keys []string) {
	for i := range of.NumField() {
		name, _, _ := strings.Cut(of.Field(i).Tag.Get("yaml"), ",")
		if name == "" || name == "-" {
			continue
		}
		keys = append(keys, prefix+name)
		below, path := of.Field(i).Type, prefix+name+"."
		if value, isMap := valueOf(below); isMap {
			below, path = value, path+"<key>."
		}
		for below.Kind() == reflect.Slice || below.Kind() == reflect.Pointer {
			below = below.Elem()
		}
		if nested && below.Kind() == reflect.Struct && below.PkgPath() == of.PkgPath() {
			keys = append(keys, keysOf(below, path, true)...)
		}
	}
	return keys
}

// valueOf is the type of the values of a [strictyaml.Map].
func valueOf(of reflect.Type) (reflect.Type, bool) {
	if of.Kind() != reflect.Slice || of.PkgPath() != reflect.TypeFor[strictyaml.Text]().PkgPath() {
		return nil, false
	}
	value, _ := of.Elem().FieldByName("Value")
	return value.Type, true
}
