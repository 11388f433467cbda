package strictyaml

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Check reports what breaks rules in the struct that into points to, as far as the
// file says it: what is not there breaks none, but where a form needs it.
func (d *Document) Check(into any, rules Rules) {
	c := ruleChecker{d, rules}
	c.value(reflect.ValueOf(into).Elem(), "", "")
}

type ruleChecker struct {
	*Document
	rules Rules
}

// value checks what stands at key, by the rule of its pattern: a key with * for
// entries.
func (c ruleChecker) value(value reflect.Value, key, pattern string) {
	rule := c.rules[pattern]
	if word, isWord := c.words[key]; isWord {
		c.text(key, word, rule)
		return
	}
	switch _, isMap := MapValue(value.Type()); {
	case isMap:
		c.freeKeys(value, key, pattern)
	case value.Kind() == reflect.Pointer && !value.IsNil():
		c.value(value.Elem(), key, pattern)
	case value.Kind() == reflect.Struct:
		for _, field := range Fields(value.Type()) {
			if name := join(key, field.Name); c.Has(name) {
				c.value(value.Field(field.Index), name, join(pattern, field.Name))
			}
		}
		c.forms(value, key, rule.Forms)
	case value.Kind() == reflect.Slice:
		c.entryCount(value.Len(), key, rule)
		for i := range value.Len() {
			c.value(value.Index(i), fmt.Sprintf("%s[%d]", key, i), join(pattern, "*"))
		}
	default:
		c.scalar(value, key, rule)
	}
}

// freeKeys checks a Map.
func (c ruleChecker) freeKeys(entries reflect.Value, key, pattern string) {
	rule := c.rules[pattern]
	c.entryCount(entries.Len(), key, rule)
	for i := range entries.Len() {
		name, value := entries.Index(i).FieldByName("Key").String(), entries.Index(i).FieldByName("Value")
		at := join(key, name)
		if slices.Contains(rule.Refuses, name) {
			c.Report(at, rule.Why, name)
		}
		c.text(at, name, rule)
		c.value(value, at, join(pattern, "*"))
	}
}

// entryCount checks how many entries a list or a Map has.
func (c ruleChecker) entryCount(count int, key string, rule Rule) {
	switch {
	case count < rule.Min:
		c.Report(key, "is empty; write %s", cmp.Or(rule.Empty, rule.Write))
	case rule.Max > 0 && count > rule.Max:
		c.Report(key, "has %d entries; write at most %d", count, rule.Max)
	}
}

// scalar checks a text, a number or a boolean.
func (c ruleChecker) scalar(value reflect.Value, key string, rule Rule) {
	switch value.Kind() {
	case reflect.String:
		c.text(key, value.String(), rule)
	case reflect.Int:
		c.number(key, int(value.Int()), rule)
	}
}

func (c ruleChecker) text(key, text string, rule Rule) {
	breaks := rule.Pattern != nil && !rule.Pattern.MatchString(text)
	is := "valid"
	if rule.OneOf != nil {
		breaks = !slices.ContainsFunc(rule.OneOf, func(allowed any) bool { return fmt.Sprint(allowed) == text })
		is = "supported"
	}
	if breaks {
		c.Report(key, "%q is not %s; write %s", text, cmp.Or(rule.Is, is), rule.instead())
	}
}

func (c ruleChecker) number(key string, number int, rule Rule) {
	breaks := rule.Max > 0 && (number < rule.Min || number > rule.Max)
	if rule.OneOf != nil {
		breaks = !slices.Contains(rule.OneOf, any(number))
	}
	if breaks && !(rule.Zero && number == 0) {
		c.Report(key, "is %d; write %s", number, rule.instead())
	}
}

// instead is what to write.
func (r Rule) instead() string {
	write := r.Write
	switch {
	case write != "":
	case r.OneOf != nil:
		write = choices(r.OneOf)
	default:
		write = fmt.Sprintf("a number from %d to %d", r.Min, r.Max)
	}
	if r.Else != "" {
		write += ", or " + r.Else
	}
	return write
}

// choices lists values: few as they are read aloud.
func choices(values []any) string {
	words := make([]string, len(values))
	for i, value := range values {
		words[i] = fmt.Sprint(value)
	}
	last := len(words) - 1
	switch {
	case last == 0:
		return words[0]
	case last < 3:
		return strings.Join(words[:last], ", ") + " or " + words[last]
	}
	return "one of " + strings.Join(words, ", ")
}

// forms checks which keys of a mapping go together.
func (c ruleChecker) forms(mapping reflect.Value, key string, forms []Form) {
	fields := Fields(mapping.Type())
	at := func(name string) (Field, reflect.Value) {
		i := slices.IndexFunc(fields, func(f Field) bool { return f.Name == name })
		return fields[i], mapping.Field(fields[i].Index)
	}
	for _, form := range forms {
		decides := join(key, form.Key)
		_, value := at(form.Key)
		applies := c.Has(decides) && (form.Is == nil || fmt.Sprint(value) == fmt.Sprint(form.Is))
		if form.Editor || applies == form.Unless || c.failed(decides) {
			continue
		}
		for _, name := range form.Needs {
			if field, _ := at(name); !c.Has(join(key, name)) {
				c.Report(join(key, name), "is missing; write %s", field.line())
			}
		}
		for _, name := range form.Refuses {
			if c.Has(join(key, name)) {
				c.Report(join(key, name), "%s", form.Why)
			}
		}
		for name, rule := range form.Rules {
			if _, value := at(name); c.Has(join(key, name)) {
				c.scalar(value, join(key, name), rule)
			}
		}
	}
}
