package expression_test

import (
	"errors"
	"strings"
	"testing"

	"tally/lambda/expression"
	"tally/lambda/internal/jsonscan"
)

func text(s string) jsonscan.Value { return jsonscan.Value{Type: jsonscan.Text, Text: s} }
func num(s string) jsonscan.Value  { return jsonscan.Value{Type: jsonscan.Number, Text: s} }

// record is what the tables below evaluate: fields by path.
var record = map[string]jsonscan.Value{
	"status":            text("paid"),
	"amount":            num("12.50"),
	"n":                 num("7"),
	"big":               num("9007199254740993"),
	"express":           {Type: jsonscan.True},
	"slow":              {Type: jsonscan.False},
	"null":              {},
	"at":                text("2026-11-25T01:02:03Z"),
	"words":             {Type: jsonscan.Composite, Text: `["a","b"]`},
	"items":             {Type: jsonscan.Composite, Text: `[{"price":10},{},{"price":3,"sku":"x"}]`},
	"order.customer.id": num("5"),
	"order id":          text("z"),
	"a.b":               text("dotted"),
}

func rowOf(set *expression.Set, fields map[string]jsonscan.Value) *expression.Row {
	row := expression.NewRow(set)
	for i, path := range set.Fields() {
		row.Fields[i] = fields[strings.Join(path, ".")]
	}
	return row
}

func TestCondition(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{`status == "paid"`, "yes"},
		{`"paid" == status`, "yes"},
		{`status == 'paid'`, "yes"},
		{`status != "paid"`, "no"},
		{`status == 5`, "no"},
		{`status != 5`, "yes"},
		{`amount > 12`, "yes"},
		{`12 < amount`, "yes"},
		{`amount == 12.5`, "yes"},
		{`amount >= 12.5 and amount <= 12.5`, "yes"},
		{`n == 7.0`, "yes"},
		{`n > -1`, "yes"},
		{`n % 2 == 1`, "yes"},
		{`big == 9007199254740993`, "yes"},
		{`big == 9007199254740992`, "no"},
		{`express`, "yes"},
		{`not express`, "no"},
		{`!slow`, "yes"},
		{`express == true`, "yes"},
		{`slow == true`, "no"},
		{`status in ["open", "paid"]`, "yes"},
		{`status not in ["open", "paid"]`, "no"},
		{`n in [7, 8]`, "yes"},
		{`n in 1..9`, "yes"},
		{`"a" in words`, "yes"},
		{`status startsWith "pa" and status endsWith "id" && status contains "ai"`, "yes"},
		{`status matches "^p.*d$"`, "yes"},
		{`upper(status) == "PAID"`, "yes"},
		{`len(status) > 3`, "yes"},
		{`order.customer.id == 5`, "yes"},
		{`order["customer"]["id"] == 5`, "yes"},
		{`order?.customer?.id == 5`, "yes"},
		{`order.customer.id + n == 12`, "yes"},
		{`$env["order id"] == "z"`, "yes"},
		{`upper($env["order id"]) == "Z"`, "yes"},
		{`n * 2 == 14`, "yes"},
		{`date(at).Year() == 2026`, "yes"},
		{`date(at) > date("2026-01-01")`, "yes"},
		{`(status == "paid" ? n : 0) == 7`, "yes"},

		// A missing field, or null, matches nothing.
		{`missing == "x"`, "no"},
		{`missing != "x"`, "no"},
		{`not (missing == "x")`, "no"},
		{`missing < 5`, "no"},
		{`missing >= 5`, "no"},
		{`not (missing < 5)`, "no"},
		{`missing startsWith "x"`, "no"},
		{`not (missing startsWith "x")`, "no"},
		{`not (missing matches "x")`, "no"},
		{`missing in ["x"]`, "no"},
		{`missing not in ["x"]`, "no"},
		{`missing not in [1]`, "no"},
		{`missing`, "no"},
		{`not missing`, "no"},
		{`null != 1`, "no"},
		{`missing == other`, "no"},
		{`missing * 2 > 1`, "no"},
		{`not (missing * 2 > 1)`, "no"},
		{`upper(missing) != "X"`, "no"},
		{`len(missing) == 0`, "no"},
		{`missing.deep.er == 1`, "no"},
		{`items[7].price != 1`, "no"},
		{`items[1].price != 1`, "no"},
		{`status.length == 1`, "no"},
		{`missing == nil`, "yes"},
		{`nil == null`, "yes"},
		{`status != nil`, "yes"},
		{`status == nil`, "no"},
		{`upper(missing) == nil`, "yes"},
		{`missing == 1 or status == "paid"`, "yes"},
		{`status == "paid" or missing == 1`, "yes"},
		{`missing == 1 and status == "paid"`, "no"},
		{`not (missing == 1 and status == "open")`, "yes"},
		{`not (missing == 1 and status == "paid")`, "no"},
		{`(missing ?? 5) == 5`, "yes"},
		{`any(items, .price > 5)`, "yes"},
		{`all(items, .price > 0)`, "no"},
		{`count(items, .price != 3) == 1`, "yes"},
		{`any(items, .sku == "x" and .price < n)`, "yes"},

		// Another type where one is needed is bad input.
		{`status > 5`, "cannot compute a text > a number"},
		{`amount < "x"`, "cannot compute a number < a text"},
		{`amount startsWith "x"`, "cannot compute a number startsWith a text"},
		{`words > 5`, "cannot compute a list > a number"},
		{`status > n`, "cannot compute a text > a number"},
		{`status`, "a text is not true or false"},
		{`n and express`, "a number is not true or false"},
		{`int(status) > 5`, `cannot compute int(status) (1:1)`},
		{`express or status > 5`, "yes"},
		{`slow and status > 5`, "no"},
	} {
		t.Run(test.text, func(t *testing.T) {
			for _, general := range []bool{false, true} {
				set := expression.NewSet(expression.JSON)
				if general {
					expression.Decode(set)
				}
				condition, err := set.Condition(test.text)
				if err != nil {
					t.Fatal(err)
				}
				row := rowOf(set, record)
				for range 2 { // a row is used again
					got := "no"
					if matches, err := condition.Matches(row); err != nil {
						got = err.Error()
					} else if matches {
						got = "yes"
					}
					if !strings.HasPrefix(got, test.want) {
						t.Errorf("decoded first: %t: got %s, want %s", general, got, test.want)
					}
				}
			}
		})
	}
}

func TestValue(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{`status`, "paid"},
		{`n`, "7"},
		{`amount`, "12.5"},
		{`express`, "true"},
		{`missing`, "nil"},
		{`order.customer.id`, "5"},
		{`order.customer.name`, "nil"},
		{`words`, `["a","b"]`},
		{`split(at, "-")[1]`, "11"},
		{`split(at, "-")[9]`, "nil"},
		{`upper(status) + "!"`, "PAID!"},
		{`n * 2`, "14"},
		{`amount > 10`, "true"},
		{`missing > 10`, "nil"},
		{`status == nil`, "false"},
		{`missing ?? "none"`, "none"},
		{`date(at)`, "2026-11-25T01:02:03Z"},
		{`status * 2`, `cannot compute status * 2 (1:8)`},
		{`status > 2`, `cannot compute a text > a number`},
	} {
		t.Run(test.text, func(t *testing.T) {
			set := expression.NewSet(expression.JSON)
			value, err := set.Value(test.text)
			if err != nil {
				t.Fatal(err)
			}
			got, ok, err := value.Text(rowOf(set, record))
			switch {
			case err != nil:
				got = err.Error()
			case !ok:
				got = "nil"
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestObjects(t *testing.T) {
	object := map[string]jsonscan.Value{
		"key": text("images/2026/11/25/a.jpg"), "size": num("5000001"), "storage_class": text("STANDARD"),
		"last_modified": {Type: jsonscan.Time, Text: "2026-11-25T03:04:05.678Z"}, "etag": text("abc"),
	}
	for _, holds := range []string{
		`key endsWith ".jpg"`, `size > 5_000_000`, `last_modified > date("2026-11-25")`, `last_modified.Hour() == 3`,
		`storage_class in ["STANDARD", "GLACIER"]`, `split(key, "/")[1] == "2026"`, `size / 2 > 100 and etag != ""`,
		`last_modified - date("2026-11-25") < duration("4h")`,
	} {
		set := expression.NewSet(expression.Objects)
		condition, err := set.Condition(holds)
		if err != nil {
			t.Fatal(err)
		}
		if matches, err := condition.Matches(rowOf(set, object)); err != nil || !matches {
			t.Errorf("%s: %t, %v", holds, matches, err)
		}
	}
}

func TestCSV(t *testing.T) {
	for _, holds := range []string{`status == "paid"`, `float(amount) > 12`, `int(n) > 6`, `$env["order id"] == "z"`, `len(n) == 1`} {
		set := expression.NewSet(expression.CSV)
		condition, err := set.Condition(holds)
		if err != nil {
			t.Fatalf("%s: %v", holds, err)
		}
		fields := map[string]jsonscan.Value{"status": text("paid"), "amount": text("12.50"), "n": text("7"), "order id": text("z")}
		if matches, err := condition.Matches(rowOf(set, fields)); err != nil || !matches {
			t.Errorf("%s: %t, %v", holds, matches, err)
		}
	}
}

// What an expression uses of a record is what it names, nothing above it.
func TestFields(t *testing.T) {
	set := expression.NewSet(expression.JSON)
	for _, text := range []string{`a.b.c == 1`, `upper(a.b.d) == "X"`, `len(a.list) > a["n"]`, `y[z] == 1`, `any(items, .price > a.n)`} {
		if _, err := set.Condition(text); err != nil {
			t.Fatal(err)
		}
	}
	set.Field("w.at")
	var got []string
	for _, path := range set.Fields() {
		got = append(got, strings.Join(path, "."))
	}
	if want := "a.b.c a.b.d a.n a.list y z items w.at"; strings.Join(got, " ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, " "), want)
	}
}

// A row can be evaluated after an error. A part has worked if it had a value for any row.
func TestRowAfterError(t *testing.T) {
	set := expression.NewSet(expression.JSON)
	condition, err := set.Condition(`sum(list) > 1`)
	if err != nil {
		t.Fatal(err)
	}
	row := expression.NewRow(set)
	for _, test := range []struct {
		list    string
		matches bool
		worked  bool
	}{{`["x"]`, false, false}, {`[1,2]`, true, true}, {`["x"]`, false, true}, {`[0]`, false, true}} {
		row.Fields[0] = jsonscan.Value{Type: jsonscan.Composite, Text: test.list}
		matches, err := condition.Matches(row)
		part, failed := errors.AsType[expression.Uncomputable](err)
		if matches != test.matches || failed != strings.Contains(test.list, "x") || failed && part.Worked.Load() != test.worked {
			t.Errorf("%s: %t, %v", test.list, matches, err)
		}
	}
}
