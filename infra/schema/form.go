package schema

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"tally/lambda/strictyaml"
)

// forms makes a condition of each form of a mapping with these properties. With if and
// then, unlike with oneOf, editors report the one key that is wrong.
func forms(of []strictyaml.Form, properties map[string]any) []*Schema {
	var conditions []*Schema
	for _, form := range of {
		condition := &Schema{If: &Schema{Required: []string{form.Key}}}
		if form.Is != nil {
			condition.If.Properties = map[string]any{form.Key: &Schema{Const: form.Is}}
		}
		wanted := &Schema{Required: form.Needs, Properties: refused(form.Refuses)}
		for _, key := range form.Refuses {
			if zero, has := zeroOf[properties[key].(*Schema).Type]; has {
				wanted.Properties[key] = &Schema{Const: zero}
			}
		}
		for key, rule := range form.Rules {
			wanted.Properties[key] = limits(rule)
		}
		if form.Unless {
			condition.Else = wanted
		} else {
			condition.Then = wanted
		}
		conditions = append(conditions, condition)
	}
	return conditions
}

// zeroOf is the value that counts as left out, by the type of the value.
var zeroOf = map[string]any{"boolean": false, "integer": 0}

// limits is the schema of a rule, without the type of the value.
func limits(rule strictyaml.Rule) *Schema {
	schema := &Schema{Enum: rule.OneOf, Default: rule.Default}
	if rule.Pattern != nil {
		schema.Pattern = portable(rule.Pattern)
	}
	return schema
}

// refused are properties that nobody may write.
func refused(keys []string) map[string]any {
	properties := map[string]any{}
	for _, key := range keys {
		properties[key] = false
	}
	return properties
}

// mustHave panics if a form is about a key that the mapping does not have.
func mustHave(properties map[string]any, mapping string, of []strictyaml.Form) {
	for _, form := range of {
		keys := slices.AppendSeq([]string{form.Key}, maps.Keys(form.Rules))
		for _, key := range slices.Concat(keys, form.Needs, form.Refuses) {
			if properties[key] == nil {
				panic(fmt.Sprintf("a form of %q is about %s, which is none of its keys", mapping, key))
			}
		}
	}
}

// Editors read patterns as JavaScript does (ECMA 262; they try the flag u first). There
// \pL is written \p{L}, and \s matches more than ASCII. The patterns have \s in classes
// only, where its characters can be written out.
var (
	toJavaScript = strings.NewReplacer(`\s`, `\t\n\f\r `, `\pL`, `\p{L}`, `\pZ`, `\p{Z}`, `\pN`, `\p{N}`)
	// sameInBoth matches patterns that mean the same in Go and in JavaScript: without
	// flags, named groups and classes that only one of them has.
	sameInBoth = regexp.MustCompile(`^(?:[^\\(]|\\[.tnfr]|\\x[0-9a-f]{2}|\\p\{[LZN]\}|\((?:\?:|[^?]))*$`)
)

// portable returns a pattern as editors read it.
func portable(pattern fmt.Stringer) string {
	text := toJavaScript.Replace(pattern.String())
	if !sameInBoth.MatchString(text) {
		panic(fmt.Sprintf("editors may read the pattern %s in another way; write it simpler", text))
	}
	return text
}
