package schema

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"tally/lambda/strictyaml"
)

// generator makes the schema of a type. It panics where a type or a rule has no schema,
// which is a mistake in the code.
type generator struct {
	rules    strictyaml.Rules
	used     map[string]bool // the keys of the type
	comments comments
}

// generate makes the schema of the type that a file is read into.
func generate(file reflect.Type, rules strictyaml.Rules, comments comments) *Schema {
	g := generator{rules: rules, used: map[string]bool{}, comments: comments}
	schema := g.value(file, "")
	for _, key := range slices.Sorted(maps.Keys(rules)) {
		if !g.used[key] {
			panic(fmt.Sprintf("the rule of %q is about no key of %s", key, file))
		}
	}
	return schema
}

// value is the schema of the value at key.
func (g generator) value(t reflect.Type, key string) *Schema {
	rule := g.rules[key]
	g.used[key] = true
	if values, isMap := strictyaml.MapValue(t); isMap {
		return g.freeKeys(values, key, rule)
	}
	var schema *Schema
	switch t.Kind() {
	case reflect.Pointer:
		return g.value(t.Elem(), key)
	case reflect.Struct:
		return g.structure(t, key, rule)
	case reflect.Slice:
		schema = &Schema{Type: "array", Items: g.value(t.Elem(), join(key, "*")), MinItems: rule.Min, MaxItems: rule.Max, UniqueItems: rule.Twice != ""}
		if orWord(t) {
			schema = &Schema{AnyOf: []*Schema{text(rule), schema}}
		}
	case reflect.String:
		schema = text(rule)
		if rule.Digits && rule.Pattern.MatchString("1") {
			schema = &Schema{AnyOf: []*Schema{schema, {Type: "integer"}}}
		}
	case reflect.Bool:
		schema = &Schema{Type: "boolean"}
	case reflect.Int:
		schema = number(rule)
	default:
		panic(fmt.Sprintf("%s has type %s, which no file holds", key, t))
	}
	schema.Description = g.comments.ofType(t)
	schema.Default = rule.Default
	return schema
}

// structure is the schema of a mapping whose keys are known, or of the word that may
// stand for it.
func (g generator) structure(t reflect.Type, key string, rule strictyaml.Rule) *Schema {
	mapping := &Schema{Type: "object", Properties: map[string]any{}, AdditionalProperties: false}
	for _, field := range strictyaml.Fields(t) {
		property := g.value(t.Field(field.Index).Type, join(key, field.Name))
		if comment := g.comments.ofField(t, field.Index); comment != "" {
			property.Description = comment
		}
		if field.Example != "" {
			property.Examples = []any{example(field)}
		}
		if field.Required {
			mapping.Required = append(mapping.Required, field.Name)
		}
		mapping.Properties[field.Name] = property
	}
	if others, takes := strictyaml.FreeKeys(t); takes {
		values, _ := strictyaml.MapValue(t.Field(others).Type)
		mapping.AdditionalProperties = g.value(values, join(key, "*"))
	}
	mustHave(mapping.Properties, key, rule.Forms)
	mapping.AllOf = forms(rule.Forms, mapping.Properties)
	schema := mapping
	if orWord(t) && rule.NoWord == "" {
		schema = &Schema{AnyOf: []*Schema{text(rule), mapping}}
	}
	schema.Description = g.comments.ofType(t)
	return schema
}

// orWord tells whether one word may stand for a mapping or a list.
func orWord(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[strictyaml.ScalarUnmarshaler]())
}

// freeKeys is the schema of a mapping whose keys are the user's.
func (g generator) freeKeys(values reflect.Type, key string, rule strictyaml.Rule) *Schema {
	schema := &Schema{
		Type: "object", AdditionalProperties: g.value(values, join(key, "*")),
		MinProperties: rule.Min, MaxProperties: rule.Max, Properties: refused(rule.Refuses),
	}
	if rule.Pattern != nil {
		schema.PropertyNames = &Schema{Pattern: portable(rule.Pattern)}
	}
	return schema
}

func text(rule strictyaml.Rule) *Schema {
	schema := limits(rule)
	schema.Type = "string"
	if rule.OneOf == nil && (rule.Pattern == nil || rule.Pattern.MatchString("")) {
		schema.MinLength = 1
	}
	return schema
}

func number(rule strictyaml.Rule) *Schema {
	schema := &Schema{Type: "integer", Enum: rule.OneOf}
	if rule.Zero {
		rule.Min = 0
	}
	if rule.Max > 0 {
		schema.Minimum, schema.Maximum = &rule.Min, &rule.Max
	}
	return schema
}

// example is the value that a field's example tag writes.
func example(field strictyaml.Field) any {
	var value any
	if err := yaml.Unmarshal([]byte(field.Example), &value); err != nil {
		panic(fmt.Sprintf("the example of %s: %v", field.Name, err))
	}
	return value
}

func join(key, name string) string { return strings.TrimPrefix(key+"."+name, ".") }
