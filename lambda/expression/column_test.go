package expression_test

import (
	"fmt"
	"strings"
	"testing"

	"tally/lambda/expression"
)

// Where the columns are known, a name that is none of them is an error.
func TestColumns(t *testing.T) {
	columns := []string{"id", "status", "Order ID"}
	for _, test := range []struct{ text, want string }{
		{`status == "paid" and $env["Order ID"] == "7"`, ""},
		{`statsu == "paid"`, `there is no column "statsu"; write "status"; there are "id", "status", "Order ID"`},
		{`$env["order id"] == "7"`, `there is no column "order id"; write "Order ID"; there are "id", "status", "Order ID"`},
		{`amount == "7"`, `there is no column "amount"; there are "id", "status", "Order ID"`},
		{`status == paid`, `there is no column "paid"; there are "id", "status", "Order ID"; a text is written in quotes: "paid"`},
		{`status in [open, "paid"]`, `there is no column "open"; there are "id", "status", "Order ID"; a text is written in quotes: "open"`},
		{`status startsWith p`, `there is no column "p"; there are "id", "status", "Order ID"; a text is written in quotes: "p"`},
		{`id == "1" and upper(name) == "X"`, `there is no column "name"; there are "id", "status", "Order ID"`},
		{`upper(status) == "PAID"`, ""},
	} {
		_, err := expression.NewSet(expression.CSV, columns...).Condition(test.text)
		if got := fmt.Sprint(err); err != nil && got != test.want || err == nil && test.want != "" {
			t.Errorf("%s: got %v\nwant %s", test.text, err, test.want)
		}
	}
	many := make([]string, 40)
	for i := range many {
		many[i] = fmt.Sprintf("column %d", i)
	}
	if got := expression.NewSet(expression.CSV, many...).CheckColumn("x").Error(); !strings.HasSuffix(got, `"column 29", and 10 more`) || len(got) > 500 {
		t.Errorf("got %s", got)
	}
}

// A condition knows which fields it uses, whoever computes it, and no others.
func TestSlots(t *testing.T) {
	set := expression.NewSet(expression.JSON)
	set.Field("at")
	for _, test := range []struct{ text, want string }{
		{`status == "paid"`, "status"},
		{`status == "open" and order.customer.id == 5`, "status order.customer.id"},
		{`any(items, .price > 5) and upper(status) == "X"`, "items status"},
		{`lower(name) == "a"`, "name"},
		{`1 == 1`, ""},
	} {
		condition, err := set.Condition(test.text)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, slot := range condition.Slots {
			got = append(got, strings.Join(set.Fields()[slot], "."))
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s uses %q, want %s", test.text, got, test.want)
		}
	}
	value, err := set.Value("order.user-id")
	if err != nil || len(value.Slots) != 1 || strings.Join(set.Fields()[value.Slots[0]], ".") != "order.user-id" {
		t.Errorf("got %v, %v", value.Slots, err)
	}
}
