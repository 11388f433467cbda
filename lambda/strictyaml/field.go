package strictyaml

import (
	"cmp"
	"reflect"
	"strings"
)

// Field is a struct field that a key is read into.
type Field struct {
	Name     string // the key
	Index    int    // in the struct
	Required bool
	Example  string // a value to write, as YAML; may be empty
}

// freeKeys is the tag's name of a Map that takes every key that no other field has.
const freeKeys = "*"

// Fields returns the fields of a struct that have a key of their own, in the order of the
// struct.
func Fields(structure reflect.Type) []Field {
	var fields []Field
	for i := range structure.NumField() {
		tag := structure.Field(i).Tag
		name, options, _ := strings.Cut(tag.Get("yaml"), ",")
		if name == "" || name == "-" || name == freeKeys {
			continue
		}
		fields = append(fields, Field{Name: name, Index: i, Required: options == "required", Example: tag.Get("example")})
	}
	return fields
}

// FreeKeys returns the index of the field that takes the keys of no other field: the Map
// with the tag `yaml:"*"`.
func FreeKeys(structure reflect.Type) (index int, found bool) {
	for i := range structure.NumField() {
		if structure.Field(i).Tag.Get("yaml") == freeKeys {
			return i, true
		}
	}
	return 0, false
}

// line is what to write where the key is missing.
func (f Field) line() string { return f.Name + ": " + cmp.Or(f.Example, "…") }
