package expression_test

import (
	"strings"
	"testing"

	"tally/lambda/expression"
	"tally/lambda/internal/jsonscan"
)

// A subtraction of names that is written like one name is refused, and says both
// things that may be meant.
func TestDashes(t *testing.T) {
	for _, test := range []struct {
		kind       expression.Kind
		text, want string // what the error begins with; empty if there is none
	}{
		{expression.JSON, `user-id == 2`, `user-id is a subtraction; write $env["user-id"] for the field of that name, or user - id to subtract (1:1)`},
		{expression.JSON, `2 == user-id`, `user-id is a subtraction; write $env["user-id"] for the field of that name, or user - id to subtract (1:6)`},
		{expression.JSON, `order.user-id == 2`, `order.user-id is a subtraction; write order["user-id"] for the field of that name, or order.user - id to subtract (1:1)`},
		{expression.JSON, `order?.user-id.a == 2`, `order?.user-id.a is a subtraction; write order["user-id"].a for`},
		{expression.JSON, `a-b-c > 1`, `a-b-c is a subtraction; write $env["a-b-c"] for the field of that name, or a - b - c to subtract (1:1)`},
		{expression.JSON, `a-b.c-d > 1`, `a-b.c-d is a subtraction; write $env["a-b"]["c-d"] for`},
		{expression.JSON, `$env.user-id == 1`, `$env.user-id is a subtraction; write $env["user-id"] for`},
		{expression.JSON, `upper(log-status) == "OK"`, `log-status is a subtraction; write $env["log-status"] for the field of that name, or log - status to subtract (1:7)`},
		{expression.JSON, "a == 1 and\nlog-status == \"OK\"", `log-status is a subtraction; write $env["log-status"] for the field of that name, or log - status to subtract (2:1)`},
		{expression.JSON, `"한글" == 한글 and log-status == "OK"`, `log-status is a subtraction; write $env["log-status"] for the field of that name, or log - status to subtract (1:16)`},
		{expression.JSON, `any(items, .unit-price > 5)`, `unit-price is a subtraction; write #["unit-price"] for`},
		{expression.JSON, `items[0].unit-price > 5`, `.unit-price is a subtraction; write ["unit-price"] for the field of that name, or .unit - price to subtract`},
		{expression.JSON, `http-5xx > 5`, `http-5xx is a subtraction; write $env["http-5xx"] for`},
		{expression.JSON, `in-stock == true`, `in-stock is a subtraction; write $env["in-stock"] for`},
		{expression.JSON, `a-b-len(c) > 1`, `a-b is a subtraction; write $env["a-b"] for`},
		{expression.CSV, `log-status == "OK"`, `log-status is a subtraction; write $env["log-status"] for`},
		{expression.CSV, `int(order.user-id) == 2`, `order.user-id is a subtraction; write $env["order.user-id"] for`},

		{expression.JSON, `$env["user-id"] == 2 and order["user-id"] == 2`, ""},
		{expression.JSON, `any(items, #["unit-price"] > 5)`, ""},
		{expression.JSON, `paid - due > 1 and paid -due > 1 and a- b > 1`, ""},
		{expression.JSON, `amount-1 > 5 and amount-0x10 > 5 and amount-1.5e3 > 5 and 1e-5 < a and 5-a > 1`, ""},
		{expression.JSON, `len(a)-len(b) > 1 and a-len(b) > 1 and (a)-b > 1 and a[0]-b > 1`, ""},
		{expression.JSON, "a == \"user-id \\\" b-c\" and b == 'user-id' and c == `user-id` // user-id\n/* user-id */", ""},
		{expression.CSV, `int(paid)-int(due) > 1`, ""},
		{expression.Objects, `size-size > 1 and size-1 > 2`, ""},
	} {
		_, err := expression.NewSet(test.kind).Condition(test.text)
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.HasPrefix(err.Error(), test.want)) {
			t.Errorf("%s: got %v\nwant %s", test.text, err, test.want)
		}
	}
	// A column that is known to be called so is no subtraction, whatever follows the dash.
	_, err := expression.NewSet(expression.CSV, "sha-256", "sha").Condition(`int(sha)-1 > 0 and sha-256 == "x"`)
	if want := `sha-256 is a subtraction; write $env["sha-256"] for`; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

// What an error says to write reads the field.
func TestDashesAsWritten(t *testing.T) {
	fields := map[string]jsonscan.Value{
		"user-id": text("x"), "order.user-id": text("x"), "order.user-id.a": text("x"), "a-b.c-d": text("x"),
		"items": {Type: jsonscan.Composite, Text: `[{"unit-price":"x"}]`},
	}
	for _, condition := range []string{
		`$env["user-id"] == "x"`, `order["user-id"] == "x"`, `order["user-id"].a == "x"`, `$env["a-b"]["c-d"] == "x"`,
		`any(items, #["unit-price"] == "x")`, `items[0]["unit-price"] == "x"`,
	} {
		set := expression.NewSet(expression.JSON)
		compiled, err := set.Condition(condition)
		if err != nil {
			t.Fatal(err)
		}
		if matches, err := compiled.Matches(rowOf(set, fields)); err != nil || !matches {
			t.Errorf("%s: %t, %v, fields %q", condition, matches, err, set.Fields())
		}
	}
}

// A name with dashes that stands alone is the field of that name.
func TestValueWithDashes(t *testing.T) {
	for _, test := range []struct {
		kind expression.Kind
		text string
		want string // the paths of the fields, with slashes
	}{
		{expression.JSON, `log-status`, "log-status"},
		{expression.JSON, ` log-status `, "log-status"},
		{expression.JSON, `order.user-id`, "order/user-id"},
		{expression.JSON, `a-b.c-d.e`, "a-b/c-d/e"},
		{expression.JSON, `sha-256`, "sha-256"},
		{expression.JSON, `len-x`, "len-x"},
		{expression.CSV, `log-status`, "log-status"},
		{expression.CSV, `order.user-id`, "order.user-id"},
		{expression.JSON, `paid - due`, "paid due"},
		{expression.JSON, `order.id`, "order/id"},
		{expression.Objects, `size-1`, "size"},
	} {
		set := expression.NewSet(test.kind)
		if _, err := set.Value(test.text); err != nil {
			t.Errorf("%s: %v", test.text, err)
		}
		var paths []string
		for _, path := range set.Fields() {
			paths = append(paths, strings.Join(path, "/"))
		}
		if got := strings.Join(paths, " "); got != test.want {
			t.Errorf("%s is %s, want %s", test.text, got, test.want)
		}
	}
	if _, err := expression.NewSet(expression.JSON).Value("upper(log-status)"); err == nil {
		t.Error("a name with dashes among others was taken")
	}
}
