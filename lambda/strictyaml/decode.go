package strictyaml

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"tally/lambda/spelling"
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

// decode fills target from node and checks it by the rule of pattern: the key, with
// * for entries. It only adds problems, so that one run finds all of them.
func (d *Document) decode(node ast.Node, key, pattern string, target reflect.Value) {
	if !d.Has(key) {
		d.positions[key] = start(node)
	}
	if unsupported := unsupportedFeature(node); unsupported != "" {
		d.wrong(key, "%s", unsupported)
		return
	}
	if word, isText := text(node); isText {
		if scalar, ok := target.Addr().Interface().(ScalarUnmarshaler); ok {
			d.decodeWord(node, key, word, scalar, d.rules[pattern])
			return
		}
	}
	if m, ok := target.Addr().Interface().(mapping); ok {
		d.decodeMap(node, key, pattern, m)
		return
	}
	switch target.Kind() {
	case reflect.Pointer:
		target.Set(reflect.New(target.Type().Elem()))
		d.decode(node, key, pattern, target.Elem())
	case reflect.Struct:
		d.decodeStruct(node, key, pattern, target)
	case reflect.Slice:
		d.decodeSlice(node, key, pattern, target)
	case reflect.String:
		d.decodeText(node, key, target, d.rules[pattern])
	case reflect.Bool:
		d.decodeBool(node, key, target)
	case reflect.Int:
		d.decodeNumber(node, key, target, d.rules[pattern])
	default:
		panic(fmt.Sprintf("strictyaml: %s has type %s, which it cannot read", key, target.Type()))
	}
}

func (d *Document) decodeStruct(node ast.Node, key, pattern string, target reflect.Value) {
	entries, ok := d.entries(node, key)
	if !ok {
		return
	}
	fields := Fields(target.Type())
	var names []string
	for _, field := range fields {
		names = append(names, field.Name)
	}
	others, takesOthers := FreeKeys(target.Type())
	for _, entry := range entries {
		name := join(key, entry.name)
		switch known := slices.Index(names, entry.name); {
		case known >= 0:
			d.note(name, entry)
			d.decode(entry.value, name, join(pattern, entry.name), target.Field(fields[known].Index))
		case takesOthers:
			d.note(name, entry)
			d.decode(entry.value, name, join(pattern, "*"), target.Field(others).Addr().Interface().(mapping).add(entry.name))
		default:
			message := "unknown key; write one of " + strings.Join(names, ", ")
			if meant, near := spelling.Nearest(entry.name, names); near {
				message += "; did you mean " + meant + "?"
			}
			d.reportAt(entry.at, name, "%s", message)
		}
	}
	for _, field := range fields {
		if name := join(key, field.Name); field.Required && !d.Has(name) {
			d.Report(name, "is missing; write %s", field.line())
		}
	}
	d.checkForms(target, key, d.rules[pattern].Forms)
}

func (d *Document) decodeMap(node ast.Node, key, pattern string, target mapping) {
	entries, ok := d.entries(node, key)
	if !ok {
		return
	}
	rule := d.rules[pattern]
	d.checkCount(key, len(entries), rule)
	for _, entry := range entries {
		name := join(key, entry.name)
		d.note(name, entry)
		d.decode(entry.value, name, join(pattern, "*"), target.add(entry.name))
		if slices.Contains(rule.Refuses, entry.name) {
			d.Report(name, rule.Why, entry.name)
		}
		d.checkText(name, entry.name, rule)
	}
}

func (d *Document) decodeSlice(node ast.Node, key, pattern string, target reflect.Value) {
	sequence, ok := node.(*ast.SequenceNode)
	if !ok {
		d.wrongKind(node, key, "a list")
		return
	}
	rule := d.rules[pattern]
	d.checkCount(key, len(sequence.Values), rule)
	target.Set(reflect.MakeSlice(target.Type(), len(sequence.Values), len(sequence.Values)))
	seen := map[string]bool{}
	for i, value := range sequence.Values {
		name := fmt.Sprintf("%s[%d]", key, i)
		d.decode(value, name, join(pattern, "*"), target.Index(i))
		if text := target.Index(i).String(); rule.Twice != "" {
			if seen[text] {
				d.Report(name, "%q is listed twice; %s", text, rule.Twice)
			}
			seen[text] = true
		}
	}
}

// wrong reports a value that cannot be read into its field.
func (d *Document) wrong(key, format string, args ...any) {
	d.reportAt(d.positions[key], key, format, args...)
}

// note remembers where a key stands. Problems of a scalar point at its value, those
// of a mapping or list at its key, which is where a reader looks.
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
