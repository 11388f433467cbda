package strictyaml

import (
	"reflect"
	"strings"
)

// field is a struct field that a key is read into.
type field struct {
	index    int // in the struct
	order    int // among the fields that have a key
	required bool
	shown    string
}

// example is the line to write for a key that is missing.
func (f field) example(name string) string {
	if f.shown == "" {
		return name + ": …"
	}
	return name + ": " + f.shown
}

func fieldsOf(structure reflect.Type) map[string]field {
	fields := map[string]field{}
	for i := range structure.NumField() {
		tag := structure.Field(i).Tag
		name, options, _ := strings.Cut(tag.Get("yaml"), ",")
		if name == "" || name == "-" {
			continue
		}
		fields[name] = field{index: i, order: len(fields), required: options == "required", shown: tag.Get("example")}
	}
	return fields
}
