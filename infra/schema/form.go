package schema

import (
	"fmt"
	"slices"

	"tally/lambda/strictyaml"
)

// forms are the conditions of a mapping: if it is in a form, then what that asks.
// Editors report what the form asks and not the form, unlike with oneOf.
func forms(of []strictyaml.Form) []*Schema {
	var conditions []*Schema
	for _, form := range of {
		condition := &Schema{If: &Schema{Required: []string{form.Key}}}
		if form.Is != nil {
			condition.If.Properties = map[string]any{form.Key: &Schema{Const: form.Is}}
		}
		asked := &Schema{Required: form.Needs, Properties: refused(form.Refuses)}
		for key, rule := range form.Rules {
			if asked.Properties == nil {
				asked.Properties = map[string]any{}
			}
			asked.Properties[key] = asks(rule)
		}
		if form.Unless {
			condition.Else = asked
		} else {
			condition.Then = asked
		}
		conditions = append(conditions, condition)
	}
	return conditions
}

// asks is a rule about a value whose type is said elsewhere.
func asks(rule strictyaml.Rule) *Schema {
	schema := &Schema{Enum: rule.OneOf, Default: rule.Default}
	if rule.Pattern != nil {
		schema.Pattern = portable(rule.Pattern)
	}
	return schema
}

// refused are the properties that keys may not be.
func refused(keys []string) map[string]any {
	if len(keys) == 0 {
		return nil
	}
	properties := map[string]any{}
	for _, key := range keys {
		properties[key] = false
	}
	return properties
}

// mustHave panics if a form is about a key that the mapping does not have.
func mustHave(properties map[string]any, mapping string, of []strictyaml.Form) {
	for _, form := range of {
		keys := slices.Concat([]string{form.Key}, form.Needs, form.Refuses)
		for key := range form.Rules {
			keys = append(keys, key)
		}
		for _, key := range keys {
			if properties[key] == nil {
				panic(fmt.Sprintf("a form of %q is about %s, which is none of its keys", mapping, key))
			}
		}
	}
}
