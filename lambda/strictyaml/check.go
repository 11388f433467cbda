package strictyaml

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// checkCount checks how many entries a list or a Map has.
func (d *Document) checkCount(key string, count int, rule Rule) {
	switch {
	case count < rule.Min:
		d.Report(key, "is empty; write %s", cmp.Or(rule.Empty, rule.Write))
	case rule.Max > 0 && count > rule.Max:
		d.Report(key, "has %d entries; write at most %d", count, rule.Max)
	}
}

func (d *Document) checkText(key, text string, rule Rule) {
	if rule.Check != nil {
		if err := rule.Check(text); err != nil {
			d.Report(key, "%v", err)
		}
	}
	breaks, is := rule.Pattern != nil && !rule.Pattern.MatchString(text), "valid"
	if rule.OneOf != nil {
		breaks, is = !slices.ContainsFunc(rule.OneOf, func(allowed any) bool { return fmt.Sprint(allowed) == text }), "supported"
	}
	if breaks {
		d.Report(key, "%q is not %s; write %s", text, cmp.Or(rule.Is, is), rule.instead())
	}
}

func (d *Document) checkNumber(key string, number int, rule Rule) {
	breaks := rule.Max > 0 && (number < rule.Min || number > rule.Max)
	if rule.OneOf != nil {
		breaks = !slices.Contains(rule.OneOf, any(number))
	}
	if breaks && (!rule.Zero || number != 0) {
		d.Report(key, "is %d; write %s", number, rule.instead())
	}
}

// instead is what to write instead of a value that breaks the rule.
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

// choices lists values: up to three as a sentence does, more after "one of".
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

// checkForms checks which keys of a mapping go together.
func (d *Document) checkForms(target reflect.Value, key string, forms []Form) {
	fields := map[string]Field{}
	for _, field := range Fields(target.Type()) {
		fields[field.Name] = field
	}
	for _, form := range forms {
		decides := join(key, form.Key)
		applies := d.Has(decides) && (form.Is == nil || fmt.Sprint(reflect.Indirect(target.Field(fields[form.Key].Index))) == fmt.Sprint(form.Is))
		if form.Editor || applies == form.Unless || d.failed(decides) {
			continue
		}
		for _, name := range form.Needs {
			if !d.Has(join(key, name)) {
				d.Report(join(key, name), "%s; write %s", cmp.Or(form.Lacks, "is missing"), fields[name].line())
			}
		}
		for _, name := range form.Refuses {
			if d.Has(join(key, name)) && !target.Field(fields[name].Index).IsZero() {
				d.Report(join(key, name), "%s", form.Why)
			}
		}
		for name, rule := range form.Rules {
			if value := target.Field(fields[name].Index); d.Has(join(key, name)) && value.Kind() == reflect.String {
				d.checkText(join(key, name), value.String(), rule)
			}
		}
	}
}
