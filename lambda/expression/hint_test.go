package expression_test

import (
	"strings"
	"testing"

	"tally/lambda/expression"
	"tally/lambda/internal/jsonscan"
)

func TestErrors(t *testing.T) {
	for _, test := range []struct {
		kind       expression.Kind
		text, want string
	}{
		{expression.JSON, `status = "paid"`, `unexpected token Operator("=") (1:8); write == for equal`},
		{expression.JSON, `a == 1 AND b == 2`, `unexpected token Identifier("AND") (1:8); write and, or, not, in with small letters`},
		{expression.JSON, `a IS NULL`, `unexpected token Identifier("IS") (1:3); write field == nil or field != nil`},
		{expression.JSON, `a <> 1`, `unexpected token Operator(">") (1:4); write != for unequal`},
		{expression.JSON, `a like "x%"`, `unexpected token Identifier("like") (1:3); write startsWith, endsWith, contains, or matches "regular expression"`},
		{expression.JSON, `foo(a)`, `unknown function foo (1:1)`},
		{expression.JSON, `a.b(1)`, `unknown function a.b (1:3)`},
		{expression.JSON, `date(a) > now()`, `unknown function now (1:11); a count must not depend on when it runs; use the window`},
		{expression.JSON, `keys(a)[0] == "b"`, `unknown function keys (1:1); their order is chance; name the fields`},
		{expression.JSON, `date(a).Local().Day() == 1`, `unknown function Local (1:9); it is the zone of whatever machine this runs on; write In(timezone("Asia/Seoul"))`},
		{expression.JSON, `type == "click"`, `invalid operation: == (mismatched types func(interface {}) string and string) (1:6); a function has that name; write $env["name"] for the field`},
		{expression.JSON, `any(items, let name = .name; name == "x")`, `let is not supported; write .name wherever name stands (1:16)`},
		{expression.JSON, `let total = upper(name); total == "X"`, `let is not supported; write upper(name) wherever total stands (1:5)`},
		{expression.JSON, `{"a": b}.a == 1`, `an object is no value here; compare its fields one by one (1:1)`},
		{expression.JSON, `a == 1; b == 2`, `; is not supported; join conditions with and (1:3)`},
		{expression.JSON, `reduce(items, #acc + #, 0) > 1`, `unknown function reduce (1:1); write any, all, none, one, count, filter, find, map or sum`},
		{expression.JSON, `findIndex(items, # == 1) == 0`, `unknown function findIndex (1:1); write any, all,`},
		{expression.JSON, `groupBy(items, .a)["b"] != nil`, `unknown function groupBy (1:1); write any, all,`},
		{expression.JSON, `b"bytes" == a`, `b"bytes" is not supported (1:1)`},
		{expression.JSON, `"status" in $env`, "$env is no value by itself; write $env[\"name\"] (1:13)"},
		{expression.JSON, `$env[field] == 1`, `$env is no value by itself`},
		{expression.CSV, `len($env) == 0`, `$env is no value by itself`},
		{expression.JSON, `a == `, `unexpected token EOF (1:5)`},
		{expression.JSON, "a == 1 and\n5 matches \"[\"", "error parsing regexp: missing closing ]: `[` (2:3)"},
		{expression.JSON, `a matches "["`, "error parsing regexp: missing closing ]: `[` (1:3)"},
		{expression.JSON, `"text"`, `expected bool, but got string (1:1); write a comparison`},
		{expression.CSV, `amount > 5`, `invalid operation: > (mismatched types string and int) (1:8); write int(field) or float(field) for a number that is written as text`},
		{expression.Objects, `sise > 5`, `unknown name sise (1:1); objects have key, size, last_modified, storage_class, etag`},
	} {
		t.Run(test.text, func(t *testing.T) {
			_, err := expression.NewSet(test.kind).Condition(test.text)
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got %v\nwant %s", err, test.want)
			}
		})
	}
}

// What people write out of habit gets told what to write.
func TestHints(t *testing.T) {
	for _, test := range []struct {
		kind       expression.Kind
		text, want string
	}{
		{expression.Objects, `size BETWEEN 1 AND 3`, `(1:6); write field >= 1 and field <= 9`},
		{expression.Objects, `size not between 1 and 3`, `(1:10); write field >= 1 and field <= 9`},
		{expression.Objects, `NOT (size > 5)`, `(1:1); write and, or, not, in with small letters`},
		{expression.Objects, `NOT size > 5`, `(1:5); write and, or, not, in with small letters`},
		{expression.Objects, `size > 5 OR size < 3`, `(1:10); write and, or, not, in with small letters`},
		{expression.JSON, `NOT (a > 5)`, `(1:1); write and, or, not, in with small letters`},
		{expression.Objects, `key LIKE "x%"`, `(1:5); write startsWith, endsWith, contains, or matches "regular expression"`},
		{expression.Objects, `key IS NOT NULL`, `(1:5); objects have every field`},
		{expression.JSON, `note IS NOT NULL`, `(1:6); write field == nil or field != nil`},
		{expression.CSV, `note IS NOT NULL`, `(1:6); write field == "" or field != ""`},
		{expression.Objects, `size in (1,2)`, `(1:11); write in [1,2]`},
		{expression.Objects, `size IN (1, 2)`, `(1:6); write in [1, 2]`},
		{expression.Objects, `key in ("a")`, `(1:5); write in ["a"]`},
		{expression.JSON, `a in (1)`, `(1:3); write in [1]`},
		{expression.JSON, `COALESCE(a, 1) == 1`, `(1:1); write (field ?? "other")`},
		{expression.CSV, `coalesce(a, "1") == "1"`, `(1:1); write (field == "" ? "other" : field)`},
		{expression.Objects, `substr(key, 0, 3) == "abc"`, `(1:1); write a slice such as key[0:3], or split(key, "/")[1]`},
		{expression.JSON, `SUBSTRING(a, 0, 3) == "abc"`, `(1:1); write a slice such as key[0:3], or split(key, "/")[1]`},
		{expression.Objects, `LOWER(key) == "a"`, `(1:1); functions have small letters`},
		{expression.JSON, `length(a) == 1`, `(1:1); write len(field)`},
		{expression.JSON, `cast(a) == 1`, `(1:1); write int(field), float(field), string(field) or date(field)`},
		{expression.JSON, `CASE WHEN a THEN 1 END`, `(1:6); write condition ? value : other`},
		{expression.Objects, `size > "5"`, `(mismatched types int and string) (1:6); write size > 5`},
		{expression.Objects, `size != '-5'`, `(1:6); write size != -5`},
		{expression.Objects, `"5" < size`, `(1:5); write 5 without quotes`},
		{expression.JSON, `len(a) > "5"`, `(1:8); write len(a) > 5`},
		{expression.CSV, `int(a) > "5"`, `(1:8); write int(a) > 5`},
		{expression.CSV, `5 < a`, `(1:3); write int(field) or float(field) for a number that is written as text`},
		{expression.CSV, `5.5 < a`, `(1:5); write float(field) for a number that is written as text`},
		{expression.Objects, `key startsWith 5`, `(1:5); write "5" for a text`},
		{expression.Objects, `last_modified > "2022-01-01"`, `(1:15); write date("2022-01-01")`},
		{expression.Objects, `"2022-01-01" <= last_modified`, `(1:14); write date("2022-01-01")`},
		{expression.Objects, `last_modified == key`, `(1:15); write date(text) for a time`},
		{expression.Objects, `key`, `expected bool, but got string (1:1); write a comparison`},
		{expression.Objects, `size`, `expected bool, but got int (1:1); write a comparison`},
		{expression.CSV, `amount`, `expected bool, but got string (1:1); write a comparison`},
		{expression.Objects, `size > 5 and key`, `(1:10); write a comparison`},
		{expression.Objects, `not key`, `(1:1); write a comparison`},
		{expression.Objects, `key || "a" == "xa"`, `(1:5); write + to join texts, and comparisons on both sides of or`},
		{expression.Objects, `key == NULL`, `unknown name NULL (1:8); objects have every field`},
		{expression.Objects, `true == TRUE`, `unknown name TRUE (1:9); write true and false with small letters`},

		// Questions for nil that have one answer.
		{expression.CSV, `note == nil`, `note is never nil, fields of CSV are text; write note == "" (1:6)`},
		{expression.CSV, `nil != note`, `note is never nil, fields of CSV are text; write note != "" (1:5)`},
		{expression.CSV, `int(n) > 1 and $env["a b"] == nil`, `$env["a b"] is never nil, fields of CSV are text; write $env["a b"] == "" (1:28)`},
		{expression.CSV, `(note ?? "none") == "none"`, `note is never nil, fields of CSV are text; write (note == "" ? "other" : note) (1:7)`},
		{expression.Objects, `etag == nil`, `etag is never nil, objects have every field; leave == out (1:6)`},
		{expression.Objects, `(etag ?? "") == ""`, `etag is never nil, objects have every field; leave ?? out (1:7)`},
		{expression.CSV, `note == NULL`, `NULL is the name of a field; write "" (1:6)`},
		{expression.CSV, `paid == TRUE`, `TRUE is the name of a field; write "true" (1:6)`},
		{expression.JSON, `note != null`, `null is the name of a field; write nil (1:6)`},
		{expression.JSON, `paid == False`, `False is the name of a field; write false (1:6)`},
	} {
		t.Run(test.text, func(t *testing.T) {
			if _, err := expression.NewSet(test.kind).Condition(test.text); err == nil || !strings.HasSuffix(err.Error(), test.want) {
				t.Errorf("got %v\nwant %s", err, test.want)
			}
		})
	}
}

// What is computed of fields may be nil, whatever they are.
func TestComputedNil(t *testing.T) {
	for _, kind := range []expression.Kind{expression.CSV, expression.Objects} {
		for _, text := range []string{`split(key, "/")[5] == nil`, `(split(key, "/")[5] ?? "none") == "none"`, `get(split(key, "/"), 7) == nil`} {
			set := expression.NewSet(kind)
			condition, err := set.Condition(text)
			if err != nil {
				t.Fatal(err)
			}
			if matches, err := condition.Matches(rowOf(set, map[string]jsonscan.Value{"key": {Type: jsonscan.Text, Text: "a/b"}})); !matches || err != nil {
				t.Errorf("%s: %t, %v", text, matches, err)
			}
		}
	}
}
