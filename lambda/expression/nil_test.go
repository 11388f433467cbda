package expression_test

import (
	"strings"
	"testing"

	"tally/lambda/expression"
	"tally/lambda/internal/jsonscan"
)

// holds evaluates a condition of JSON fields: "yes", "no", or its error.
func holds(t *testing.T, text string, fields map[string]jsonscan.Value) string {
	t.Helper()
	set := expression.NewSet(expression.JSON)
	condition, err := set.Condition(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	switch matches, err := condition.Matches(rowOf(set, fields)); {
	case err != nil:
		return err.Error()
	case matches:
		return "yes"
	}
	return "no"
}

// Nil matches nothing where it is computed with either, and spoils nothing beside it.
func TestNilInComputations(t *testing.T) {
	fields := map[string]jsonscan.Value{
		"items": {Type: jsonscan.Composite, Text: `[{"k":1},{"name":"bob","price":9,"tags":["x"]}]`},
		"nils":  {Type: jsonscan.Composite, Text: `[null,null]`},
		"some":  {Type: jsonscan.Composite, Text: `[3,null,5]`},
		"flags": {Type: jsonscan.Composite, Text: `[true,null,true]`},
		"n":     num("1"),
		"f":     num("1.0"),
		"at":    text("2026-11-25T01:02:03Z"),
		"name":  text("vanilla"),
	}
	for _, test := range []struct{ text, want string }{
		{`any(items, .name startsWith "b")`, "yes"},
		{`any(items, .name contains "b")`, "yes"},
		{`any(items, .name matches "^b")`, "yes"},
		{`any(items, .price * 2 > 5)`, "yes"},
		{`any(items, -.price < 0)`, "yes"},
		{`any(items, .price > 5)`, "yes"},
		{`any(items, "x" in .tags)`, "yes"},
		{`any(items, upper(.name) == "BOB")`, "yes"},
		{`any(items, .tags[0] == "x")`, "yes"},
		{`any(items, .tags[7] != "x")`, "no"},
		{`any(items, .name[:1] == "b")`, "yes"},
		{`any(items, .name[1:] == "ob")`, "yes"},
		{`any(items, .name[1:2] == "o")`, "yes"},
		{`any(items, .name[:missing] == "")`, "no"},
		{`any(items, .price in 1..n*9)`, "yes"},
		{`any(items, not (.name == "zzz") and .k == 1)`, "no"},
		{`any(items, not (.price > 5) and .k == 1)`, "no"},
		{`any(items, not (.price * 2 > 5) and .k == 1)`, "no"},
		{`any(items, not (.name in ["zzz"]) and .k == 1)`, "no"},
		{`any(items, .name not in ["zzz"] and .k == 1)`, "no"},
		{`any(items, not (.name startsWith "z") and .k == 1)`, "no"},
		{`any(items, not (.name matches "z") and .k == 1)`, "no"},
		{`any(items, not any(.tags, # == "y") and .k == 1)`, "no"},
		{`any(items, .name == nil and .k == 1)`, "yes"},
		{`any(items, (.name ?? "none") == "none")`, "yes"},
		{`any(items, .name == "zzz" or .k == 1)`, "yes"},
		{`any(items, (.price > 5 ? "dear" : "cheap") == "cheap")`, "yes"},
		{`all(items, .price > 5)`, "no"},
		{`none(items, .price > 10)`, "yes"},
		{`one(items, .price > 5)`, "yes"},
		{`count(items, .name == "bob") == 1`, "yes"},
		{`count(items, not (.name == "bob")) == 0`, "yes"},
		{`count(flags) == 2`, "yes"},
		{`len(filter(items, .price != 1)) == 1`, "yes"},
		{`find(items, .price > 5).name == "bob"`, "yes"},
		{`find(items, .price > 5) != nil`, "yes"},
		{`find(items, .price > 50).name != "bob"`, "no"},
		{`map(items, .name)[1] == "bob"`, "yes"},
		{`sum(items, .price) == 9`, "yes"},
		{`sum(items, .missing) > -1`, "no"},
		{`sum(some) == 8`, "yes"},
		{`max(some) == 5`, "yes"},
		{`mean(some) == 4`, "yes"},
		{`mean(nils) != 4`, "no"},
		{`max(missing, 4) != 5`, "no"},
		{`any(missing, # == 1)`, "no"},
		{`not any(missing, # == 1)`, "no"},
		{`all(missing, # == 1)`, "no"},
		{`none(missing, # == 1)`, "no"},
		{`count(missing, # == 1) == 0`, "no"},
		{`(missing == "x") == false`, "no"},
		{`(not (missing == "x")) ? true : false`, "no"},
		{`missing == "x" ? true : n == 1`, "yes"},
		{`any([missing], not (# == "x"))`, "no"},
		{`any([missing], # != "x")`, "no"},
		{`any([missing], # == nil)`, "yes"},
		{`any([missing], #.deep?.er == nil)`, "yes"},
		{`any([missing], not #)`, "no"},
		{`any([missing], # and n == 1)`, "no"},
		{`any([missing], not (# and n == 2))`, "yes"},
		{`any([missing], # or n == 1)`, "yes"},
		{`items[1]?.name == "bob"`, "yes"},
		{`any([items], #[1]?.name == "bob")`, "yes"},
		{`any([name], #.first == nil)`, "yes"},
		{`any(items, any(some, # == 5) and .price == 9)`, "yes"},
		{`any([name, items], count(some, any(items, .price == 9)) == 3)`, "yes"},
		{`(missing ?? "a") startsWith "a"`, "yes"},
		{`(items[7].price ?? 5) == 5`, "yes"},
		{`string(missing) == "nil"`, "no"},
		{`type(missing) == "nil"`, "yes"},
		{`int(missing) == 0`, "no"},
		{`date(missing).Year() != 2026`, "no"},
		{`date(at).Sub(date(missing)) > duration("1s")`, "no"},
		{`date(at).AddDate(0, 0, n).Day() == 26`, "yes"},
		{`any([at], date(#).Year() == 2026)`, "yes"},
		{`(n == 1 ? missing : 5) != 6`, "no"},
		{`sum(some, # ?? 0) == 8`, "yes"},
		{`n in [1, 2]`, "yes"},
		{`f in [1, 2]`, "yes"},
		{`n in [missing, 1]`, "yes"},
		{`n not in [missing, 4]`, "no"},
		{`n not in [n + 1, 4]`, "yes"},
		{`missing not in [n]`, "no"},
		{`any(items, .k not in [.price, 4])`, "no"},
		{`4 not in some`, "yes"},

		// A type that does not fit is bad input, whatever the text says.
		{`int(name) > 3`, "cannot compute int(name) (1:1)"},
		{`name and true`, "a text is not true or false"},
		{`(name ? 1 : 2) == 1`, "a text is not true or false"},
		{`(n == 1) == not name`, "cannot compute not name (1:13)"},
		{`any(items, .k > "x")`, `cannot compute .k > "x" (1:15)`},
		{`any([n], # == 2 and # > "x")`, "no"},
		{`any([n], # == 1 or # > "x")`, "yes"},
		{`any(some, # == 3 or # > "x")`, "yes"},
		{`all(some, # == 5 and # > "x")`, "no"},
		{`(name > 5) == nil`, "cannot compute a text > a number"},
		{`(name > 5) in [true]`, "cannot compute a text > a number"},
		{`true in [name > 5]`, "cannot compute a text > a number"},
		{`len(map(some, name > 5)) == 3`, "cannot compute a text > a number"},
		{`(name > 5 ?? true) and n == 1`, "cannot compute a text > a number"},
		{`name > 5 or n == 1`, "cannot compute a text > a number"},
	} {
		if got := holds(t, test.text, fields); got != test.want {
			t.Errorf("%s: got %s, want %s", test.text, got, test.want)
		}
	}
}

// Errors end up in logs and messages, which records must not.
func TestErrorsHoldNoValues(t *testing.T) {
	fields := map[string]jsonscan.Value{
		"card":    text("SECRET-4111-1111"),
		"pattern": text("[SECRET"),
		"list":    {Type: jsonscan.Composite, Text: `["SECRET", {"SECRET": 1}]`},
		"broken":  {Type: jsonscan.Composite, Text: `SECRET`},
		"at":      {Type: jsonscan.Time, Text: "SECRET"},
	}
	for _, text := range []string{
		`int(card) > 3`, `float(card) > 3`, `date(card) > date("2020-01-01")`, `duration(card) > duration("1s")`,
		`fromJSON(card) == 1`, `fromBase64(card) == "x"`, `repeat(card, -1) == ""`, `card matches pattern`,
		`len(card) + card > 1`, `card > 1`, `card and true`, `any([card], # or # > 1)`, `any([1], card)`,
		`sum(list) > 1`, `max(list) > 1`, `join(list) == ""`, `date("2020-01-01", card).Year() == 1`,
		`timezone(card) == nil`, `int(list) == 1`, `abs(card) == 1`, `fromPairs(list) == nil`, `flatten(card) == []`,
		`sort(list) == []`, `list[0] > 1`, `list in card`, `-card == 1`,
		`"x" + list == ""`, `1..card == []`, `card[list:] == ""`, `broken > 1`, `at > 1`, `broken > n`, `len(at) > 1`,
		`take(list, card) == []`, `split(list, card) == []`, `replace(card, list, "") == ""`, `trim(list) == ""`,
	} {
		got := holds(t, text, fields)
		if strings.Contains(got, "SECRET") {
			t.Errorf("%s: %s", text, got)
		}
		if got == "yes" || got == "no" {
			t.Errorf("%s passes: %s", text, got)
		}
	}
}
