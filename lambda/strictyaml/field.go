package strictyaml

import (
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

// Fields returns the fields of a struct that have a key, in the order of the struct.
func Fields(structure reflect.Type) []Field {
	var fields []Field
	for i := range structure.NumField() {
		tag := structure.Field(i).Tag
		name, options, _ := strings.Cut(tag.Get("yaml"), ",")
		if name == "" || name == "-" {
			continue
		}
		fields = append(fields, Field{Name: name, Index: i, Required: options == "required", Example: tag.Get("example")})
	}
	return fields
}

// line is what to write where the key is missing.
func (f Field) line() string {
	if f.Example == "" {
		return f.Name + ": …"
	}
	return f.Name + ": " + f.Example
}
