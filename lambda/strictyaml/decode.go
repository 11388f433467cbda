package strictyaml

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// ScalarUnmarshaler is a mapping that may also be written as one word, such as
// "network: create".
type ScalarUnmarshaler interface {
	// UnmarshalScalar takes the word; an error says what to write instead.
	UnmarshalScalar(word string) error
}

// mapping is implemented by every Map.
type mapping interface {
	add(key string) reflect.Value
}

// decode fills target from node. It only ever adds problems, so that one run
// finds all of them.
func (d *Document) decode(node ast.Node, key string, target reflect.Value) {
	if _, set := d.positions[key]; !set {
		d.positions[key] = start(node)
	}
	if unsupported := unsupportedFeature(node); unsupported != "" {
		d.wrong(key, "%s", unsupported)
		return
	}
	if word, isText := text(node); isText {
		if scalar, ok := target.Addr().Interface().(ScalarUnmarshaler); ok {
			if isNumberElsewhere(node) {
				d.wrong(key, numberElsewhere, word)
				return
			}
			d.words[key] = word
			if err := scalar.UnmarshalScalar(word); err != nil {
				d.wrong(key, "%v", err)
			}
			return
		}
	}
	if m, ok := target.Addr().Interface().(mapping); ok {
		d.decodeMap(node, key, m)
		return
	}
	switch target.Kind() {
	case reflect.Pointer:
		target.Set(reflect.New(target.Type().Elem()))
		d.decode(node, key, target.Elem())
	case reflect.Struct:
		d.decodeStruct(node, key, target)
	case reflect.Slice:
		d.decodeSlice(node, key, target)
	case reflect.String:
		d.decodeText(node, key, target)
	case reflect.Bool:
		d.decodeBool(node, key, target)
	case reflect.Int:
		d.decodeNumber(node, key, target)
	default:
		panic(fmt.Sprintf("strictyaml: %s has type %s, which it cannot read", key, target.Type()))
	}
}

func (d *Document) decodeStruct(node ast.Node, key string, target reflect.Value) {
	entries, ok := d.entries(node, key)
	if !ok {
		return
	}
	fields := Fields(target.Type())
	seen := map[string]bool{}
	for _, entry := range entries {
		known := slices.IndexFunc(fields, func(f Field) bool { return f.Name == entry.name })
		if known < 0 {
			d.reportAt(entry.at, join(key, entry.name), "unknown key; write one of %s", strings.Join(names(fields), ", "))
			continue
		}
		seen[entry.name] = true
		d.note(join(key, entry.name), entry)
		d.decode(entry.value, join(key, entry.name), target.Field(fields[known].Index))
	}
	for _, field := range fields {
		if field.Required && !seen[field.Name] {
			d.Report(join(key, field.Name), "is missing; write %s", field.line())
		}
	}
}

func (d *Document) decodeMap(node ast.Node, key string, target mapping) {
	entries, ok := d.entries(node, key)
	if !ok {
		return
	}
	for _, entry := range entries {
		d.note(join(key, entry.name), entry)
		d.decode(entry.value, join(key, entry.name), target.add(entry.name))
	}
}

func (d *Document) decodeSlice(node ast.Node, key string, target reflect.Value) {
	sequence, ok := node.(*ast.SequenceNode)
	if !ok {
		d.wrong(key, "is %s; write a list", describe(node))
		return
	}
	target.Set(reflect.MakeSlice(target.Type(), len(sequence.Values), len(sequence.Values)))
	for i, value := range sequence.Values {
		d.decode(value, fmt.Sprintf("%s[%d]", key, i), target.Index(i))
	}
}

// wrong reports a value that cannot be read into its field.
func (d *Document) wrong(key, format string, args ...any) {
	d.reportAt(d.positions[key], key, format, args...)
}

// note remembers where a key stands. A scalar's problems point at its value, a
// mapping's or list's at its key, which is where a reader looks.
func (d *Document) note(key string, entry entry) {
	switch entry.value.(type) {
	case *ast.MappingNode, *ast.MappingValueNode, *ast.SequenceNode, *ast.NullNode:
		d.positions[key] = entry.at
	default:
		d.positions[key] = start(entry.value)
	}
}

func join(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}
